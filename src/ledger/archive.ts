/** The messages that a history no longer keeps, in a file for each month. */
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Message } from '../protocol/replies.ts';
import { parseTimestamp } from '../protocol/timestamp.ts';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { ArchiveFiles } from './archive-files.ts';
import { endOf, type Month, numbered, positionsIn } from './archive-index.ts';
import { type Lock, LockedError, lockIn } from './lock.ts';
import { makeFolder, syncFolders } from './make-file.ts';
import { jsonOf, remainderOf } from './message.ts';
import { endOfMonth, type MonthDraft, monthNameOf, pagesIn } from './month-file.ts';
import { Sequence } from './sequence.ts';

export type Pages = AsyncIterable<readonly Message[]>;

type Opened = { files: ArchiveFiles; lock: Lock };

export class Archive {
  readonly #opened: Opened;
  readonly #sequence = new Sequence();
  /** What the files contain; `undefined` if that has to be found out first, because an operation has failed. */
  #months: readonly Month[] | undefined;
  #isClosed = false;

  private constructor(opened: Opened) {
    this.#opened = opened;
  }

  /** Opens the archive in a folder, which is created if missing, and locks it. Rejects with a StartError. */
  static async open(folder: string): Promise<Archive> {
    let lock: Lock | undefined;
    try {
      const made = await makeFolder(folder);
      const real = await realpath(folder);
      if (made !== undefined) await syncFolders(real, dirname(await realpath(made)));
      lock = await lockIn(real, await stat(real, { bigint: true }));
      const archive = new Archive({ files: new ArchiveFiles(real), lock });
      await archive.#load();
      return archive;
    } catch (error) {
      await lock?.release().catch(() => {});
      if (error instanceof StartError) throw error;
      const why = error instanceof LockedError ? error.message : inWords(error);
      const code = error instanceof LockedError ? 'DATA_HELD' : 'DATA_UNUSABLE';
      throw new StartError(code, `cannot use the archive ${folder}: ${why}`);
    }
  }

  /** The size of the file to which messages are added, which is copied for that. */
  get newestBytes(): number {
    return this.#months?.at(-1)?.bytes ?? 0;
  }

  /** Resolves to the position behind the last message. */
  end(): Promise<number> {
    return this.#sequence.run(async () => endOf(await this.#load()));
  }

  /** The messages from this position on. */
  async *from(position: number): AsyncGenerator<Message[]> {
    for (const month of await this.#load()) {
      if (endOf([month]) <= position) continue;
      const positions = positionsIn(month);
      for await (const page of pagesIn(this.#opened.files.pathOf(month.name)))
        yield page.filter(() => (positions.next().value ?? 0) >= position);
    }
  }

  /** Gives all messages positions before this one. Those that have one keep it, if that can be. */
  renumber(end: number): Promise<void> {
    return this.#change(async (months) => {
      const changed = numbered(months, end);
      if (!isDeepStrictEqual(changed, months)) await this.#opened.files.note(changed);
      return changed;
    });
  }

  /**
   * Appends messages, of which the first has this position. Each goes into the file of its month, but never into one before
   * that of the message before it, nor into one of the future. Resolves when all are durable; if it rejects, some may be.
   * `isGentle`: others are writing to the disk.
   */
  append(first: number, pages: Pages, nowMs: number, isGentle = false): Promise<void> {
    return this.#change(async (months) => {
      const drafts: MonthDraft[] = [];
      let position = first;
      let name = months.at(-1)?.name ?? '';
      try {
        for await (const page of pages)
          for (const message of page) {
            const ms = Math.min(parseTimestamp(message.timestamp) ?? (name === '' ? nowMs : 0), nowMs);
            const month = monthNameOf(ms);
            if (month > name) name = month;
            if (drafts.at(-1)?.name !== name) {
              await drafts.at(-1)?.finish();
              drafts.push(await this.#opened.files.draftOf(name, months, isGentle));
            }
            await drafts.at(-1)?.add(position++, message);
          }
        await drafts.at(-1)?.finish();
        return await this.#opened.files.publish(months, drafts);
      } finally {
        for (const draft of drafts) await draft.discard();
      }
    });
  }

  /**
   * Removes the content of messages, and with `withName` their authors' names (P-MOD-1). Resolves, when nothing of that is
   * left on the disk, to the positions of those from which something was removed.
   */
  async remove(positions: ReadonlySet<number>, withName: boolean): Promise<number[]> {
    const removed: number[] = [];
    await this.#change(async (before) => {
      let months = before;
      for (const month of before) {
        if (!holdsOne(month, positions)) continue;
        const here: number[] = [];
        const draft = await this.#opened.files.rewritten(month, (position, message) => {
          const left = positions.has(position) && remainderOf(Buffer.from(jsonOf(message)), withName);
          if (left) here.push(position);
          return left ? JSON.parse(left.toString()) : message;
        });
        try {
          if (here.length > 0) months = await this.#opened.files.publish(months, [draft]);
        } finally {
          await draft.discard();
        }
        removed.push(...here);
      }
      return months;
    });
    return removed;
  }

  /** Resolves to the positions of the messages whose author's name this is true of. */
  positionsOf(isAuthor: (name: string) => boolean): Promise<number[]> {
    return this.#sequence.run(async () => {
      const found: number[] = [];
      for (const month of await this.#load()) {
        const positions = positionsIn(month);
        for await (const page of pagesIn(this.#opened.files.pathOf(month.name)))
          for (const { name } of page) {
            const { value: position } = positions.next();
            if (position !== undefined && isAuthor(name)) found.push(position);
          }
      }
      return found;
    });
  }

  /** Removes the files whose newest message is older. */
  expire(oldestMs: number): Promise<void> {
    const isOver = ({ name, newestMs }: Month) => (newestMs ?? endOfMonth(name)) < oldestMs;
    return this.#change((months) => this.#opened.files.remove(months, isOver));
  }

  /** Releases the lock after the operation under way. */
  close(): Promise<void> {
    return this.#sequence.run(() => {
      this.#isClosed = true;
      return this.#opened.lock.release();
    });
  }

  /** Runs an operation that resolves to what the files contain after it. */
  #change(operation: (months: readonly Month[]) => Promise<readonly Month[]>): Promise<void> {
    return this.#sequence.run(async () => {
      const months = await this.#load();
      this.#months = undefined;
      this.#months = await operation(months);
    });
  }

  /** Finds out what the files contain. */
  async #load(): Promise<readonly Month[]> {
    if (this.#isClosed) throw new Error('the archive is closed');
    this.#months ??= await this.#opened.files.load();
    return this.#months;
  }
}

function holdsOne(month: Month, positions: ReadonlySet<number>): boolean {
  return month.runs.some(([first, count]) => {
    for (let at = 0; at < count; at++) if (positions.has(first + at)) return true;
    return false;
  });
}
