import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Base } from './base.ts';
import { Draft } from './draft.ts';
import type { HeldFile } from './held-file.ts';
import { type Lock, lockFile } from './lock.ts';

/** `signal`: stops the drop, as long as that can be. `isGentle`: the copying leaves time for appends. */
export type DropOptions = { signal?: AbortSignal; isGentle?: boolean };

/** A copy of the data file without its first messages, which takes its place. It is locked before that. */
export class Heir {
  /** What it is for those who have it in place of the data file. */
  readonly file: Pick<HeldFile, 'handle' | 'status' | 'lock'>;
  readonly #draft: Draft;
  /** Everything before this offset of the data file has been copied or is left out. */
  #at: number;
  #isWhole = false;

  private constructor(draft: Draft, status: BigIntStats, lock: Lock, start: number) {
    this.file = { handle: draft.handle, status, lock };
    this.#draft = draft;
    this.#at = start;
  }

  /** Makes one that begins with the message at this offset of the data file. */
  static async of({ path, real, status }: HeldFile, start: number, isGentle: boolean): Promise<Heir> {
    const like = { mode: Number(status.mode), uid: Number(status.uid), gid: Number(status.gid) };
    const draft = await Draft.of(real, { like, isGentle });
    try {
      await draft.add(opening);
      const own = await draft.handle.stat({ bigint: true });
      return new Heir(draft, own, await lockFile(path, own), start);
    } catch (error) {
      await draft.discard();
      throw error;
    }
  }

  /** Copies what the data file has by now. Resolves when the copy is a whole file and durable. */
  async follow(file: FileHandle, bracket: number, signal?: AbortSignal): Promise<void> {
    if (this.#isWhole && bracket <= this.#at) return;
    if (this.#isWhole) await this.#draft.truncate(this.#draft.length - closing.length);
    await this.#draft.copy(file, this.#at, bracket, signal);
    await this.#draft.add(closing);
    await this.#draft.sync();
    this.#at = Math.max(this.#at, bracket);
    this.#isWhole = true;
  }

  /** Takes the place of the data file. The caller syncs the folder. */
  succeed(): Promise<void> {
    return this.#draft.publish();
  }

  /** Leaves everything as it was before. In this order: without its draft, the intention would count as carried out. */
  async giveUp(base: Base): Promise<void> {
    try {
      await base.settle();
    } finally {
      await this.file.handle.close();
      await this.file.lock.release();
    }
    await this.#draft.discard();
  }
}

const opening = Buffer.from('[');
const closing = Buffer.from(']');
