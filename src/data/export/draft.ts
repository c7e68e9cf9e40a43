import { randomBytes } from 'node:crypto';
import { type FileHandle, link, lstat, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { remedyOf, syncFolders } from '../../ledger/make-file.ts';
import { StartError } from '../../start-error.ts';
import { inWords } from '../../system-error.ts';

/** A file in the making, which gets its name in one step once it is whole. Everything rejects with a StartError. */
export class Draft {
  readonly #path: string;
  readonly #draft: string;
  readonly #file: FileHandle;
  readonly #replaces: boolean;

  private constructor(path: string, draft: string, file: FileHandle, replaces: boolean) {
    this.#path = path;
    this.#draft = draft;
    this.#file = file;
    this.#replaces = replaces;
  }

  /** Begins a file, which only its owner can read, beside its place. `replace`: a file that is there may be replaced. */
  static async begin(path: string, { replace }: { replace: boolean }): Promise<Draft> {
    const there = await lstat(path).catch(() => undefined);
    if (there?.isFile() === false) throw unwritable(path, 'it is not a regular file');
    if (there !== undefined && !replace) throw unwritable(path, existsText);
    const draft = `${path}.${randomBytes(4).toString('hex')}.partial`;
    try {
      return new Draft(path, draft, await open(draft, 'wx', 0o600), replace);
    } catch (error) {
      throw unwritable(path, `${inWords(error)}${await remedyOf(path, error)}`);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#file.appendFile(bytes).catch((error) => {
      throw unwritable(this.#path, inWords(error));
    });
  }

  /** Gives it its name, durably. */
  async finish(): Promise<void> {
    try {
      await this.#file.sync();
      if (this.#replaces) await rename(this.#draft, this.#path);
      // A link never replaces a file.
      else await link(this.#draft, this.#path);
      await syncFolders(dirname(resolve(this.#path)));
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EEXIST';
      throw unwritable(this.#path, isTaken ? existsText : inWords(error));
    }
  }

  /** Removes what has not got its name. Never rejects. */
  async close(): Promise<void> {
    await this.#file.close().catch(() => {});
    await rm(this.#draft, { force: true }).catch(() => {});
  }
}

const unwritable = (path: string, why: string) =>
  new StartError('DATA_UNUSABLE', `cannot write ${path}: ${why}`);
const existsText = 'it exists, and --force replaces it';
