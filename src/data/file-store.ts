import type { BigIntStats } from 'node:fs';
import { link, lstat, realpath, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { baseOf, basePathOf } from '../ledger/base.ts';
import { JsonArrayFile } from '../ledger/json-array-file.ts';
import { syncFolders } from '../ledger/make-file.ts';
import { chunksOf, unreadable } from '../ledger/reading.ts';
import { Scanner } from '../ledger/scan.ts';
import { replaceFile } from '../ledger/whole-file.ts';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { openSource } from './source.ts';
import { interrupt, type Page, type Stage, type Store } from './store.ts';

/** Where the copy for a file is made. */
export const partialOf = (path: string) => `${resolve(path)}.partial`;

/** A history file. A copy is made beside it, under its name and `.partial`. */
export class FileStore implements Store {
  readonly shown: string;
  tornBytes = 0;
  readonly #partial: string;

  constructor(path: string) {
    this.shown = path;
    this.#partial = partialOf(path);
  }

  /**
   * Reads the file without locking or changing it, so a server may be writing to it: what stands before the closing bracket
   * changes only where a message is removed, and nothing is read behind the end that the file has at the beginning. So only
   * its end can be torn, as after a crash, and the whole messages before that are read, as at the start of a server
   * (P-DB-4).
   */
  async *read(): AsyncGenerator<Page> {
    const path = this.shown;
    const { file, size } = await openSource(path);
    try {
      let messages: Buffer[] = [];
      const scanner = new Scanner((json) => messages.push(Buffer.from(json)));
      let done = 0;
      for await (const chunk of chunksOf(file, size)) {
        scanner.push(chunk);
        done += chunk.length;
        yield { messages, share: done / (size || 1) };
        messages = [];
      }
      const ending = scanner.finish();
      this.tornBytes = ending.type === 'torn' ? done - ending.end : 0;
    } catch (error) {
      throw await unreadable(path, file, error);
    } finally {
      await file.close();
    }
  }

  async base(): Promise<number> {
    return (await baseOf(await realpath(this.shown).catch(() => this.shown))) ?? 0;
  }

  async occupied(): Promise<string | undefined> {
    const there = await statusOf(this.shown);
    if (there === undefined) return undefined;
    const rest = await statusOf(this.#partial);
    // A copy was killed when its file had got the name of the store and not yet lost its own.
    if (rest?.ino === there.ino && rest.dev === there.dev)
      await rm(this.#partial, { force: true }).catch(interrupt);
    return exists;
  }

  /** The copy is a history file with a lock like any other. So it may be torn, and two commands cannot write to it. */
  async stage(): Promise<Stage> {
    const path = this.shown;
    const partial = new FileStore(this.#partial);
    const file = await JsonArrayFile.open(partial.shown);
    let isEmpty = true;
    const stage: Stage = {
      shown: partial.shown,
      read: () => partial.read(),
      append: async (messages) => {
        isEmpty = false;
        await file.append(messages).catch(interrupt);
      },
      publish: async (base) => {
        // Before the copy has its name: whoever finds it then finds this, too.
        if (base > 0) await replaceFile(basePathOf(path), `${JSON.stringify({ base })}\n`).catch(interrupt);
        // A link never replaces a file, while a renaming would.
        const fault = await link(partial.shown, path).catch(obstacleOf);
        if (fault !== undefined) return fault;
        await syncFolders(dirname(partial.shown)).catch(interrupt);
        await rm(partial.shown, { force: true }).catch(interrupt);
        return undefined;
      },
      close: async () => {
        if (isEmpty) await rm(partial.shown, { force: true });
        await file.close();
      },
    };
    try {
      await file.scan(() => {
        isEmpty = false;
      });
      return stage;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  close(): void {}
}

/** Resolves to `undefined` if there is no such file. */
async function statusOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StartError('DATA_UNUSABLE', `cannot use ${path}: ${inWords(error)}`);
  }
}

/** Why a finished copy did not get its name. */
const obstacleOf = (error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? exists : inWords(error));
const exists = 'it exists';
