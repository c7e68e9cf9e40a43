import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { gently } from './gentle.ts';

/** So much is copied, written and synced at once. */
const chunkBytes = 256 * 1024;
/** How long a gentle draft leaves the disk to others after each of them. */
const pauseMs = 50;

/** Where the draft of a file is. */
export const draftOf = (path: string) => `${path}.next`;

/** `like`: the file whose mode it gets and, if that is allowed, its owner. `isGentle`: others are writing to the disk. */
type DraftOptions = { like?: { mode: number; uid: number; gid: number }; isGentle?: boolean };

/** A file in the making, beside the one whose place it will take. Only its owner can read it, unless `like` says more. */
export class Draft {
  readonly handle: FileHandle;
  readonly #path: string;
  readonly #isGentle: boolean;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #length = 0;

  private constructor(path: string, handle: FileHandle, isGentle: boolean) {
    this.#path = path;
    this.handle = handle;
    this.#isGentle = isGentle;
  }

  /** Makes the draft of the file at this path. */
  static async of(path: string, { like, isGentle = false }: DraftOptions = {}): Promise<Draft> {
    await rm(draftOf(path), { force: true });
    const draft = new Draft(path, await open(draftOf(path), 'wx+', 0o600), isGentle);
    try {
      if (like !== undefined) {
        await draft.handle.chown(like.uid, like.gid).catch(() => {});
        await draft.handle.chmod(like.mode & 0o777);
      }
    } catch (error) {
      await draft.discard();
      throw error;
    }
    return draft;
  }

  /** The number of bytes, those included that have not been written yet. */
  get length(): number {
    return this.#length;
  }

  /** Adds bytes, which must not change. */
  async add(bytes: Uint8Array): Promise<void> {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#length += bytes.length;
    if (this.#waitingBytes < chunkBytes) return;
    if (this.#isGentle) await gently(() => this.#settle(), pauseMs);
    else await this.#settle();
  }

  async #settle(): Promise<void> {
    await this.#write();
    await this.handle.datasync();
  }

  /** Adds the bytes of another file between two offsets. Rejects when the signal is aborted, or if the file is shorter. */
  async copy(file: FileHandle, start: number, end: number, signal?: AbortSignal): Promise<void> {
    for (let at = start; at < end; ) {
      signal?.throwIfAborted();
      const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, end - at));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) throw new Error('the file is shorter than it was');
      await this.add(chunk.subarray(0, bytesRead));
      at += bytesRead;
    }
  }

  /** Takes bytes away from the end. */
  async truncate(length: number): Promise<void> {
    await this.#write();
    await this.handle.truncate(length);
    this.#length = length;
  }

  /** Resolves when everything is on the disk. */
  async sync(): Promise<void> {
    await this.#write();
    await this.handle.sync();
  }

  /** Takes the place of the file. The caller syncs the folder, and closes the draft's handle. */
  async publish(): Promise<void> {
    await rename(draftOf(this.#path), this.#path);
  }

  async discard(): Promise<void> {
    await rm(draftOf(this.#path), { force: true }).catch(() => {});
    await this.handle.close();
  }

  async #write(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting);
    let position = this.#length - this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await this.handle.write(bytes, written, bytes.length - written, position);
      written += bytesWritten;
      position += bytesWritten;
    }
  }
}
