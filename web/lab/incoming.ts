import { bytesOf } from './bytes.ts';
import type { Draft, Recorded } from './recorded.ts';

/** Milliseconds that an entry waits for those that belong before it. */
const sortTime = 40;

/**
 * Puts entries into the order in which things happened. The inspector and the clients have sockets of their own, so an
 * answer may arrive before the event that led to it. What comes over one socket is in order already.
 */
export class Incoming {
  /** Hears of the entries, in order. */
  readonly #onRipe: (entries: readonly Recorded[]) => void;
  /** Entries that wait: what the inspector told, and what the page's own clients did. */
  readonly #told: Recorded[] = [];
  readonly #own: Recorded[] = [];
  #sorting: ReturnType<typeof setTimeout> | undefined;
  /** How far the server's clock is behind this one, in milliseconds, including the way from there. */
  #skew: number | undefined;

  constructor(onRipe: (entries: readonly Recorded[]) => void) {
    this.#onRipe = onRipe;
  }

  /** Takes something that has just arrived, and adds the time at which it happened. */
  take(draft: Draft): void {
    const queue = draft.kind === 'told' ? this.#told : this.#own;
    queue.push({ ...draft, at: this.#timeOf(draft) });
    this.#sorting ??= setTimeout(() => this.#sort(sortTime / 2), sortTime);
  }

  /** Hands over everything that waits: what comes from now on belongs behind it. */
  flush(): void {
    this.#sort(Number.NEGATIVE_INFINITY);
  }

  #sort(patienceMs: number): void {
    clearTimeout(this.#sorting);
    this.#sorting = undefined;
    const until = Date.now() - patienceMs;
    const ripe: Recorded[] = [];
    for (let first = this.#first(); first !== undefined && first.at <= until; first = this.#first()) {
      (first.kind === 'told' ? this.#told : this.#own).shift();
      ripe.push(first);
    }
    if (this.#first() !== undefined) this.#sorting = setTimeout(() => this.#sort(sortTime / 2), sortTime / 2);
    if (ripe.length > 0) this.#onRipe(ripe);
  }

  /** The entry that waits and happened first. */
  #first(): Recorded | undefined {
    const [told] = this.#told;
    const [own] = this.#own;
    if (told === undefined || own === undefined) return told ?? own;
    if (told.at !== own.at) return told.at < own.at ? told : own;
    return this.#isToldSoon(own) ? told : own;
  }

  /** Has a client got a frame that the server sent in the same millisecond, as the inspector tells? */
  #isToldSoon(own: Recorded): boolean {
    if (own.kind !== 'got') return false;
    const bytes = bytesOf(own.text);
    for (const entry of this.#told) {
      if (entry.at > own.at) return false;
      if (entry.kind !== 'told' || entry.told.type !== '@chat.frame') continue;
      if (entry.told.way === 'out' && entry.told.bytes === bytes) return true;
    }
    return false;
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
