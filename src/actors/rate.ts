/** Tokens come at `perSecond`, and at most `burst` of them are saved up. */
export type Rate = { readonly perSecond: number; readonly burst: number };

/**
 * A bucket of tokens. It lends: who takes more than there are is told when they will have come. So those who wait for
 * one bucket each get a time of their own, in the order in which they have asked. The rate comes with each call, because
 * it can change: what is missing stays missing then.
 */
export class Bucket {
  /** How many tokens were missing at `#atMs`. */
  #missing = 0;
  #atMs = 0;

  /** Takes so many tokens. Returns the time at which all of them are there, `nowMs` at the earliest. */
  take(count: number, nowMs: number, rate: Rate): number {
    this.#missing = this.#missingAt(nowMs, rate) + count;
    this.#atMs = nowMs;
    return nowMs + Math.max(0, ((this.#missing - rate.burst) / rate.perSecond) * 1000);
  }

  /** Takes a token if there is one, and lends none. Returns for how many milliseconds there is none. */
  tryTake(nowMs: number, rate: Rate): number {
    const waitMs = this.waitMs(nowMs, rate);
    if (waitMs === 0) this.take(1, nowMs, rate);
    return waitMs;
  }

  /** For how many milliseconds there is no token. */
  waitMs(nowMs: number, rate: Rate): number {
    return Math.max(0, ((this.#missingAt(nowMs, rate) + 1 - rate.burst) / rate.perSecond) * 1000);
  }

  /** Takes back what has been taken by somebody who did not wait for it. */
  giveBack(count: number): void {
    this.#missing = Math.max(0, this.#missing - count);
  }

  isFull(nowMs: number, rate: Rate): boolean {
    return this.#missingAt(nowMs, rate) === 0;
  }

  #missingAt(nowMs: number, { perSecond }: Rate): number {
    return Math.max(0, this.#missing - ((nowMs - this.#atMs) / 1000) * perSecond);
  }
}
