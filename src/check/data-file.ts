/**
 * The data file of the server that `check` starts. `check` writes broken files there and kills the server, so it takes
 * only a path where nothing is to be lost: no file, or an empty one. At the end it leaves the path as it was.
 */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

export class DataFile {
  readonly path: string;
  /** An empty file was there before. */
  readonly #wasThere: boolean;

  private constructor(path: string, wasThere: boolean) {
    this.path = path;
    this.#wasThere = wasThere;
  }

  /** Returns `undefined` if there is something at the path that could be lost, or no folder for it. */
  static at(path: string): DataFile | undefined {
    const whole = resolve(path);
    const found = statSync(whole, { throwIfNoEntry: false });
    const isFree = found === undefined ? existsSync(dirname(whole)) : found.isFile() && found.size === 0;
    return isFree ? new DataFile(whole, found !== undefined) : undefined;
  }

  /** Where cases can put further files: a folder beside it, which does not exist yet. */
  get folder(): string {
    return `${this.path}.check`;
  }

  /** The bytes that are in it now, or `undefined` if there is no file. */
  read(): string | undefined {
    try {
      return readFileSync(this.path, 'utf8');
    } catch {
      return undefined;
    }
  }

  /** Puts a text there; `undefined` means no file. */
  write(text: string | undefined): void {
    if (text === undefined) rmSync(this.path, { force: true });
    else writeFileSync(this.path, text);
  }

  tidy(): void {
    rmSync(this.folder, { recursive: true, force: true });
    this.write(this.#wasThere ? '' : undefined);
  }
}
