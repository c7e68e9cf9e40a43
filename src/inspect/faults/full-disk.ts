import { constants } from 'node:os';
import type { WriterOf } from '../../ledger/writing.ts';

/**
 * A disk that lessons can fill. The server has only one, so it is full until everyone who has filled it has freed it, and
 * all listeners hear of every order. While it is full, a data file that writes through `writerOf` cannot grow (P-SEND-3).
 * As on a real disk, what fits into the file's present length is written, and the rest fails with ENOSPC.
 */
export class FullDisk {
  readonly #fillers = new Set<object>();
  readonly #listeners = new Set<(isFull: boolean) => void>();

  get isFull(): boolean {
    return this.#fillers.size > 0;
  }

  fill(filler: object): void {
    this.#fillers.add(filler);
    this.#tell();
  }

  free(filler: object): void {
    this.#fillers.delete(filler);
    this.#tell();
  }

  /** Hears after each order whether the disk is full, until the returned function is called. */
  listen(listener: (isFull: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readonly writerOf: WriterOf = (file) => async (bytes, offset, length, position) => {
    if (!this.isFull) return file.write(bytes, offset, length, position);
    const room = (await file.stat()).size - position;
    if (room <= 0) throw noSpace();
    return file.write(bytes, offset, Math.min(length, room), position);
  };

  #tell(): void {
    for (const listener of this.#listeners) listener(this.isFull);
  }
}

/** The error that Node makes of a write to a full disk. */
const noSpace = () =>
  Object.assign(new Error('ENOSPC: no space left on device, write'), {
    errno: -constants.errno.ENOSPC,
    code: 'ENOSPC',
    syscall: 'write',
  });
