/**
 * How fast connections may act (P-LIM-1). Each connection has a bucket for each kind of thing, and all connections of one
 * address share buckets that are thirty-two times as large. What is done takes from both, and waits for the later one.
 */
import type { Request, Unreadable } from '../protocol/request.ts';
import { isWhole } from '../protocol/window.ts';
import { Accounts } from './accounts.ts';
import { Bucket, type Rate } from './rate.ts';

/** How many connections' worth all connections of one address have together. */
const share = 32;

/** What is measured. A `get` is one of a whole history. */
type Kind = 'request' | 'byte' | 'send' | 'name' | 'get';

/** The rates of one connection. A kind without a rate is not limited. */
export type Rates = { readonly [K in Kind]?: Rate | undefined };

type Buckets = ReadonlyMap<Kind, Bucket>;

/** The other end of a connection. `key` is the same for all addresses that share their buckets. */
export type Peer = { readonly address: string | undefined; readonly key: string; readonly isLocal: boolean };

export type AllowanceOptions = {
  rates: Rates;
  /** The rates of peers on this machine. */
  localRates: Rates;
  /** A monotonic clock, in milliseconds. */
  now: () => number;
};

/** What one connection may do. */
export class Allowance {
  readonly #own: Buckets;
  readonly #shared: Buckets;
  readonly #now: () => number;
  /** Gives the buckets back, when the connection is gone. */
  readonly close: () => void;

  constructor(own: Buckets, shared: Buckets, now: () => number, close: () => void) {
    this.#own = own;
    this.#shared = shared;
    this.#now = now;
    this.close = close;
  }

  /** Accounts for a request. Returns for how many milliseconds it must wait. */
  request(request: Request | Unreadable): number {
    const kinds: Kind[] = ['request'];
    if (request.type === 'send' || request.type === 'name') kinds.push(request.type);
    if (request.type === 'get' && isWhole(request.window)) kinds.push('get');
    return Math.max(...kinds.map((kind) => this.#take(kind, 1)));
  }

  /** Accounts for a frame, or a part of one. Returns for how many milliseconds it must wait. */
  frame(bytes: number): number {
    return this.#take('byte', bytes + 64);
  }

  #take(kind: Kind, count: number): number {
    const now = this.#now();
    const own = this.#own.get(kind)?.take(count, now) ?? now;
    const shared = this.#shared.get(kind)?.take(count, now) ?? now;
    return Math.max(own, shared) - now;
  }
}

/** `spent`: buckets of closed connections that are not full yet. */
type Account = { readonly shared: Buckets; spent: Buckets[] };

/**
 * The allowances of all connections. A new connection takes over the buckets that an earlier one from its address has
 * left, the last ones first, so reconnecting fills nothing. An address is forgotten once everything is full.
 */
export class Allowances {
  readonly #options: AllowanceOptions;
  readonly #accounts = new Accounts<Account>(({ shared, spent }) =>
    [shared, ...spent].every((buckets) => this.#isFull(buckets)),
  );

  constructor(options: AllowanceOptions) {
    this.#options = options;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#accounts.size;
  }

  open({ key, isLocal }: Peer): Allowance {
    const { rates, localRates, now } = this.#options;
    const granted = isLocal ? localRates : rates;
    const account = this.#accounts.open(key, () => ({ shared: bucketsOf(granted, share), spent: [] }));
    const own = account.spent.pop() ?? bucketsOf(granted, 1);
    return new Allowance(own, account.shared, now, () => this.#close(key, account, own));
  }

  #close(key: string, account: Account, own: Buckets): void {
    account.spent = [...account.spent, own].filter((buckets) => !this.#isFull(buckets)).slice(-share);
    this.#accounts.close(key);
  }

  #isFull(buckets: Buckets): boolean {
    const now = this.#options.now();
    return [...buckets.values()].every((bucket) => bucket.isFull(now));
  }
}

function bucketsOf(rates: Rates, times: number): Buckets {
  const given = Object.entries(rates).filter((entry): entry is [Kind, Rate] => entry[1] !== undefined);
  return new Map(
    given.map(([kind, { perSecond, burst }]) => [
      kind,
      new Bucket({ perSecond: perSecond * times, burst: burst * times }),
    ]),
  );
}
