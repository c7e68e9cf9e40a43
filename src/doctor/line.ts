import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { stepMs } from './network.ts';
import { readBody } from './request.ts';
import type { Target } from './target.ts';

/** What comes of an attempt to open a WebSocket. */
export type Opening =
  | { type: 'open'; line: Line }
  | { type: 'refused'; status: number; body: string }
  | { type: 'failed'; error: Error };

export type Frame = Readonly<Record<string, unknown>>;

/** Opens a WebSocket, as a page of this origin does or, without one, as a program. */
export function openLine({ socket: url }: Target, origin?: string): Promise<Opening> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, {
      ...(origin === undefined ? {} : { origin }),
      ...{ handshakeTimeout: stepMs, perMessageDeflate: false, rejectUnauthorized: false },
    });
    const line = new Line(socket);
    socket.on('open', () => resolve({ type: 'open', line }));
    socket.on('error', (error) => resolve({ type: 'failed', error }));
    socket.on('unexpected-response', (_, response: IncomingMessage) => {
      const { statusCode: status = 0 } = response;
      const beginning = within(stepMs, readBody(response)).catch(() => undefined);
      void beginning.then((body = '') => {
        resolve({ type: 'refused', status, body });
        socket.terminate();
      });
    });
  });
}

/** An open WebSocket. It answers pings and otherwise says only what it is told to. */
export class Line {
  readonly #socket: WebSocket;
  /** The close code; 1006 if there was none. */
  readonly closed: Promise<number>;
  /** When each of the protocol's ping messages came. */
  readonly pings: number[] = [];
  #onReply: ((frame: Frame) => void) | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('message', (data) => {
      const frame = frameIn(String(data));
      if (frame['type'] === 'ping') this.pings.push(performance.now());
      else this.#onReply?.(frame);
    });
  }

  /** Sends a request. Resolves to the next frame that is no ping, or to `undefined` if none comes in time. */
  ask(request: object): Promise<Frame | undefined> {
    const reply = new Promise<Frame>((resolve) => {
      this.#onReply = resolve;
    });
    this.#socket.send(JSON.stringify(request));
    return within(stepMs, reply);
  }

  /** Says goodbye. Resolves to the close code, or to `undefined` if the server does not answer in time. */
  leave(): Promise<number | undefined> {
    this.#socket.close(1000);
    return this.#end();
  }

  /** Sends a text frame that is not UTF-8. Resolves like `leave`. */
  offend(): Promise<number | undefined> {
    this.#socket.send(Buffer.of(0xff), { binary: false });
    return this.#end();
  }

  async #end(): Promise<number | undefined> {
    const code = await within(stepMs, this.closed);
    this.#socket.terminate();
    return code;
  }
}

/** Resolves to `undefined` if the promise takes longer than this. */
export async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value | undefined> {
  let late: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    late = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(late);
  }
}

/** A frame, parsed; an empty one if it is no object of JSON. */
function frameIn(text: string): Frame {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
