import { once } from 'node:events';
import { type RequestOptions, request, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { onTestFinished } from 'vitest';
import { clientFrame, FrameReader, opcodes, type Unit } from './frames.ts';

/**
 * A client that handles RFC 6455 itself, so it can violate it and decide when to read. The strict reader checks all
 * bytes from the server. The client answers neither pings nor close frames by itself. Destroyed after the test.
 */
export class RawPeer<Stream extends Duplex = Socket> {
  readonly socket: Stream;
  /** Resolves when the server has closed or cut off the connection. */
  readonly ended: Promise<void>;
  readonly #reader = new FrameReader();
  readonly #units: Unit[] = [];
  #waiting: { resolve: (unit: Unit) => void; reject: (error: unknown) => void } | undefined;
  #fault: unknown;

  constructor(socket: Stream, head: Buffer) {
    this.socket = socket;
    socket.on('error', () => {});
    this.ended = new Promise((resolve) => {
      socket.on('end', resolve).on('close', () => resolve());
    });
    void this.ended.then(() => this.#fail(new Error('the server has ended the connection')));
    this.#take(head);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  /** Resolves to the next unit. Only one call may wait at a time. Rejects at a violation of RFC 6455, or at the end. */
  next(): Promise<Unit> {
    const unit = this.#units.shift();
    if (unit !== undefined) return Promise.resolve(unit);
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** Resolves to the next text message, parsed. Skips pings and pongs. Rejects if a close frame comes. */
  async nextFrame(): Promise<Record<string, unknown>> {
    for (;;) {
      const { kind, payload } = await this.next();
      if (kind === 'text') return JSON.parse(payload.toString());
      if (kind === 'close') throw new Error(`closed with ${payload.readUInt16BE(0)}`);
    }
  }

  /** Resolves to the code of the close frame. Skips everything before it. */
  async closeCode(): Promise<number> {
    for (;;) {
      const { kind, payload } = await this.next();
      if (kind === 'close') return payload.readUInt16BE(0);
    }
  }

  /** Sends a request as JSON. */
  say(request: unknown): void {
    this.socket.write(clientFrame(JSON.stringify(request)));
  }

  /** Sends a close frame. */
  sayGoodbye(code = 1000): void {
    this.socket.write(clientFrame(Buffer.from([code >> 8, code & 0xff]), { opcode: opcodes.close }));
  }

  #take(chunk: Buffer): void {
    try {
      for (const unit of this.#reader.push(chunk)) this.#give(unit);
    } catch (error) {
      this.#fail(error);
    }
  }

  #give(unit: Unit): void {
    if (this.#waiting === undefined) this.#units.push(unit);
    else this.#waiting.resolve(unit);
    this.#waiting = undefined;
  }

  #fail(error: unknown): void {
    this.#fault ??= error;
    this.#waiting?.reject(this.#fault);
    this.#waiting = undefined;
  }
}

/** Opens a WebSocket. */
export async function newRawPeer(url: string): Promise<RawPeer> {
  return new RawPeer(...(await upgraded<Socket>(url.replace('ws:', 'http:'), {})));
}

/** Opens a WebSocket over a stream in memory, which has no buffers of the kernel, so that every byte counts. */
export async function newPipedPeer(server: Server): Promise<RawPeer<Duplex>> {
  const [near, far] = duplexPair();
  near.once('close', () => far.destroy());
  server.emit('connection', far);
  return new RawPeer(...(await upgraded('http://pipe/', { createConnection: () => near })));
}

async function upgraded<Stream extends Duplex>(
  url: string,
  options: RequestOptions,
): Promise<[Stream, Buffer]> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  const asking = request(url, { ...options, headers }).end();
  const [, socket, head] = (await once(asking, 'upgrade')) as [unknown, Stream, Buffer];
  onTestFinished(() => void socket.destroy());
  return [socket, head];
}

/** Opens a WebSocket and registers. The reply has been read. */
export async function newRawMember(url: string, name: string): Promise<RawPeer> {
  const peer = await newRawPeer(url);
  await register(peer, name);
  return peer;
}

/** Registers and waits for the reply. */
export async function register<Stream extends Duplex>(peer: RawPeer<Stream>, name: string): Promise<void> {
  peer.say({ data: 'name', name });
  let reply = await peer.nextFrame();
  while (reply['type'] === 'ping') reply = await peer.nextFrame();
  if (reply['status'] !== true) throw new Error(`could not register: ${JSON.stringify(reply)}`);
}
