import type { Draft, Recorded } from './recorded.ts';

/** Milliseconds that an entry waits for those that belong before it. */
const sortTime = 40;
type Waiting = { entry: Recorded; rank: number };

/** Within a millisecond a request comes first, then its consequences, and then its answer. */
function rankOf({ kind }: Draft): number {
  if (kind === 'told') return 1;
  return kind === 'got' ? 2 : 0;
}

/**
 * Puts entries into the order in which things happened: the inspector and the clients have sockets of their own, so an
 * answer may arrive before the event that led to it.
 */
export class Incoming {
  /** Hears of the entries, in order. */
  readonly #onRipe: (entries: readonly Recorded[]) => void;
  /** Entries that are not in order yet. */
  #waiting: Waiting[] = [];
  #sorting: ReturnType<typeof setTimeout> | undefined;
  /** How far the server's clock is behind this one, in milliseconds, including the way from there. */
  #skew: number | undefined;

  constructor(onRipe: (entries: readonly Recorded[]) => void) {
    this.#onRipe = onRipe;
  }

  /** Takes something that has just arrived, and adds the time at which it happened. */
  take(draft: Draft): void {
    this.#waiting.push({ entry: { ...draft, at: this.#timeOf(draft) }, rank: rankOf(draft) });
    this.#sorting ??= setTimeout(() => this.#sort(sortTime / 2), sortTime);
  }

  /** Hands over everything that waits: what comes from now on belongs behind it. */
  flush(): void {
    this.#sort(0);
  }

  #sort(patienceMs: number): void {
    clearTimeout(this.#sorting);
    this.#sorting = undefined;
    const isRipe = ({ entry }: Waiting) => entry.at <= Date.now() - patienceMs;
    const ripe = this.#waiting
      .filter(isRipe)
      .sort((one, other) => one.entry.at - other.entry.at || one.rank - other.rank);
    const taken = new Set(ripe);
    this.#waiting = this.#waiting.filter((waiting) => !taken.has(waiting));
    if (this.#waiting.length > 0) this.#sorting = setTimeout(() => this.#sort(sortTime / 2), sortTime / 2);
    if (ripe.length > 0) this.#onRipe(ripe.map(({ entry }) => entry));
  }

  /** The time on this page's clock. Behind a tunnel the server has another clock. */
  #timeOf(draft: Draft): number {
    const now = Date.now();
    if (draft.kind !== 'told' || !('createdAt' in draft.told)) return now;
    const createdAt = Number(draft.told.createdAt);
    const late = now - createdAt;
    if (Math.abs(late) < Math.abs(this.#skew ?? Number.POSITIVE_INFINITY)) this.#skew = late;
    const skew = this.#skew ?? 0;
    return Math.min(now, createdAt + (Math.abs(skew) < sortTime ? 0 : skew));
  }
}
