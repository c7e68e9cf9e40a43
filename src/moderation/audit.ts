import { type FileHandle, open } from 'node:fs/promises';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';

/** One act. What it was done to never has its text. Times are in ISO 8601. */
export type AuditEntry = {
  time: string;
  /** Who has acted: `admin`, or the name of a moderator. */
  who: string;
  act: string;
  /** On whom: the key of the nickname, and the mask of the address, as far as they are known. */
  key?: string | undefined;
  mask?: string | undefined;
  pattern?: string | undefined;
  positions?: readonly number[] | undefined;
  /** The switch's position, the length of the wait, the number of words. */
  value?: string | number | boolean | undefined;
  until?: string | null | undefined;
  reason?: string | undefined;
  /** Why it has not been done after all. */
  failure?: string | undefined;
};

/** The file of all acts: one JSON object a line, and nothing is ever taken back. */
export class Audit {
  readonly #path: string;
  readonly #file: FileHandle;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** Rejects with a StartError. */
  static async open(path: string): Promise<Audit> {
    try {
      return new Audit(path, await open(path, 'a', 0o600));
    } catch (error) {
      throw new StartError('DATA_UNUSABLE', `cannot write the audit file ${path}: ${inWords(error)}`);
    }
  }

  /** Resolves once the entry is on the disk. Rejects with the reason, in words, if it cannot be. */
  write(entry: AuditEntry): Promise<void> {
    const written = this.#last.then(async () => {
      try {
        await this.#file.appendFile(`${JSON.stringify(entry)}\n`);
        await this.#file.datasync();
      } catch (error) {
        throw new Error(`nothing was done, because ${this.#path} cannot be written: ${inWords(error)}`);
      }
    });
    this.#last = written.catch(() => {});
    return written;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }
}
