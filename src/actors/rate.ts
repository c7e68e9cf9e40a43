/** Tokens come at `perSecond`, and at most `burst` of them are saved up. */
export type Rate = { readonly perSecond: number; readonly burst: number };

/**
 * A bucket of tokens. It lends: who takes more than there are is told when they will have come. So those who wait for
 * one bucket each get a time of their own, in the order in which they have asked.
 */
export class Bucket {
  readonly #msEach: number;
  readonly #burstMs: number;
  /** When the bucket will be full, if nobody takes anything more. */
  #fullAtMs = Number.NEGATIVE_INFINITY;

  constructor({ perSecond, burst }: Rate) {
    this.#msEach = 1000 / perSecond;
    this.#burstMs = burst * this.#msEach;
  }

  /** Takes so many tokens. Returns the time at which all of them are there, `nowMs` at the earliest. */
  take(count: number, nowMs: number): number {
    this.#fullAtMs = Math.max(this.#fullAtMs, nowMs) + count * this.#msEach;
    return Math.max(nowMs, this.#fullAtMs - this.#burstMs);
  }

  /** Takes a token if there is one, and lends none. Returns for how many milliseconds there is none. */
  tryTake(nowMs: number): number {
    const waitMs = Math.max(0, this.#fullAtMs + this.#msEach - this.#burstMs - nowMs);
    if (waitMs === 0) this.take(1, nowMs);
    return waitMs;
  }

  isFull(nowMs: number): boolean {
    return this.#fullAtMs <= nowMs;
  }
}
