import type { Request, Unreadable } from '../protocol/request.ts';

/** The frames of one connection that may wait or be under way, and their bytes; at more its socket is not read. */
const mostFrames = 64;
const mostBytes = 256 * 1024;
/** The frames of one connection that are handled in one turn of the event loop, before others get theirs. */
const framesPerTurn = 64;

/** A data frame; `request` once it has been read. */
export type DataFrame = { data: Buffer; isBinary: boolean; request?: Request | Unreadable };

/**
 * The frames of one connection that wait to be handled, in their order, and how many of them may be in this turn of the
 * event loop. Control frames do not wait, but they count: what a turn has no room for counts in the next ones.
 */
export class Inbox {
  readonly #onTurn: () => void;
  #frames: DataFrame[] = [];
  /** The bytes of the frames that were taken and are not settled yet, the oldest first. */
  #underWay: number[] = [];
  /** Bytes that wait or are under way. */
  #bytes = 0;
  /** Frames that this turn of the event loop has handled, and control frames that later ones have yet to count. */
  #handled = 0;
  #debt = 0;

  /** `onTurn` is called when more may be handled after a turn that had no more room. */
  constructor(onTurn: () => void) {
    this.#onTurn = onTurn;
  }

  /** So much waits or is under way that the socket should not be read. */
  get isFull(): boolean {
    const frames = this.#frames.length + this.#underWay.length;
    return frames >= mostFrames || this.#bytes >= mostBytes || this.#debt > 0;
  }

  get isEmpty(): boolean {
    return this.#frames.length === 0;
  }

  /** Whether another frame may be handled in this turn. */
  get hasTurn(): boolean {
    return this.#handled < framesPerTurn;
  }

  /** The frame that has waited longest. */
  get first(): DataFrame | undefined {
    return this.#frames[0];
  }

  push(frame: DataFrame): void {
    this.#frames.push(frame);
    this.#bytes += frame.data.length;
  }

  /** Takes the first frame out. It counts as waiting until `settled`. */
  take(): void {
    const { length } = (this.#frames.shift() as DataFrame).data;
    this.#underWay.push(length);
    this.#count();
  }

  /** So many of the frames that were taken, the oldest, have been answered. */
  settled(count: number): void {
    for (const bytes of this.#underWay.splice(0, count)) this.#bytes -= bytes;
  }

  /** A control frame has come. */
  control(): void {
    if (this.hasTurn) this.#count();
    else this.#debt++;
  }

  /** Forgets what waits. */
  clear(): void {
    this.#bytes -= this.#frames.reduce((sum, { data }) => sum + data.length, 0);
    this.#frames = [];
  }

  #count(): void {
    if (this.#handled++ === 0) setImmediate(() => this.#beginTurn());
  }

  #beginTurn(): void {
    const wasOver = !this.hasTurn;
    this.#handled = Math.min(this.#debt, framesPerTurn);
    this.#debt -= this.#handled;
    if (this.#handled > 0) setImmediate(() => this.#beginTurn());
    if (wasOver && this.hasTurn) this.#onTurn();
  }
}
