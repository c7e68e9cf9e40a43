/**
 * How fast connections may act (P-LIM-1). Each connection has a bucket for each kind of thing, and all connections of one
 * address share buckets that are thirty-two times as large. What is done takes from both, and waits for the later one.
 */
import type { Request, Unreadable } from '../protocol/request.ts';
import { isWhole } from '../protocol/window.ts';
import { Accounts } from './accounts.ts';
import type { Peer } from './guest.ts';
import { Bucket, type Rate } from './rate.ts';

/** How many connections' worth all connections of one address have together. */
const share = 32;

/** What is measured. A `get` is one of a whole history. */
type Kind = 'request' | 'byte' | 'send' | 'name' | 'get';

/** The rates of one connection. A kind without a rate is not limited. */
export type Rates = { readonly [K in Kind]?: Rate | undefined };

/** Buckets that have been used; the others are full. */
type Buckets = Map<Kind, Bucket>;

/** The rates of connections, and those of connections from this machine. */
export type Granted = { rates: Rates; localRates: Rates };

export type AllowanceOptions = Granted & {
  /** A monotonic clock, in milliseconds. */
  now: () => number;
};

type Own = {
  own: Buckets;
  shared: Buckets;
  /** The rates that hold now. */
  rates: () => Rates;
  now: () => number;
  /** Gives the buckets back. */
  close: () => void;
};

/** What one connection may do. */
export class Allowance {
  readonly #own: Own;

  constructor(own: Own) {
    this.#own = own;
  }

  /** Accounts for a request. Returns for how many milliseconds it must wait. */
  request(request: Request | Unreadable): number {
    return Math.max(...kindsOf(request).map((kind) => this.#take(kind, 1)));
  }

  /** Takes back a request that will not be handled. */
  giveBack(request: Request | Unreadable): void {
    const { own, shared } = this.#own;
    for (const kind of kindsOf(request)) {
      own.get(kind)?.giveBack(1);
      shared.get(kind)?.giveBack(1 / share);
    }
  }

  /** Accounts for a frame, or a part of one. Returns for how many milliseconds it must wait. */
  frame(bytes: number): number {
    return this.#take('byte', bytes + 64);
  }

  /** Gives the buckets back, when the connection is gone. */
  close(): void {
    this.#own.close();
  }

  #take(kind: Kind, count: number): number {
    const { own, shared, rates, now } = this.#own;
    const rate = rates()[kind];
    if (rate === undefined) return 0;
    const nowMs = now();
    const ownMs = bucketOf(own, kind).take(count, nowMs, rate);
    // A share of the count is the same as so many times the rate.
    const sharedMs = bucketOf(shared, kind).take(count / share, nowMs, rate);
    return Math.max(ownMs, sharedMs) - nowMs;
  }
}

function kindsOf(request: Request | Unreadable): Kind[] {
  const kinds: Kind[] = ['request'];
  if (request.type === 'send' || request.type === 'name') kinds.push(request.type);
  if (request.type === 'get' && isWhole(request.window)) kinds.push('get');
  return kinds;
}

/** `spent`: buckets of closed connections that are not full yet. */
type Account = { readonly isLocal: boolean; readonly shared: Buckets; spent: Buckets[] };

/**
 * The allowances of all connections. A new connection takes over the buckets that an earlier one from its address has
 * left, the last ones first, so reconnecting fills nothing. An address is forgotten once everything is full.
 */
export class Allowances {
  #granted: Granted;
  readonly #now: () => number;
  readonly #accounts = new Accounts<Account>((account) =>
    [account.shared, ...account.spent].every((buckets) => this.#isFull(buckets, account)),
  );

  constructor({ now, ...granted }: AllowanceOptions) {
    this.#granted = granted;
    this.#now = now;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#accounts.size;
  }

  /** Other rates hold from now on, for connections that are open too. What has been taken from a bucket stays taken. */
  change({ rates, localRates }: Granted): void {
    this.#granted = { rates, localRates };
  }

  open({ key, isLocal }: Peer): Allowance {
    const account = this.#accounts.open(key, () => ({ isLocal, shared: new Map(), spent: [] }));
    const own: Buckets = account.spent.pop() ?? new Map();
    return new Allowance({
      own,
      shared: account.shared,
      rates: () => this.#ratesOf(account),
      now: this.#now,
      close: () => this.#close(key, account, own),
    });
  }

  #close(key: string, account: Account, own: Buckets): void {
    const isSpent = (buckets: Buckets) => !this.#isFull(buckets, account);
    account.spent = [...account.spent, own].filter(isSpent).slice(-share);
    this.#accounts.close(key);
  }

  #isFull(buckets: Buckets, account: Account): boolean {
    const rates = this.#ratesOf(account);
    const nowMs = this.#now();
    return [...buckets].every(([kind, bucket]) => {
      const rate = rates[kind];
      return rate === undefined || bucket.isFull(nowMs, rate);
    });
  }

  #ratesOf({ isLocal }: Account): Rates {
    return isLocal ? this.#granted.localRates : this.#granted.rates;
  }
}

function bucketOf(buckets: Buckets, kind: Kind): Bucket {
  let bucket = buckets.get(kind);
  if (bucket === undefined) {
    bucket = new Bucket();
    buckets.set(kind, bucket);
  }
  return bucket;
}
