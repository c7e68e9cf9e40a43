import type { Traffic } from './tap.ts';

/**
 * What an inspector is told of the end of a connection: the close frames of both sides, in their order, or that there was
 * none. `ws` answers the peer's close frame at once, while frames from before it may still wait to be handled; they are
 * told first.
 */
export class Parting {
  readonly #tell: (traffic: Traffic) => void;
  /** The code of a close frame that has been written and not told. */
  #written: number | undefined;
  /** Whether this side has ended the connection, with a close frame or without one. */
  #isOurs = false;
  #isOver = false;

  constructor(tell: (traffic: Traffic) => void) {
    this.#tell = tell;
  }

  /** A close frame has been written: of our own accord, or as the answer of `ws`. */
  wrote(code: number): void {
    this.#written ??= code;
  }

  /** What `close` writes is of our own accord, as is what `ws` has written because of an invalid frame. */
  closed(close = () => {}): void {
    close();
    if (this.#written === undefined) return;
    this.#tell({ way: 'out', kind: 'close', code: this.#written });
    this.#written = undefined;
    this.#isOurs = true;
  }

  /** The connection is cut off. */
  cutOff(silentSeconds?: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tell({ way: 'out', kind: 'cutoff', ...(silentSeconds !== undefined && { silentSeconds }) });
  }

  /** The socket is closed and all frames have been handled. `code`: of the peer's close frame, if it has sent one. */
  over(code: number | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (code === undefined) this.#tell({ way: 'in', kind: 'cutoff' });
    else this.#tell({ way: 'in', kind: 'close', code, ...(this.#isOurs && { isAnswer: true }) });
    if (this.#written !== undefined)
      this.#tell({ way: 'out', kind: 'close', code: this.#written, isAnswer: true });
  }
}
