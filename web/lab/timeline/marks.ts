/** What of a recording is marked on its time line. */
import { firstFrom } from '../first.ts';
import { isOfHeartbeat } from '../pings.ts';
import type { Recorded } from '../recorded.ts';
import { Writes } from '../writes.ts';

/** Something that happened, and the place in the recording behind it. */
export type Mark = { at: number; count: number };
/** A commit of the ledger; `at` is its end. */
export type Span = Mark & { from: number };

export class Marks {
  /** Changes of state, frames on the wires, and commits; each in the order in which they happened. */
  readonly steps: Mark[] = [];
  readonly frames: Mark[] = [];
  readonly writes: Span[] = [];
  #entries: readonly Recorded[] = [];
  #hasPings = false;
  #count = 0;
  #writes = new Writes();
  readonly #machines = new Map<string, string | undefined>();

  /** Reads what the entries have more than at the last call. */
  read(entries: readonly Recorded[], hasPings: boolean): this {
    if (entries !== this.#entries || hasPings !== this.#hasPings) this.#clear();
    this.#entries = entries;
    this.#hasPings = hasPings;
    while (this.#count < entries.length) this.#add(entries[this.#count++] as Recorded);
    return this;
  }

  #clear(): void {
    for (const list of [this.steps, this.frames, this.writes]) list.length = 0;
    this.#count = 0;
    this.#writes = new Writes();
    this.#machines.clear();
  }

  #add(entry: Recorded): void {
    const mark = { at: entry.at, count: this.#count };
    if (entry.kind === 'picture')
      for (const { session, machine } of entry.picture.actors) this.#machines.set(session, machine);
    if (entry.kind === 'told' && entry.told.type === '@xstate.actor')
      this.#machines.set(entry.told.sessionId, entry.told.machine);
    if (!this.#hasPings && isOfHeartbeat(entry, (session) => this.#machines.get(session))) return;
    if (entry.kind === 'sent' || entry.kind === 'got') this.frames.push(mark);
    if (entry.kind !== 'told') return;
    const { told } = entry;
    if (told.type === '@chat.frame') this.frames.push(mark);
    if (told.type === '@xstate.snapshot' && told.snapshot.value !== undefined) this.steps.push(mark);
    if (told.type !== '@xstate.event') return;
    const took = this.#writes.hear(told.event.type, told.at ?? Number(told.createdAt));
    if (took !== undefined) this.writes.push({ ...mark, from: entry.at - took });
  }
}

/** The mark that is nearest to this time, if it is not further away than that. */
export function nearest(marks: readonly Mark[], at: number, most: number): Mark | undefined {
  const index = firstFrom(marks, at);
  const near = marks
    .slice(Math.max(0, index - 1), index + 1)
    .filter((mark) => Math.abs(mark.at - at) <= most)
    .sort((one, other) => Math.abs(one.at - at) - Math.abs(other.at - at));
  return near[0];
}
