import { setTimeout as sleep } from 'node:timers/promises';

/** The longest time from one renewal to the next, and until Redis replies. */
const mostBeatMs = 500;
const mostSilenceMs = 2000;
/** How long to wait before looking again whether the process may go on. */
const heldMs = 20;

/** If the wall clock gets ahead by more than this, the machine has slept, or the clock was set. */
const leapMs = 100;

/** A clock that also goes on while the machine sleeps, and never goes back. */
function newClock(): () => number {
  let aheadMs = Date.now() - performance.now();
  let sleptMs = 0;
  return () => {
    const beforeMs = aheadMs;
    aheadMs = Date.now() - performance.now();
    if (aheadMs - beforeMs > leapMs) sleptMs += aheadMs - beforeMs;
    return performance.now() + sleptMs;
  };
}

/**
 * The lease of a process as the process itself sees it. A process that was stopped for longer than its lease may have been
 * given up, and must say nothing before it knows better. One that has lost Redis while it ran knows that it has no lease,
 * and goes on without.
 */
export class Lease {
  readonly ms: number;
  /** How often it is renewed, and how long Redis may take to reply: twice that and a beat are shorter than the lease. */
  readonly beatMs: number;
  readonly silenceMs: number;
  /** The time, for `renew`. */
  readonly now = newClock();
  readonly #isFollowing: () => boolean;
  /** A stop that is longer may have taken a lease that had been renewed in time. */
  #mostStopMs: number;
  readonly #ticks: NodeJS.Timeout;
  #tickMs = this.now();
  #renewedMs = this.now();
  #wasStopped = false;

  /** `isFollowing`: whether the process has to have its lease. */
  constructor(ms: number, isFollowing: () => boolean) {
    this.ms = ms;
    this.beatMs = Math.min(ms / 4, mostBeatMs);
    this.silenceMs = Math.min(ms * 0.35, mostSilenceMs);
    this.#mostStopMs = ms - this.beatMs - this.silenceMs;
    this.#isFollowing = isFollowing;
    this.#ticks = setInterval(() => {
      this.#look();
      this.#tickMs = this.now();
    }, this.beatMs).unref();
  }

  get isHeld(): boolean {
    this.#look();
    return this.#wasStopped || (this.#isFollowing() && this.now() - this.#renewedMs > this.ms);
  }

  #look(): void {
    if (this.now() - this.#tickMs > this.#mostStopMs) this.#wasStopped = true;
  }

  /** The lease was renewed at Redis after this time; or the process knows that it has none. */
  renew(askedMs = this.now()): void {
    this.#renewedMs = askedMs;
    if (this.now() - askedMs <= this.ms) this.#wasStopped = false;
  }

  /** Resolves when the process may go on. */
  async sound(): Promise<void> {
    while (this.isHeld) await sleep(heldMs, undefined, { ref: false });
  }

  end(): void {
    clearInterval(this.#ticks);
    this.#mostStopMs = Number.POSITIVE_INFINITY;
  }
}
