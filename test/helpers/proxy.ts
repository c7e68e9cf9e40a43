import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** From the client to the server, or back. */
export type Direction = 'up' | 'down';

/** One connection through the proxy. It ends when either side ends. */
class Link {
  /** Where the bytes of a direction go. */
  readonly #to: Record<Direction, Socket>;
  /** The bytes of a stalled direction; `undefined` while it flows. */
  readonly #stalled: Record<Direction, Buffer[] | undefined> = { up: undefined, down: undefined };
  /** Neither side learns that the other has gone. */
  #isApart = false;
  /** How many more bytes pass, counted in both directions together. */
  #left: number;

  constructor(client: Socket, server: Socket, bytes: number) {
    this.#left = bytes;
    this.#to = { up: server, down: client };
    this.#join(client, 'up');
    this.#join(server, 'down');
  }

  stall(direction: Direction): void {
    this.#stalled[direction] ??= [];
  }

  release(direction: Direction): void {
    for (const chunk of this.#stalled[direction] ?? []) this.#to[direction].write(chunk);
    this.#stalled[direction] = undefined;
  }

  freeze(): void {
    this.#isApart = true;
    this.stall('up');
    this.stall('down');
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
      const stalled = this.#stalled[direction];
      if (stalled === undefined) to.write(part);
      else stalled.push(part);
      if (this.#left === 0) from.destroy();
    });
    from.on('close', () => {
      if (!this.#isApart) to.destroySoon();
    });
  }
}

/**
 * A TCP proxy in front of a server that simulates network faults. A fault concerns the connections that exist at that
 * moment, unless it says otherwise; new ones work. Closed after the test.
 */
export class TcpProxy {
  readonly url: string;
  #port: number;
  #links: Link[] = [];
  #isRefusing = false;
  #isSwallowing = false;
  #spans: readonly number[] = [];

  constructor(url: string, port: number) {
    this.url = url;
    this.#port = port;
  }

  /** Takes an incoming connection. */
  take(client: Socket): void {
    client.on('error', () => {});
    if (this.#isRefusing) client.destroy();
    else {
      const [bytes = Number.POSITIVE_INFINITY, ...spans] = this.#spans;
      this.#spans = spans;
      const link = new Link(client, connect(this.#port, '127.0.0.1'), bytes);
      if (this.#isSwallowing) link.freeze();
      this.#links.push(link);
    }
  }

  /** Cuts each of the next connections off after so many bytes, one number for each connection. */
  cutAfter(bytes: readonly number[]): void {
    this.#spans = bytes;
  }

  /** Routes new connections to another server. */
  leadTo(url: string): void {
    this.#port = portOf(url);
  }

  /** Cuts all connections off. Both sides see it at once; stalled bytes are lost. */
  cut(): void {
    for (const link of this.#links) link.cut();
    this.#links = [];
  }

  /** Ends the clients' sides without the server noticing. */
  strand(): void {
    for (const link of this.#links) link.strand();
  }

  /** Makes all connections half-open: no bytes pass in either direction, and neither side notices. */
  freeze(): void {
    for (const link of this.#links) link.freeze();
  }

  /** Makes all connections half-open, and new ones from their beginning. */
  swallow(): void {
    this.#isSwallowing = true;
    this.freeze();
  }

  /** Ends `freeze` and `swallow`: delayed bytes pass in order, and each side learns if the other has gone. */
  thaw(): void {
    this.#isSwallowing = false;
    for (const link of this.#links) link.thaw();
  }

  /** Stalls one direction: its bytes wait in the proxy. */
  stall(direction: Direction): void {
    for (const link of this.#links) link.stall(direction);
  }

  /** Ends `stall`: the delayed bytes pass first. */
  release(direction: Direction): void {
    for (const link of this.#links) link.release(direction);
  }

  /** Rejects new connections. */
  refuse(): void {
    this.#isRefusing = true;
  }

  /** Accepts new connections again. */
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
