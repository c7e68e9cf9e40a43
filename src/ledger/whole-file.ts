/** Small files that are replaced as a whole, so that a crash leaves the old one or the new one. */
import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Adapter } from 'lowdb';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { syncFolders, unlessMissing } from './make-file.ts';
import { strangerAt } from './user.ts';

/** Writes a file that only its owner can read, durably. If it rejects, the file is as before. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  try {
    await rm(fresh, { force: true });
    const file = await open(fresh, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolders(dirname(path));
}

/** A lowdb adapter for a document in such a file. `check` says what is wrong with a value that is no such document. */
export class WholeFile<Document> implements Adapter<Document> {
  readonly #path: string;
  readonly #check: (value: unknown) => string | undefined;

  constructor(path: string, check: (value: unknown) => string | undefined) {
    this.#path = path;
    this.#check = check;
  }

  /** Resolves to `null` if there is no file. Rejects with a StartError if it is not such a document. */
  async read(): Promise<Document | null> {
    let text: string;
    try {
      const status = await lstat(this.#path).catch(unlessMissing);
      if (status === undefined) return null;
      const stranger = await strangerAt(this.#path);
      if (stranger !== undefined) throw new Error(`${stranger} has put it there; remove it`);
      // A link would be replaced, and a pipe never be read to its end.
      if (!status.isFile()) throw new Error('it is not a regular file');
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      throw new StartError('DATA_UNUSABLE', `cannot read ${this.#path}: ${inWords(error)}`);
    }
    const fault = this.#faultOf(text);
    if (fault !== undefined) throw new StartError('DATA_INVALID', `cannot use ${this.#path}: ${fault}`);
    return JSON.parse(text);
  }

  write(document: Document): Promise<void> {
    return replaceFile(this.#path, `${JSON.stringify(document, undefined, 1)}\n`);
  }

  #faultOf(text: string): string | undefined {
    try {
      return this.#check(JSON.parse(text));
    } catch (error) {
      return (error as Error).message;
    }
  }
}
