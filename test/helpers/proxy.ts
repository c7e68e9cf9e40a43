import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** From the client to the server, or back. */
export type Direction = 'up' | 'down';

/** One connection through the proxy, which ends when either side does. */
class Link {
  /** Where the bytes of a direction go. */
  readonly #to: Record<Direction, Socket>;
  /** Bytes that are kept back. */
  readonly #held: Record<Direction, Buffer[] | undefined> = { up: undefined, down: undefined };
  /** Neither side hears that the other is gone. */
  #isApart = false;
  /** Bytes that still come through, whichever way they go. */
  #left: number;

  constructor(client: Socket, server: Socket, bytes: number) {
    this.#left = bytes;
    this.#to = { up: server, down: client };
    this.#join(client, 'up');
    this.#join(server, 'down');
  }

  hold(direction: Direction): void {
    this.#held[direction] ??= [];
  }

  release(direction: Direction): void {
    for (const chunk of this.#held[direction] ?? []) this.#to[direction].write(chunk);
    this.#held[direction] = undefined;
  }

  freeze(): void {
    this.#isApart = true;
    this.hold('up');
    this.hold('down');
  }

  thaw(): void {
    this.#isApart = false;
    this.release('up');
    this.release('down');
    for (const [one, other] of [this.#sides, this.#sides.toReversed()])
      if (one?.destroyed) other?.destroySoon();
  }

  strand(): void {
    this.freeze();
    this.#to.down.destroy();
  }

  cut(): void {
    for (const side of this.#sides) side.destroy();
  }

  get #sides(): Socket[] {
    return [this.#to.up, this.#to.down];
  }

  #join(from: Socket, direction: Direction): void {
    const to = this.#to[direction];
    from.on('error', () => {});
    from.on('data', (chunk: Buffer) => {
      const part = chunk.subarray(0, this.#left);
      this.#left -= part.length;
      const held = this.#held[direction];
      if (held === undefined) to.write(part);
      else held.push(part);
      if (this.#left === 0) from.destroy();
    });
    from.on('close', () => {
      if (!this.#isApart) to.destroySoon();
    });
  }
}

/**
 * A TCP proxy in front of a server, with which a network's faults are made. What is done to connections is done to those
 * that there are; a new one is sound again. Closed after the test.
 */
export class TcpProxy {
  readonly url: string;
  #port: number;
  #links: Link[] = [];
  #isRefusing = false;
  #spans: readonly number[] = [];

  constructor(url: string, port: number) {
    this.url = url;
    this.#port = port;
  }

  /** A connection that came. */
  take(client: Socket): void {
    client.on('error', () => {});
    if (this.#isRefusing) client.destroy();
    else {
      const [bytes = Number.POSITIVE_INFINITY, ...spans] = this.#spans;
      this.#spans = spans;
      this.#links.push(new Link(client, connect(this.#port, '127.0.0.1'), bytes));
    }
  }

  /** Lets only so many bytes of the next connections through, one number for each; then it cuts them. */
  cutAfter(bytes: readonly number[]): void {
    this.#spans = bytes;
  }

  /** Leads new connections to another server. */
  leadTo(url: string): void {
    this.#port = portOf(url);
  }

  /** Ends them, which both sides see at once; what is kept back is lost. */
  cut(): void {
    for (const link of this.#links) link.cut();
    this.#links = [];
  }

  /** Ends the clients' sides; the server hears nothing of it. */
  strand(): void {
    for (const link of this.#links) link.strand();
  }

  /** Half open: nothing comes through either way, and neither side hears of anything. */
  freeze(): void {
    for (const link of this.#links) link.freeze();
  }

  /** What was frozen comes through, in its order. */
  thaw(): void {
    for (const link of this.#links) link.thaw();
  }

  /** Keeps back all that goes one way. */
  hold(direction: Direction): void {
    for (const link of this.#links) link.hold(direction);
  }

  /** Lets it through again, with what was kept back. */
  release(direction: Direction): void {
    for (const link of this.#links) link.release(direction);
  }

  /** Turns new connections away. */
  refuse(): void {
    this.#isRefusing = true;
  }

  /** Takes new connections again. */
  accept(): void {
    this.#isRefusing = false;
  }
}

const portOf = (url: string) => Number(new URL(url).port);

/** A proxy to the server at an address. */
export async function newProxy(target: string): Promise<TcpProxy> {
  const server = createServer((client) => proxy.take(client));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = new TcpProxy(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, portOf(target));
  onTestFinished(() => {
    server.close();
    proxy.cut();
  });
  return proxy;
}
