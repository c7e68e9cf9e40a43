/**
 * Removal of messages from the data file (P-MOD-1). What is left of a message is written over it, and spaces over the rest,
 * so that it keeps its place and its length. Nothing else in the file moves, and messages can be appended meanwhile.
 */
import type { BigIntStats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { inWords } from '../system-error.ts';
import { checkIdentity } from './checks.ts';
import { gently } from './gentle.ts';
import {
  isJournal,
  isJournalOf,
  journalOf,
  type Overwrite,
  readJournal,
  removeJournal,
  writeJournal,
} from './journal.ts';
import type { Marks } from './marks.ts';
import { remainderOf } from './message.ts';
import { plainWriterOf, type WriterOf, writeAll } from './writing.ts';

/** How many messages are overwritten before the file is synced, and how long the disk is left to others after that. */
const together = 4;
const pauseMs = 10;

/** A message that has been removed, and the stored form of what is left of it. */
export type Removed = { position: number; json: Uint8Array };

/** An open data file, whose messages all stand before `end`. */
export type Target = { path: string; status: BigIntStats; marks: Marks; end: number; writerOf: WriterOf };

/** Carries an interrupted removal out. Resolves to the number of messages that it has removed. */
export async function resumeRemoval(journal: string, file: FileHandle, status: BigIntStats): Promise<number> {
  if (!(await isJournal(journal, status))) return 0;
  const found = await readJournal(journal);
  if (found !== undefined) {
    if (!(await isJournalOf(found, file)))
      throw new Error(`its journal is that of another file: put that file back, or remove ${journal}`);
    await overwrite(file, found.overwrites, plainWriterOf);
  }
  await removeJournal(journal);
  return found?.overwrites.length ?? 0;
}

/** Removes messages from a data file. One call at a time. */
export class Remover {
  readonly #journal: string;
  /** The journal may be there: that of the removals that have begun, or a useless one. */
  #isOpen = false;
  readonly #begun: (Overwrite & { position: number })[] = [];
  /** What has been removed, and not been returned yet. */
  readonly #done: Removed[] = [];

  /** `journal`: the path of the journal. */
  constructor(journal: string) {
    this.#journal = journal;
  }

  /**
   * Removes the content of messages, given in ascending order, and with `withName` their authors' names. Resolves when
   * nothing of that is in the file, to all that has been removed since a call last resolved: not what had been removed
   * before, but also what an earlier call has begun. If it rejects, the next call or the next start finishes what has begun.
   */
  remove(target: Target, positions: readonly number[], withName: boolean): Promise<Removed[]> {
    return inFile(target, async (file) => {
      await this.#finish(file, target);
      const stored = await target.marks.find(file, positions, target.end);
      const removals = stored.flatMap(({ json, ...place }) => {
        const remainder = remainderOf(json, withName);
        return remainder === undefined ? [] : { ...place, json: remainder };
      });
      if (removals.length > 0) await this.#begin(file, target, removals);
      await this.#finish(file, target);
      return this.#done.splice(0);
    });
  }

  /** Finishes what an earlier call has begun. */
  async finish(target: Target): Promise<void> {
    if (this.#isOpen) await inFile(target, (file) => this.#finish(file, target));
  }

  async #begin(
    file: FileHandle,
    target: Target,
    removals: readonly (Overwrite & { position: number })[],
  ): Promise<void> {
    const journal = await journalOf(file, removals, target.end);
    this.#isOpen = true;
    try {
      await writeJournal(this.#journal, journal, target.writerOf);
    } catch (error) {
      await this.#finish(file, target).catch(() => {});
      throw new Error(`the journal of the removal cannot be written: ${inWords(error)}`);
    }
    this.#begun.push(...removals);
  }

  async #finish(file: FileHandle, { writerOf }: Target): Promise<void> {
    if (!this.#isOpen) return;
    await overwrite(file, this.#begun, writerOf);
    await removeJournal(this.#journal);
    this.#isOpen = false;
    for (const { position, json } of this.#begun.splice(0))
      this.#done.push({ position, json: Buffer.from(json) });
  }
}

/**
 * Opens the file once more for a task. An error of a sync is told to each descriptor once, so removing and appending must
 * not have the same one.
 */
async function inFile<Result>(
  { path, status }: Target,
  task: (file: FileHandle) => Promise<Result>,
): Promise<Result> {
  const file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  try {
    checkIdentity(await file?.stat({ bigint: true }), status);
    return await task(file as FileHandle);
  } finally {
    await file?.close();
  }
}

/** In small steps: appending to the file has to wait while it is being synced. */
async function overwrite(
  file: FileHandle,
  overwrites: readonly Overwrite[],
  writerOf: WriterOf,
): Promise<void> {
  const write = writerOf(file);
  const step = async (some: readonly Overwrite[]) => {
    for (const { start, end, json } of some) {
      const bytes = Buffer.alloc(end - start, ' ');
      bytes.write(json);
      await writeAll(write, bytes, start);
    }
    await file.datasync();
  };
  for (let at = 0; at < overwrites.length; at += together) {
    const some = overwrites.slice(at, at + together);
    if (at + together < overwrites.length) await gently(() => step(some), pauseMs);
    else await step(some);
  }
}
