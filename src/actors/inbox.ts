import type { Request, Unreadable } from '../protocol/request.ts';

/** The most frames of one connection, and bytes, that may wait or be under way before its socket is paused. */
const mostFrames = 64;
const mostBytes = 256 * 1024;
/** How many frames of one connection are handled in one turn of the event loop. */
const framesPerTurn = 64;
/** How much a peer may send while its connection closes, in bytes. A frame counts as so many more, however short it is. */
const mostDropped = 4 * 1024 * 1024;
const droppedFrameBytes = 1024;

/** A text or binary frame; `request` is set once it has been read. */
export type DataFrame = { data: Buffer; isBinary: boolean; request?: Request | Unreadable };

/**
 * The queue of frames of one connection, which also limits how many of them are handled in one turn of the event loop.
 * Control frames do not wait, but they count; those beyond the limit of one turn count in the next.
 */
export class Inbox {
  readonly #onTurn: () => void;
  #frames: DataFrame[] = [];
  /** The sizes of the frames under way in bytes, the oldest first. */
  #underWay: number[] = [];
  /** How many bytes wait or are under way. */
  #bytes = 0;
  /** How many frames this turn has handled, and how many control frames later turns have yet to count. */
  #handled = 0;
  #debt = 0;
  /** How much has been dropped since the connection began to close. */
  #dropped: number | undefined;

  /** `onTurn` is called when frames may be handled again after a turn at its limit. */
  constructor(onTurn: () => void) {
    this.#onTurn = onTurn;
  }

  /** Whether so much waits or is under way that the socket should not be read. */
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

  /** Removes the first frame. It counts as under way until `settled`. */
  take(): void {
    const { length } = (this.#frames.shift() as DataFrame).data;
    this.#underWay.push(length);
    this.#count();
  }

  /** Called when the oldest `count` frames under way have been answered. */
  settled(count: number): void {
    for (const bytes of this.#underWay.splice(0, count)) this.#bytes -= bytes;
  }

  /** Counts a control frame. */
  control(): void {
    if (this.hasTurn) this.#count();
    else this.#debt++;
  }

  /**
   * Drops what waits. Returns whether a peer sends on and on to a connection that closes: what waited when it began to
   * close does not count.
   */
  drop(): boolean {
    const bytes = this.#frames.reduce((sum, { data }) => sum + data.length, 0);
    const frames = this.#frames.length + this.#debt;
    this.#dropped = this.#dropped === undefined ? 0 : this.#dropped + bytes + frames * droppedFrameBytes;
    this.#bytes -= bytes;
    this.#frames = [];
    this.#debt = 0;
    return this.#dropped > mostDropped;
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
