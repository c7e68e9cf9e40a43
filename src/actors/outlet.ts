/**
 * Bytes once, to many sockets. A frame is built once and the same buffer is written to every socket, straight to the
 * stream under `ws`. That keeps whole frames in order because `ws` itself only ever writes control frames here, each in
 * one go, and because a message that goes out in fragments holds all other data frames back until it is through
 * (RFC 6455 §5.4: control frames may stand between fragments, data frames may not).
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { continuation, final, header, pingFrame, text } from './frame.ts';

/** The most bytes of a fragment; a message of no more goes out as one frame. */
const fragmentBytes = 64 * 1024;

export type OutletOptions = {
  /** Most bytes that wait for a slow reader. */
  maxBufferedBytes: number;
  /** More are waiting. */
  onOverflow: () => void;
  /** What waited is out. */
  onFree: () => void;
  /** Hears of whole frames that are sent, any number in a buffer. */
  onFrames?: (frames: readonly Buffer[]) => void;
  /** Hears of a close frame that is sent. */
  onClose?: (code: number) => void;
  /** Hears of a message that is sent in pieces. */
  onMessage?: (pieces: readonly Uint8Array[]) => void;
};

/** The way out of one connection, with its backpressure. */
export class Outlet {
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #options: OutletOptions;
  /** The fragments still to come of the message that is going out, each in parts. */
  #stream: Uint8Array[][] = [];
  /** Frames that wait for its end. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Bytes in the socket's buffer that do not count against the reader: the history that it asked for. */
  #exempt = 0;
  /** Bytes handed to the socket so far. */
  #written = 0;

  constructor(ws: WebSocket, socket: Duplex, options: OutletOptions) {
    this.#ws = ws;
    this.#socket = socket;
    this.#options = options;
    socket.on('drain', () => {
      this.#pump();
      if (!this.isBusy) options.onFree();
    });
  }

  /** More waits to go out than the socket likes to hold: whoever asks for yet more should wait. */
  get isBusy(): boolean {
    return this.isStreaming || this.#socket.writableNeedDrain;
  }

  /** Bytes that have left for the peer since the beginning: more than a while ago means that it takes them. */
  get flushed(): number {
    return this.#written - this.#socket.writableLength;
  }

  /** A message is going out in fragments. */
  get isStreaming(): boolean {
    return this.#stream.length > 0;
  }

  /**
   * Sends whole data frames, any number in a buffer. Does nothing on a connection that is closing. What is too much is
   * judged by what was waiting before, so that nobody is closed for a single large batch.
   */
  write(...buffers: readonly Buffer[]): void {
    if (!this.#isOpen || this.#isOverflown()) return;
    this.#options.onFrames?.(buffers);
    if (this.isStreaming) {
      this.#waiting.push(...buffers);
      this.#waitingBytes += sizeOf(buffers);
    } else this.#writeNow(buffers);
  }

  /** Sends a control frame, which need not wait for a message in fragments. */
  writeControl(frame: Buffer): void {
    if (!this.#isOpen || this.#isOverflown()) return;
    this.#options.onFrames?.([frame]);
    this.#writeNow([frame]);
  }

  /** Sends the frames of a beat: `both` is `frame` and a ping, in one. */
  beat(frame: Buffer, both: Buffer): void {
    if (this.isStreaming) {
      this.write(frame);
      this.writeControl(pingFrame);
    } else this.write(both);
  }

  /**
   * Sends one text message, the sum of these pieces: in fragments, as the socket takes them, if it is long. Not while
   * another is going out.
   */
  stream(pieces: readonly Uint8Array[]): void {
    if (!this.#isOpen) return;
    this.#options.onMessage?.(pieces);
    const [first = [], ...rest] = inFragments(pieces);
    this.#stream = rest;
    this.#writeFragment(rest.length > 0 ? text : final | text, first);
    this.#pump();
  }

  /** Sends a close frame, of which `ws` is the one writer. */
  sendClose(code: number, reason: string): void {
    if (this.#isOpen) this.#options.onClose?.(code);
    this.#ws.close(code, reason);
  }

  /** Forgets what has not been written: the connection is gone. */
  close(): void {
    this.#stream = [];
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** Writes fragments for as long as the socket takes them, and what waits for their end after the last. */
  #pump(): void {
    if (!this.isStreaming) return;
    if (!this.#isOpen) this.close();
    while (this.isStreaming && !this.#socket.writableNeedDrain) {
      const parts = this.#stream.shift() as Uint8Array[];
      this.#writeFragment(this.isStreaming ? continuation : final | continuation, parts);
    }
    if (this.isStreaming) return;
    const frames = this.#waiting;
    this.close();
    if (frames.length > 0) this.#writeNow(frames);
  }

  /** Header and payload in one go: no control frame may come between them. It does not count against the reader. */
  #writeFragment(first: number, parts: readonly Uint8Array[]): void {
    const frame = [header(first, sizeOf(parts)), ...parts];
    const bytes = sizeOf(frame);
    this.#exempt += bytes;
    this.#writeNow(frame, () => {
      this.#exempt -= bytes;
    });
  }

  /** Hands buffers to the socket, in one go. */
  #writeNow(buffers: readonly Uint8Array[], onWritten?: () => void): void {
    const last = buffers.length - 1;
    if (last > 0) this.#socket.cork();
    for (let at = 0; at <= last; at++) {
      const buffer = buffers[at] as Uint8Array;
      this.#written += buffer.length;
      this.#socket.write(buffer, at === last ? onWritten : undefined);
    }
    if (last > 0) this.#socket.uncork();
  }

  /** May anything be written? Not after a close frame, nor to a socket that is gone. */
  get #isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  #isOverflown(): boolean {
    const bytes = this.#socket.writableLength - this.#exempt + this.#waitingBytes;
    if (bytes <= this.#options.maxBufferedBytes) return false;
    this.#options.onOverflow();
    return true;
  }
}

const sizeOf = (parts: readonly Uint8Array[]) => parts.reduce((sum, { length }) => sum + length, 0);

/** The pieces in groups of at most `fragmentBytes`, cut where they must be, and none of them copied. */
function inFragments(pieces: readonly Uint8Array[]): Uint8Array[][] {
  const fragments: Uint8Array[][] = [];
  let room = 0;
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      if (room === 0) {
        fragments.push([]);
        room = fragmentBytes;
      }
      const part = piece.subarray(at, at + room);
      fragments.at(-1)?.push(part);
      at += part.length;
      room -= part.length;
    }
  }
  return fragments;
}
