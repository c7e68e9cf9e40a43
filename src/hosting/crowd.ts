import { Accounts } from '../actors/accounts.ts';
import { Bucket, type Rate } from '../actors/rate.ts';

export type CrowdLimits = {
  /** The most connections of one address that may be open. */
  readonly most: number;
  /** How fast new ones of one address may come. */
  readonly rate: Rate | undefined;
};

const create = () => new Bucket();

/** The connections of each address, counted and timed. */
export class Crowd {
  #limits: CrowdLimits;
  readonly #now: () => number;
  readonly #accounts: Accounts<Bucket>;

  /** `now`: a monotonic clock, in milliseconds. */
  constructor(limits: CrowdLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
    this.#accounts = new Accounts((bucket) => {
      const { rate } = this.#limits;
      return rate === undefined || bucket.isFull(now(), rate);
    });
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#accounts.size;
  }

  /** Sets other limits. What is open stays open, even if it is too much now. */
  change(limits: CrowdLimits): void {
    this.#limits = limits;
  }

  /** Whether this address has as many connections open as it may. */
  isFull(key: string): boolean {
    return this.#accounts.countOpen(key) >= this.#limits.most;
  }

  /** Lets a new connection of this address come, or returns for how many milliseconds none may. */
  come(key: string): number {
    const { rate } = this.#limits;
    return rate === undefined ? 0 : this.#accounts.of(key, create).tryTake(this.#now(), rate);
  }

  /** For how many milliseconds no new connection of this address may come. */
  waitMs(key: string): number {
    const { rate } = this.#limits;
    return rate === undefined ? 0 : this.#accounts.of(key, create).waitMs(this.#now(), rate);
  }

  /** Counts a connection of this address until the returned function is called. */
  open(key: string): () => void {
    this.#accounts.open(key, create);
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      this.#accounts.close(key);
    };
  }
}
