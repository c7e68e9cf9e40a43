import type { Request, Unreadable } from '../protocol/request.ts';
import type { Traffic } from './tap.ts';
import { type Delays, Toll } from './toll.ts';

/** The most frames of one connection, and bytes, that may wait or be under way before no more are read. */
const mostFrames = 64;
const mostBytes = 256 * 1024;

/** A text or binary message, and in how many frames it has come; `request` is set once it has been read. */
export type DataFrame = {
  data: Buffer;
  isBinary: boolean;
  fragments: number;
  request?: Request | Unreadable;
};

/** What an inspector is told of it. */
export const trafficOf = ({ data, isBinary, fragments }: DataFrame): Traffic => ({
  way: 'in',
  kind: isBinary ? 'binary' : 'text',
  payload: data,
  fragments,
});

/** The queue of frames of one connection. It says when the first of them may be handled (P-LIM-1). */
export class Inbox {
  readonly #toll: Toll;
  #frames: DataFrame[] = [];
  /** The sizes of the frames under way in bytes, the oldest first. */
  #underWay: number[] = [];
  /** How many bytes wait or are under way. */
  #bytes = 0;

  /** `onDue` is called when the first frame may be handled after a wait, which is added to `delays`. */
  constructor(onDue: () => void, delays: Delays) {
    this.#toll = new Toll(onDue, delays);
  }

  /** Whether so much waits or is under way that no more should be read. */
  get isFull(): boolean {
    return this.#frames.length + this.#underWay.length >= mostFrames || this.#bytes >= mostBytes;
  }

  /** How many frames wait. */
  get length(): number {
    return this.#frames.length;
  }

  /** The frame that has waited longest. */
  get first(): DataFrame | undefined {
    return this.#frames[0];
  }

  /** Whether the first frame may be handled. The first call for it pays, by `pay`, which returns how long it must wait. */
  isDue(pay: () => number): boolean {
    return this.#toll.isOpen(pay);
  }

  push(frame: DataFrame): void {
    this.#frames.push(frame);
    this.#bytes += frame.data.length;
  }

  /** Removes the first frame. It counts as under way until `settled`. */
  take(): void {
    const { length } = (this.#frames.shift() as DataFrame).data;
    this.#underWay.push(length);
    this.#toll.passed();
  }

  /** Called when the oldest `count` frames under way have been answered. */
  settled(count: number): void {
    for (const bytes of this.#underWay.splice(0, count)) this.#bytes -= bytes;
  }

  /** Drops the waiting frames. `giveBack` is called for the first of them if it has paid and was not due yet. */
  clear(giveBack: (frame: DataFrame) => void): void {
    const { first } = this;
    if (first === undefined) return;
    if (this.#toll.isWaiting) giveBack(first);
    this.#bytes -= this.#frames.reduce((sum, { data }) => sum + data.length, 0);
    this.#frames = [];
    this.#toll.passed();
  }
}
