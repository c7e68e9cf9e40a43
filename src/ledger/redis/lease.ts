import { setTimeout as sleep } from 'node:timers/promises';

/** The longest time from one renewal to the next, and until Redis replies. */
const mostBeatMs = 500;
const mostSilenceMs = 2500;
/** How long to wait before looking again whether the process may go on. */
const heldMs = 20;

/**
 * The lease of a process as the process itself sees it. A process that was stopped for longer than its lease may have been
 * given up, and must do nothing before it knows better. One that has lost Redis is not stopped: it goes on without a lease.
 */
export class Lease {
  readonly ms: number;
  /** How often it is renewed, and how long Redis may take to reply. */
  readonly beatMs: number;
  readonly silenceMs: number;
  /** When the process last had its lease, or was known to run without one. */
  #soundMs = performance.now();
  readonly #ticks: NodeJS.Timeout;

  /** `isFollowing`: whether the process has to have its lease. */
  constructor(ms: number, isFollowing: () => boolean) {
    this.ms = ms;
    this.beatMs = Math.min(ms / 4, mostBeatMs);
    this.silenceMs = Math.min(ms / 2, mostSilenceMs);
    this.#ticks = setInterval(() => {
      if (!isFollowing() && !this.isHeld) this.#soundMs = performance.now();
    }, this.beatMs).unref();
  }

  get isHeld(): boolean {
    return performance.now() - this.#soundMs > this.ms;
  }

  /** The lease was renewed with what was sent at this time; or the process knows that it has none. */
  renew(sentMs = performance.now()): void {
    this.#soundMs = sentMs;
  }

  /** Resolves when the process may go on. */
  async sound(): Promise<void> {
    while (this.isHeld) await sleep(heldMs, undefined, { ref: false });
  }

  end(): void {
    clearInterval(this.#ticks);
  }
}
