import { chmod, chown, type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { syncFolders } from '../ledger/make-file.ts';

/** Whom a file belongs to, and who may read it. */
export type Owner = { uid: number; gid: number; mode: number };

/**
 * A history file in the making, in the form in which the server writes. It grows under a name of its own, where only its owner
 * can read it; what an earlier command has left there is overwritten.
 */
export class FreshFile {
  readonly path: string;
  readonly #file: FileHandle;
  #isEmpty = true;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  static async open(path: string): Promise<FreshFile> {
    const file = await open(path, 'w', 0o600);
    await file.chmod(0o600);
    return new FreshFile(path, file);
  }

  /** Appends messages in their stored form. */
  async append(messages: readonly Uint8Array[]): Promise<void> {
    if (messages.length === 0) return;
    const first = this.#isEmpty ? opening : separator;
    this.#isEmpty = false;
    const parts = messages.flatMap((json, index) => [index === 0 ? first : separator, json]);
    await this.#file.appendFile(Buffer.concat(parts));
  }

  /** Ends the history. Resolves when it is durable. */
  async finish(): Promise<void> {
    await this.#file.appendFile(this.#isEmpty ? '[]' : '\n]');
    await this.#file.sync();
  }

  /** Gives the finished file its name, in the place of whatever has it, durably. */
  async publish(path: string, owner?: Owner): Promise<void> {
    if (owner !== undefined) {
      await chown(this.path, owner.uid, owner.gid);
      await chmod(this.path, owner.mode & 0o777);
    }
    await rename(this.path, path);
    await syncFolders(dirname(resolve(path)));
  }

  /** Closes the file, and removes it if it has not been published. */
  async close(): Promise<void> {
    await this.#file.close();
    await rm(this.path, { force: true });
  }
}

const opening = Buffer.from('[');
const separator = Buffer.from('\n,');
