import { lstat, rm } from 'node:fs/promises';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { draftOf } from './draft.ts';
import { unlessMissing } from './make-file.ts';
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
  /** The file may say what will be. */
  #isOpen = false;

  private constructor(path: string) {
    this.#file = fileOf(path);
  }

  /** Reads the base of a locked data file, given by its real path, and removes what a crash has left. Rejects with a StartError. */
  static async open(path: string): Promise<Base> {
    const base = new Base(path);
    const document = await base.#file.read();
    base.#position = (await positionIn(document, path)) ?? 0;
    try {
      // In this order: without its draft, the intention would count as carried out.
      if (document?.next !== undefined) await base.#file.write({ base: base.#position });
      await rm(draftOf(path), { force: true });
    } catch (error) {
      throw unfinished(error);
    }
    return base;
  }

  get position(): number {
    return this.#position;
  }

  /** Says what the base is once the draft, which is durable already, has been renamed. */
  async intend(next: number): Promise<void> {
    this.#isOpen = true;
    await this.#file.write({ base: this.#position, next });
  }

  /** The draft has been renamed. Until `settle`, the file still says that it will be. */
  advance(next: number): void {
    this.#position = next;
  }

  /** Takes back an intention, or what is left of it. Called before a draft is removed and before another one is made. */
  async settle(): Promise<void> {
    if (!this.#isOpen) return;
    await this.#file.write({ base: this.#position });
    this.#isOpen = false;
  }
}

/** Why a server that has to finish an interrupted drop cannot start. */
export const unfinished = (error: unknown) =>
  new StartError('DATA_UNUSABLE', `cannot finish an interrupted drop of messages: ${inWords(error)}`);

export const basePathOf = (path: string) => `${path}.base`;
const fileOf = (path: string) => new WholeFile<Document>(basePathOf(path), faultOf);

/**
 * Resolves to the base of a data file, given by its real path, which another process may have locked; to `undefined` if there is
 * no file that says it. Rejects with a StartError.
 */
export async function baseOf(path: string): Promise<number | undefined> {
  return positionIn(await fileOf(path).read(), path);
}

async function positionIn(document: Document | null, path: string): Promise<number | undefined> {
  const isDone = document?.next !== undefined && !(await exists(draftOf(path)));
  return isDone ? document.next : document?.base;
}

export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(unlessMissing)) !== undefined;
}

function faultOf(value: unknown): string | undefined {
  const { base, next = 0 } = Object(value);
  const isGood = [base, next].every((position) => Number.isSafeInteger(position) && position >= 0);
  return isGood ? undefined : 'base and next must be positions';
}
