import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';

/** A frame from the server, parsed. */
export type Frame = Record<string, unknown>;

/** A WebSocket whose frames can be awaited one by one. Terminated after the test. */
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

  /** Resolves to the next frame as text. Only one call may wait at a time. */
  nextRaw(): Promise<string> {
    const frame = this.#frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** Resolves to the next frame, parsed. */
  async next(): Promise<Frame> {
    return JSON.parse(await this.nextRaw());
  }

  /** Sends a request and waits for the next frame. */
  ask(request: unknown): Promise<Frame> {
    this.say(request);
    return this.next();
  }

  /**
   * Sends a request without effect, and resolves to the frames that come before its reply. Proves that nothing else was
   * received.
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

  /** Resolves to the close code. */
  closed(): Promise<number> {
    return this.#closed;
  }

  /** Waits until the connection is closed, and resolves to the frames that have not been taken. */
  async left(): Promise<Frame[]> {
    await this.#closed;
    return this.#frames.splice(0).map((frame) => JSON.parse(frame));
  }

  /** Closes the connection with a goodbye and waits until it is closed. */
  async leave(): Promise<void> {
    this.socket.close();
    await this.#closed;
  }
}

/** Opens a connection that is not registered. */
export async function newClient(
  url: string,
  options: ClientOptions = {},
  protocols: string[] = [],
): Promise<Client> {
  const socket = new WebSocket(url, protocols, options);
  onTestFinished(() => socket.terminate());
  const client = new Client(socket);
  await once(socket, 'open');
  return client;
}

/** Opens a connection and registers it. The reply has been read. */
export async function newMember(url: string, name: string): Promise<Client> {
  const client = await newClient(url);
  let reply = await client.ask({ data: 'name', name });
  while (reply['type'] === 'ping') reply = await client.next();
  if (reply['status'] !== true) throw new Error(`could not register: ${JSON.stringify(reply)}`);
  return client;
}
