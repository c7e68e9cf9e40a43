/** `--watch`: says when one of the server's files has changed. */
import { existsSync, type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

/** How long a file must have been left alone, since editors save in several steps. */
const quietMs = 100;

/** The files that a command line names, except for the data file, which changes at every run. */
export function filesIn(command: string, data: string | undefined): string[] {
  const words = [...command.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
  const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  return [...new Set(words.map((word) => resolve(word)))].filter(
    (path) => isFile(path) && (data === undefined || path !== resolve(data)),
  );
}

export class Watch {
  readonly #files: readonly string[];
  readonly #watchers: FSWatcher[];
  #timer: NodeJS.Timeout | undefined;
  #hasChanged = false;
  #wake = () => {};

  /** Their folders must exist. They are what is watched, since many editors save by putting a new file in the old one's place. */
  constructor(files: readonly string[]) {
    this.#files = files.map((file) => resolve(file));
    const folders = new Set(this.#files.map((file) => dirname(file)));
    this.#watchers = [...folders].map((folder) => {
      const names = this.#files.filter((file) => dirname(file) === folder).map((file) => basename(file));
      // Without a name, it may have been any file.
      return watch(folder, (_, name) => (name === null || names.includes(name)) && this.#touch());
    });
  }

  /** Resolves when a file has changed since the last call, and all of them are there. */
  async next(): Promise<void> {
    if (!this.#hasChanged)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#hasChanged = false;
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers) watcher.close();
  }

  #touch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // A file that is being replaced comes back, which is a change, too.
      if (!this.#files.every(existsSync)) return;
      this.#hasChanged = true;
      this.#wake();
    }, quietMs);
  }
}
