import { Accounts } from '../actors/accounts.ts';

/** How many wrong tokens an address may try, and for how long it may try none after that. */
const mostWrong = 5;
const pauseMs = 60_000;

type Account = { wrong: number; untilMs: number };
const create = (): Account => ({ wrong: 0, untilMs: 0 });

/** Counts the wrong tokens of each address, which are forgotten after a minute without another. */
export class Guesses {
  readonly #now: () => number;
  readonly #accounts: Accounts<Account>;

  /** `now`: a monotonic clock, in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#accounts = new Accounts(({ untilMs }) => untilMs <= now());
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#accounts.size;
  }

  /** For how many milliseconds this address may try no token, not even a right one. */
  waitMs(key: string): number {
    const { wrong, untilMs } = this.#accounts.of(key, create);
    return wrong < mostWrong ? 0 : Math.max(0, untilMs - this.#now());
  }

  /** Counts a wrong token of this address. */
  add(key: string): void {
    const account = this.#accounts.of(key, create);
    if (account.untilMs <= this.#now()) account.wrong = 0;
    account.wrong++;
    account.untilMs = this.#now() + pauseMs;
  }
}
