import { lstat, rm } from 'node:fs/promises';
import { draftOf } from './draft.ts';
import { WholeFile } from './whole-file.ts';

/** `next`: the base once the draft of the data file has taken its place. */
type Document = { base: number; next?: number };

/**
 * Where the positions of a data file begin: the position of its first message (P-MOD-2). It is kept in a small file beside
 * it; without that, positions begin at 0. When messages are dropped, this file first says what the base will be. Renaming
 * the draft of the data file then does both at once: as long as there is a draft, it has not happened.
 */
export class Base {
  readonly #file: WholeFile<Document>;
  #position = 0;

  private constructor(path: string) {
    this.#file = new WholeFile(`${path}.base`, faultOf);
  }

  /** Reads the base of a locked data file, given by its real path, and removes what a crash has left. Rejects with a StartError. */
  static async open(path: string): Promise<Base> {
    const base = new Base(path);
    const { base: position, next } = (await base.#file.read()) ?? { base: 0 };
    base.#position = next === undefined || (await exists(draftOf(path))) ? position : next;
    // In this order: without its draft, the intention would count as carried out.
    if (next !== undefined) await base.#file.write({ base: base.#position });
    await rm(draftOf(path), { force: true });
    return base;
  }

  get position(): number {
    return this.#position;
  }

  /** Says what the base is once the draft, which is durable already, has been renamed. */
  intend(next: number): Promise<void> {
    return this.#file.write({ base: this.#position, next });
  }

  /** The draft will be removed, or has been renamed and is the data file at this base. */
  async settle(position = this.#position): Promise<void> {
    this.#position = position;
    await this.#file.write({ base: position });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return false;
  }
}

function faultOf(value: unknown): string | undefined {
  const { base, next = 0 } = Object(value);
  const isGood = [base, next].every((position) => Number.isSafeInteger(position) && position >= 0);
  return isGood ? undefined : 'base and next must be positions';
}
