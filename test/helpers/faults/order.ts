/** Puts together the one order that all transcripts are parts of (P-SEND-4). */
import type { Cut, Entry, Transcript } from './transcript.ts';

/** An entry, and what a `get` saw just behind it. */
export type Place = { entry: Entry; cuts: Cut[] };

/** What one member was told, and how many entries of it come before each cut. */
type Part = { title: string; entries: Entry[]; cuts: { at: number; cut: Cut }[] };

/**
 * A member is told every entry of its time, so its part is a stretch of the order without a gap. Begins with the
 * longest part, and fits in the others one by one: each must overlap with what is known, and agree with it.
 */
export function orderOf(transcripts: readonly Transcript[]): { places: Place[]; findings: string[] } {
  const order = new Order();
  const parts = transcripts.map(partOf).filter(({ entries }) => entries.length > 0);
  let waiting = parts.sort((one, other) => other.entries.length - one.entries.length);
  for (let before = Number.POSITIVE_INFINITY; waiting.length < before; ) {
    before = waiting.length;
    waiting = waiting.filter((part) => !order.add(part));
  }
  return { places: order.places(), findings: waiting.map((part) => order.contradiction(part)) };
}

function partOf({ title, steps }: Transcript): Part {
  const part: Part = { title, entries: [], cuts: [] };
  for (const step of steps) {
    if (step.type === 'entry') part.entries.push(step.entry);
    if (step.type === 'cut') part.cuts.push({ at: part.entries.length, cut: step.cut });
  }
  return part;
}

class Order {
  /** By number. The first part begins at 0, and what comes before it has negative numbers. */
  readonly #places = new Map<number, Place>();
  /** The numbers of the entries with an id. */
  readonly #numbers = new Map<string, number[]>();
  #first = 0;

  /** Adds a part. Returns whether it overlaps with what is known, and agrees with it. */
  add(part: Part): boolean {
    const { entries, cuts } = part;
    const start = this.#places.size === 0 ? 0 : this.#starts(part).find((at) => this.#isFit(entries, at));
    if (start === undefined) return false;
    this.#first = Math.min(this.#first, start);
    for (const [index, entry] of entries.entries()) {
      if (this.#places.has(start + index)) continue;
      this.#places.set(start + index, { entry, cuts: [] });
      this.#numbers.set(entry.id, [...(this.#numbers.get(entry.id) ?? []), start + index]);
    }
    for (const { at, cut } of cuts) this.#places.get(start + at - 1)?.cuts.push(cut);
    return true;
  }

  places(): Place[] {
    return [...this.#places].sort(([one], [other]) => one - other).map(([, place]) => place);
  }

  /** How a part that could not be added disagrees, where it agrees for longest. */
  contradiction({ title, entries, ...part }: Part): string {
    const agreed = this.#starts({ title, entries, ...part }).map((start) => ({
      start,
      index: entries.findIndex((entry, index) => !this.#agrees(start + index, entry)),
    }));
    const [best] = agreed.sort((one, other) => other.index - one.index);
    if (best === undefined)
      return `nobody else was told anything of what ${title} was told: ${entries[0]?.id}`;
    const { start, index } = best;
    const other = this.#places.get(start + index)?.entry.id;
    return `${title} was told ${entries[index]?.id} behind ${entries[index - 1]?.id}, and others ${other}`;
  }

  /** The numbers at which a part might begin. */
  #starts({ entries }: Part): number[] {
    const [own] = entries;
    const known = this.#places.get(this.#first)?.entry.id;
    const behind = entries.flatMap(({ id }, index) => (id === known ? this.#first - index : []));
    return [...(this.#numbers.get(own?.id ?? '') ?? []), ...behind];
  }

  #isFit(entries: readonly Entry[], start: number): boolean {
    return entries.every((entry, index) => this.#agrees(start + index, entry));
  }

  #agrees(number: number, { id }: Entry): boolean {
    const known = this.#places.get(number);
    return known === undefined || known.entry.id === id;
  }
}
