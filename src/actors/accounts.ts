export type AccountsOptions<Account> = {
  /** Makes the account of an address that is new, or has been forgotten. */
  create: () => Account;
  /** Whether nothing would be lost if an account that nobody uses was forgotten. */
  isSettled: (account: Account) => boolean;
};

type Entry<Account> = { account: Account; open: number };

/** What is remembered of addresses while they have something open, and later until it has settled. */
export class Accounts<Account> {
  readonly #options: AccountsOptions<Account>;
  /** The addresses that have something open, and those that have been left. */
  readonly #used = new Map<string, Entry<Account>>();
  readonly #left = new Map<string, Entry<Account>>();

  constructor(options: AccountsOptions<Account>) {
    this.#options = options;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#used.size + this.#left.size;
  }

  /** How much this address has open. */
  countOpen(key: string): number {
    return this.#used.get(key)?.open ?? 0;
  }

  /** Opens something. `close` must be called for it once. */
  open(key: string): Account {
    const entry = this.#find(key);
    this.#left.delete(key);
    this.#used.set(key, entry);
    entry.open++;
    return entry.account;
  }

  close(key: string): void {
    const entry = this.#used.get(key);
    if (entry === undefined || --entry.open > 0) return;
    this.#used.delete(key);
    this.#left.set(key, entry);
  }

  /** The account of an address, whether or not it has something open. */
  of(key: string): Account {
    const entry = this.#find(key);
    if (entry.open === 0) this.#left.set(key, entry);
    return entry.account;
  }

  #find(key: string): Entry<Account> {
    this.#forget();
    return this.#used.get(key) ?? this.#left.get(key) ?? { account: this.#options.create(), open: 0 };
  }

  /** Looks at two addresses that have been left, so that more are forgotten than come, without a search. */
  #forget(): void {
    let looks = 2;
    for (const [key, entry] of this.#left) {
      if (looks-- === 0) return;
      this.#left.delete(key);
      if (!this.#options.isSettled(entry.account)) this.#left.set(key, entry);
    }
  }
}
