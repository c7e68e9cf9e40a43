import type { Flow } from './picture.ts';

/** What the ledger tells the room at the end of a commit. */
const ends = ['committed', 'broken'];

/** Measures the commits of the ledger. The room asks for one at a time. */
export class Writes {
  #since: number | undefined;

  /** Hears of an event between actors, in milliseconds. Returns how long the commit took that it ends, if it ends one. */
  hear(type: string, at: number): number | undefined {
    if (type === 'commit') this.#since = at;
    if (!ends.includes(type) || this.#since === undefined) return undefined;
    const took = at - this.#since;
    this.#since = undefined;
    return took;
  }
}

/** The places in a list at which commits begin and end. */
export function writesIn(flows: readonly Flow[]): [from: number, to: number][] {
  return flows.flatMap(({ tookMs }, to): [number, number][] => {
    if (tookMs === undefined) return [];
    const from = flows.findLastIndex(({ label }, place) => place < to && /^commit\b/.test(label));
    return from < 0 ? [] : [[from, to]];
  });
}
