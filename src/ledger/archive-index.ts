/** Which messages are in which file of an archive, `.positions` in its folder. */
import { join } from 'node:path';
import { WholeFile } from './whole-file.ts';

/** So many messages from this position on. */
export type Run = readonly [first: number, count: number];

/** What is in a file of this size. `newestMs`: the latest time that a message in it has, as `parseTimestamp` reads it. */
export type Content = { bytes: number; runs: readonly Run[]; newestMs: number | null };

/** The file of a month, `2026-11.json`. `next`: its content once its draft has taken its place. */
export type Month = Content & { name: string; next?: Content };

type Document = { months: readonly Month[] };

export const countOf = (runs: readonly Run[]) => runs.reduce((sum, [, count]) => sum + count, 0);

/** Runs with one more, which may continue the last one. */
export function joined(runs: readonly Run[], [first, count]: Run): Run[] {
  const last = runs.at(-1);
  if (count === 0) return [...runs];
  if (last === undefined || last[0] + last[1] !== first) return [...runs, [first, count]];
  return [...runs.slice(0, -1), [last[0], last[1] + count]];
}

/**
 * Gives the messages of all months, in order, positions before `end`. A run that has such positions keeps them unless they
 * overlap with those of a later one. The others count backwards, also below 0.
 */
export function numbered(months: readonly Month[], end: number): Month[] {
  let before = end;
  return months
    .toReversed()
    .map(({ name, bytes, runs: given, newestMs }) => {
      const runs = given.toReversed().map(([first, count]): Run => {
        before = Math.min(first, before - count);
        return [before, count];
      });
      return { name, bytes, runs: runs.toReversed(), newestMs };
    })
    .toReversed();
}

export class ArchiveIndex {
  readonly #file: WholeFile<Document>;

  constructor(folder: string) {
    this.#file = new WholeFile(join(folder, '.positions'), faultOf);
  }

  /** Resolves to what was written last, the months in order. Rejects with a StartError. */
  async read(): Promise<readonly Month[]> {
    return (await this.#file.read())?.months ?? [];
  }

  write(months: readonly Month[]): Promise<void> {
    return this.#file.write({ months });
  }
}

function faultOf(value: unknown): string | undefined {
  const { months } = Object(value);
  return Array.isArray(months) && months.every(isMonth) ? undefined : 'it is not the list of an archive';
}

function isMonth(value: unknown): boolean {
  const { name, next, ...content } = Object(value);
  return typeof name === 'string' && isContent(content) && (next === undefined || isContent(next));
}

function isContent(value: unknown): boolean {
  const { bytes, runs, newestMs } = Object(value);
  const isTime = newestMs === null || Number.isFinite(newestMs);
  return isTime && Number.isSafeInteger(bytes) && Array.isArray(runs) && runs.every(isRun);
}

const isRun = (run: unknown) => Array.isArray(run) && run.length === 2 && run.every(Number.isSafeInteger);

/** The position behind the last message. */
export function endOf(months: readonly Month[]): number {
  const [first, count] = months.at(-1)?.runs.at(-1) ?? [-Infinity, 0];
  return first + count;
}

/** The positions of a file's messages, in order. */
export function* positionsIn({ runs }: Content): Generator<number> {
  for (const [first, count] of runs) for (let at = 0; at < count; at++) yield first + at;
}
