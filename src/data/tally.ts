import type { Message } from '../protocol/replies.ts';
import { countCodePoints } from '../protocol/text.ts';
import { parseTimestamp } from '../protocol/timestamp.ts';

const dayMs = 86_400_000;

/** `median` and `p95`: so many characters at most have half of the messages, and 95 % of them. */
export type Lengths = { min: number; median: number; p95: number; max: number };

/** What is counted of a history. It grows with days, authors and different lengths, not with messages. */
export class Tally {
  messages = 0;
  /** Messages without content (P-MOD-1). They count for their day and their author, if that is left. */
  removed = 0;
  /** Messages whose timestamp cannot be read. */
  undated = 0;
  /** The first and the last moment, in milliseconds of the clock that the timestamps show. */
  first = Infinity;
  last = -Infinity;
  /** Messages by the number of the day since 1970. */
  readonly days = new Map<number, number>();
  readonly authors = new Map<string, number>();
  readonly #lengths = new Map<number, number>();

  add({ name, content, timestamp }: Message): void {
    this.messages++;
    if (name !== '') count(this.authors, name);
    if (content === '') this.removed++;
    else count(this.#lengths, countCodePoints(content));
    const moment = parseTimestamp(timestamp);
    if (moment === undefined) {
      this.undated++;
      return;
    }
    this.first = Math.min(this.first, moment);
    this.last = Math.max(this.last, moment);
    count(this.days, Math.floor(moment / dayMs));
  }

  /** Of the messages with content; `undefined` if there are none. */
  get lengths(): Lengths | undefined {
    const sorted = [...this.#lengths].sort(([one], [other]) => one - other);
    const total = this.messages - this.removed;
    const [[min] = [0]] = sorted;
    const [max] = sorted.at(-1) ?? [0];
    return total === 0
      ? undefined
      : { min, median: quantile(sorted, total / 2), p95: quantile(sorted, total * 0.95), max };
  }

  /** The authors of the most messages. */
  top(most: number): [name: string, messages: number][] {
    return [...this.authors].sort(([, one], [, other]) => other - one).slice(0, most);
  }
}

/** A moment of the timestamps' clock: `2026-11-21 10:06:00`. */
export const momentText = (moment: number) => new Date(moment).toISOString().slice(0, 19).replace('T', ' ');
export const dayText = (day: number) => momentText(day * dayMs).slice(0, 10);

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The smallest value that at least so many are not above. */
function quantile(sorted: readonly (readonly [value: number, times: number])[], wanted: number): number {
  let counted = 0;
  for (const [value, times] of sorted) {
    counted += times;
    if (counted >= wanted) return value;
  }
  return 0;
}
