type Entry<Account> = { account: Account; open: number };

/** What is remembered of addresses while they have something open, and later until it has settled. */
export class Accounts<Account> {
  readonly #isSettled: (account: Account) => boolean;
  /** The addresses that have something open, and those that have been left. */
  readonly #used = new Map<string, Entry<Account>>();
  readonly #left = new Map<string, Entry<Account>>();

  /** `isSettled`: whether nothing is lost if an account that nobody uses is forgotten. */
  constructor(isSettled: (account: Account) => boolean) {
    this.#isSettled = isSettled;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#used.size + this.#left.size;
  }

  /** How much this address has open. */
  countOpen(key: string): number {
    return this.#used.get(key)?.open ?? 0;
  }

  /** The account of an address. `create` makes one if there is none. */
  of(key: string, create: () => Account): Account {
    const entry = this.#find(key, create);
    if (entry.open === 0) this.#left.set(key, entry);
    return entry.account;
  }

  /** The same, for something that is open until `close` is called. */
  open(key: string, create: () => Account): Account {
    const entry = this.#find(key, create);
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

  #find(key: string, create: () => Account): Entry<Account> {
    this.#forget();
    return this.#used.get(key) ?? this.#left.get(key) ?? { account: create(), open: 0 };
  }

  /** Looks at two addresses that have been left, so that more are forgotten than come, without a search. */
  #forget(): void {
    let looks = 2;
    for (const [key, entry] of this.#left) {
      if (looks-- === 0) return;
      this.#left.delete(key);
      if (!this.#isSettled(entry.account)) this.#left.set(key, entry);
    }
  }
}
