import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';

/** What the server sent, as it came. */
export type Frame = Record<string, unknown>;

/** A WebSocket whose frames are waited for one by one; terminated after the test. */
export class Client {
  readonly socket: WebSocket;
  readonly #frames: string[] = [];
  #waiting: ((frame: string) => void) | undefined;
  readonly #closed: Promise<number>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.#closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    socket.on('message', (data) => {
      const frame = String(data);
      if (this.#waiting === undefined) this.#frames.push(frame);
      else this.#waiting(frame);
      this.#waiting = undefined;
    });
  }

  /** Sends a request as JSON. */
  say(request: unknown): void {
    this.socket.send(JSON.stringify(request));
  }

  /** Sends text or bytes as they are. */
  sayRaw(data: string | Buffer): void {
    this.socket.send(data);
  }

  /** The next frame that came, or that comes, as text. One wait at a time. */
  nextRaw(): Promise<string> {
    const frame = this.#frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** The next frame, parsed. */
  async next(): Promise<Frame> {
    return JSON.parse(await this.nextRaw());
  }

  /** Sends a request and waits for the next frame. */
  ask(request: unknown): Promise<Frame> {
    this.say(request);
    return this.next();
  }

  /**
   * What came before the reply to a request that has no other effect: proof that nothing else was sent. Use it to show
   * that something was *not* received.
   */
  async pending(): Promise<Frame[]> {
    this.say({ data: 'nothing' });
    const before: Frame[] = [];
    for (;;) {
      const frame = await this.next();
      if (frame['reason'] === 'UnknownType') return before;
      before.push(frame);
    }
  }

  /** The code that it was closed with. */
  closed(): Promise<number> {
    return this.#closed;
  }

  /** Says goodbye and waits for the end. */
  async leave(): Promise<void> {
    this.socket.close();
    await this.#closed;
  }
}

/** An open connection that has not registered. */
export async function newClient(url: string, options: ClientOptions = {}): Promise<Client> {
  const socket = new WebSocket(url, options);
  onTestFinished(() => socket.terminate());
  const client = new Client(socket);
  await once(socket, 'open');
  return client;
}

/** A connection that holds a nickname; the reply to its registration has been read. */
export async function newMember(url: string, name: string): Promise<Client> {
  const client = await newClient(url);
  let reply = await client.ask({ data: 'name', name });
  while (reply['type'] === 'ping') reply = await client.next();
  if (reply['status'] !== true) throw new Error(`could not register: ${JSON.stringify(reply)}`);
  return client;
}
