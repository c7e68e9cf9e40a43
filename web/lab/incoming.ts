import type { Entry } from './entry.ts';

/** Milliseconds that an entry waits for those that are before it. */
const sortTime = 40;
type Waiting = { entry: Entry; rank: number };

/** Of what is of the same millisecond, a request is before what comes of it, and an answer behind. */
function rankOf({ kind }: Entry): number {
  if (kind === 'told') return 1;
  return kind === 'got' ? 2 : 0;
}

/**
 * Puts what comes into the order of its happening: the inspector and the clients have sockets of their own, so an answer
 * may be here before the event that led to it.
 */
export class Incoming {
  /** Takes entries that are in order. */
  readonly #onRipe: (entries: readonly Entry[]) => void;
  /** Just heard, and not in order yet. */
  #waiting: Waiting[] = [];
  #sorting: ReturnType<typeof setTimeout> | undefined;
  /** Milliseconds that the server's clock is behind this one, and the way from there. */
  #skew: number | undefined;

  constructor(onRipe: (entries: readonly Entry[]) => void) {
    this.#onRipe = onRipe;
  }

  /** Takes an entry, whose time it sets. */
  take(entry: Entry): void {
    this.#waiting.push({ entry: { ...entry, at: this.#timeOf(entry) }, rank: rankOf(entry) });
    this.#sorting ??= setTimeout(() => this.#sort(sortTime / 2), sortTime);
  }

  /** Hands over all that waits: what comes from now on is behind it. */
  flush(): void {
    this.#sort(0);
  }

  #sort(patience: number): void {
    clearTimeout(this.#sorting);
    this.#sorting = undefined;
    const isRipe = ({ entry }: Waiting) => entry.at <= Date.now() - patience;
    const ripe = this.#waiting
      .filter(isRipe)
      .sort((one, other) => one.entry.at - other.entry.at || one.rank - other.rank);
    const taken = new Set(ripe);
    this.#waiting = this.#waiting.filter((waiting) => !taken.has(waiting));
    if (this.#waiting.length > 0) this.#sorting = setTimeout(() => this.#sort(sortTime / 2), sortTime / 2);
    if (ripe.length > 0) this.#onRipe(ripe.map(({ entry }) => entry));
  }

  /** By the clock of this page, which may be another than the server's, behind a tunnel. */
  #timeOf(entry: Entry): number {
    const now = Date.now();
    if (entry.kind !== 'told') return now;
    const { createdAt } = entry.told as { createdAt?: string };
    if (createdAt === undefined) return now;
    const late = now - Number(createdAt);
    if (Math.abs(late) < Math.abs(this.#skew ?? Number.POSITIVE_INFINITY)) this.#skew = late;
    const skew = this.#skew ?? 0;
    return Math.min(now, Number(createdAt) + (Math.abs(skew) < sortTime ? 0 : skew));
  }
}
