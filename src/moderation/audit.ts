import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { inWords } from '../system-error.ts';

/** One act, never with the text of a message. Times are in ISO 8601. */
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
  /** What a switch is set to, how long newcomers wait, how many words there are, what was announced. */
  value?: string | number | boolean | undefined;
  until?: string | null | undefined;
  reason?: string | undefined;
  /** Why it failed. */
  failure?: string | undefined;
};

/** The file of all acts: one JSON object a line, only ever appended to. */
export class Audit {
  readonly #path: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Resolves once the entry is on the disk. Rejects with the reason, in words, if it cannot be. The file is opened anew
   * each time, so that it can be moved away.
   */
  write(entry: AuditEntry): Promise<void> {
    const written = this.#last.then(async () => {
      try {
        await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
        await appendLine(this.#path, JSON.stringify(entry));
      } catch (error) {
        throw new Error(`nothing was done, because ${this.#path} cannot be written: ${inWords(error)}`);
      }
    });
    this.#last = written.catch(() => {});
    return written;
  }
}

/** Appends a line, also behind one that a crash or a full disk has left unfinished. */
async function appendLine(path: string, line: string): Promise<void> {
  const file = await open(path, 'a+', 0o600);
  try {
    const status = await file.stat();
    const last = Buffer.from('\n');
    if (status.isFile() && status.size > 0) await file.read(last, 0, 1, status.size - 1);
    const isTorn = `${last}` !== '\n';
    await file.appendFile(`${isTorn ? '\n' : ''}${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}
