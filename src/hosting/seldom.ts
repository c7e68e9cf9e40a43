const everyMs = 60_000;

/** Lets something be said once a minute at most. `now` is a monotonic clock, in milliseconds. */
export class Seldom {
  readonly #now: () => number;
  #saidMs = Number.NEGATIVE_INFINITY;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether it may be said now. Then it has been said. */
  isDue(): boolean {
    const nowMs = this.#now();
    if (nowMs - this.#saidMs < everyMs) return false;
    this.#saidMs = nowMs;
    return true;
  }
}
