/**
 * The way out of a connection. A frame is built once, and the same buffer is written to every socket, directly to the
 * stream under `ws`. The order of frames is safe because `ws` itself writes only close frames here, and because other
 * data frames wait while a message is going out in fragments (RFC 6455 §5.4: only control frames may stand between
 * them).
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { clipped } from '../protocol/text.ts';
import { continuation, final, header, pingFrame, text } from './frame.ts';
import type { Tap } from './tap.ts';
import type { Turns, Worker } from './turns.ts';

/** The longest fragment. A message that is not longer goes out as one frame. */
const fragmentBytes = 64 * 1024;

/** The longest reason of a close frame (RFC 6455 §5.5). */
const reasonBytes = 123;

/** What it costs to write a byte of a history, which is there already, beside reading and handling one. */
const costOfByte = 1 / 8;

/** The remaining fragments of every outlet that is sending no message. */
const none: never[] = [];

export type OutletOptions = {
  /** The most bytes that may wait for a slow reader. */
  maxBufferedBytes: number;
  /** Called when more are waiting. */
  onOverflow: () => void;
  /** Called when nothing is waiting any more. */
  onFree: () => void;
  /** There is a bug in the way of a long message. */
  onFault: (error: unknown) => void;
  /** In which long messages go out, a fragment each. */
  turns: Turns;
  /** Hears what is sent, as the traffic of connection `id`. */
  tap: Tap;
  id: string;
};

/**
 * A stretch is written to hundreds of outlets in a loop, which finds almost none of their objects in the processor's
 * cache. So whatever `write` needs is a field of the outlet, or an object that all outlets share.
 */
export class Outlet implements Worker {
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #maxBufferedBytes: number;
  readonly #onOverflow: () => void;
  readonly #onFree: () => void;
  readonly #onFault: (error: unknown) => void;
  readonly #turns: Turns;
  readonly #tap: Tap;
  readonly #id: string;
  /** The remaining fragments of the message that is going out, each in parts. */
  #stream: Uint8Array[][] = none;
  /** Frames that wait for the end of that message. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Bytes in the socket's buffer that do not count against the limit: a history that the reader asked for. */
  #exempt = 0;
  /** Bytes handed to the socket so far. */
  #written = 0;

  constructor(ws: WebSocket, socket: Duplex, options: OutletOptions) {
    this.#ws = ws;
    this.#socket = socket;
    this.#maxBufferedBytes = options.maxBufferedBytes;
    this.#onOverflow = options.onOverflow;
    this.#onFree = options.onFree;
    this.#onFault = options.onFault;
    this.#turns = options.turns;
    this.#tap = options.tap;
    this.#id = options.id;
    socket.on('drain', () => {
      if (this.isStreaming) this.#turns.call(this);
      else if (!this.isBusy) this.#onFree();
    });
  }

  /** Whether the socket's buffer is full or a message is going out in fragments, so that requests should wait. */
  get isBusy(): boolean {
    return this.isStreaming || this.#socket.writableNeedDrain;
  }

  /** How many bytes have left for the peer since the beginning. It grows while the peer takes them. */
  get flushed(): number {
    return this.#written - this.#socket.writableLength;
  }

  /** How many bytes wait to leave, apart from a history that is going out. */
  get buffered(): number {
    return this.#socket.writableLength + this.#waitingBytes;
  }

  /** Whether a message is going out in fragments. */
  get isStreaming(): boolean {
    return this.#stream.length > 0;
  }

  /**
   * Sends whole data frames, any number in a buffer. Does nothing on a closing connection. Only the bytes that waited
   * before count against the limit, so a single large stretch closes nobody.
   */
  write(...buffers: readonly Buffer[]): void {
    if (!this.#isOpen || this.#isOverflown()) return;
    this.#tap.onTraffic?.(this.#id, { way: 'out', kind: 'frames', frames: buffers });
    if (this.isStreaming) {
      this.#waiting.push(...buffers);
      this.#waitingBytes += sizeOf(buffers);
    } else this.#writeNow(buffers);
  }

  /**
   * Sends replies, and the events around them. They answer what the peer has under way, which is limited, so they do not
   * count as waiting for a slow reader.
   */
  reply(...frames: readonly Buffer[]): void {
    if (this.isStreaming) {
      this.write(...frames);
      return;
    }
    if (!this.#isOpen) return;
    this.#tap.onTraffic?.(this.#id, { way: 'out', kind: 'frames', frames });
    this.#writeExempt(frames);
  }

  /** Sends a control frame, which may go between the fragments of a message. */
  writeControl(frame: Buffer): void {
    if (!this.#isOpen || this.#isOverflown()) return;
    this.#tap.onTraffic?.(this.#id, { way: 'out', kind: 'frames', frames: [frame] });
    this.#writeNow([frame]);
  }

  /** Sends the frames of a beat. `both` is `frame` and a ping in one buffer. */
  beat(frame: Buffer, both: Buffer): void {
    if (this.isStreaming) {
      this.write(frame);
      this.writeControl(pingFrame);
    } else this.write(both);
  }

  /**
   * Sends the pieces as one text message. A long one goes out in fragments, in turns and as the socket takes them. Must
   * not be called while another message is going out.
   */
  stream(pieces: readonly Uint8Array[]): void {
    if (!this.#isOpen) return;
    this.#tap.onTraffic?.(this.#id, { way: 'out', kind: 'message', pieces });
    const [first = [], ...rest] = inFragments(pieces);
    this.#stream = rest.length > 0 ? rest : none;
    this.#writeFragment(rest.length > 0 ? text : final | text, first);
    if (this.isStreaming) this.#turns.call(this);
  }

  /** Writes the next fragment if the socket takes one, and what waits behind the last one. */
  step(): number | undefined {
    if (!this.isStreaming || this.#socket.writableNeedDrain) return undefined;
    if (!this.#isOpen) this.close();
    const parts = this.#stream.shift() ?? none;
    if (parts.length > 0) this.#writeFragment(this.isStreaming ? continuation : final | continuation, parts);
    if (!this.isStreaming) {
      const frames = this.#waiting;
      this.close();
      if (frames.length > 0) this.#writeNow(frames);
      if (!this.isBusy) this.#onFree();
    }
    return sizeOf(parts) * costOfByte;
  }

  fail(error: unknown): void {
    this.#onFault(error);
  }

  /** Sends a close frame through `ws`, with as much of the reason as it has room for. */
  sendClose(code: number, reason: string): void {
    this.#ws.close(code, clipped(reason, reasonBytes));
  }

  /** Drops everything that has not been written. */
  close(): void {
    this.#stream = none;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** Writes header and payload in one go: no control frame may come between them. Exempt from the limit. */
  #writeFragment(first: number, parts: readonly Uint8Array[]): void {
    this.#writeExempt([header(first, sizeOf(parts)), ...parts]);
  }

  #writeExempt(buffers: readonly Uint8Array[]): void {
    const bytes = sizeOf(buffers);
    this.#exempt += bytes;
    this.#writeNow(buffers, () => {
      this.#exempt -= bytes;
    });
  }

  /** Writes buffers to the socket in one go. */
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

  /** Whether anything may be written: not after a close frame, and not to a closed socket. */
  get #isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  #isOverflown(): boolean {
    const bytes = this.#socket.writableLength - this.#exempt + this.#waitingBytes;
    if (bytes <= this.#maxBufferedBytes) return false;
    this.#onOverflow();
    return true;
  }
}

const sizeOf = (parts: readonly Uint8Array[]) => parts.reduce((sum, { length }) => sum + length, 0);

/** Groups the pieces into fragments of at most `fragmentBytes`, splitting pieces where necessary, without copying. */
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
