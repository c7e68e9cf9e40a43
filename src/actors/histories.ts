import { type AskedWindow, isWhole, isWindow, type Window } from '../protocol/window.ts';
import type { Turns, Worker } from './turns.ts';

export type HistoriesOptions = {
  maxGetBytes: number;
  /** The size of the messages in a window, in bytes. */
  weigh: (window: Window | undefined) => number;
  turns: Turns;
};

/** A reply that goes out at once, in one frame, and so does not have to wait. */
const mostAtOnce = 64 * 1024;

/**
 * Bounds how many bytes of histories wait to go out to all readers together (P-LIM-2). More readers wait, in the order in
 * which they have asked. One that is larger than the bound goes out alone.
 */
export class Histories {
  readonly #options: HistoriesOptions;
  #most: number;
  readonly #sent = new Map<Worker, number>();
  #bytes = 0;
  readonly #waiting = new Set<Worker>();

  constructor(options: HistoriesOptions) {
    this.#options = options;
    this.#most = options.maxGetBytes;
  }

  /** Another bound holds from now on. */
  change(maxGetBytes: number): void {
    this.#most = maxGetBytes;
    this.#callNext();
  }

  /** Whether this reader's `get` may be answered. If not, the reader gets a turn when it may ask again. */
  enter(reader: Worker, asked: AskedWindow | undefined): boolean {
    if (!isWhole(asked) || (asked !== undefined && !isWindow(asked))) return true;
    const bytes = this.#options.weigh(asked);
    if (bytes <= mostAtOnce) return true;
    const [next = reader] = this.#waiting;
    if (next !== reader || (this.#bytes > 0 && this.#bytes + bytes > this.#most)) {
      this.#waiting.add(reader);
      return false;
    }
    this.#waiting.delete(reader);
    this.#sent.set(reader, bytes);
    this.#bytes += bytes;
    this.#callNext();
    return true;
  }

  /** Called when this reader's history has gone out, or its socket is closed. */
  leave(reader: Worker): void {
    const bytes = this.#sent.get(reader);
    if (bytes === undefined) return;
    this.#sent.delete(reader);
    this.#bytes -= bytes;
    this.#callNext();
  }

  /** Called when this reader cannot take a history now, so that nobody waits behind it. */
  stepAside(reader: Worker): void {
    if (this.#waiting.delete(reader)) this.#callNext();
  }

  #callNext(): void {
    const [next] = this.#waiting;
    if (next !== undefined) this.#options.turns.call(next);
  }
}
