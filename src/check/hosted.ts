/** The server that `check` starts with `--start`, and its data file: what the cases of the storage rules act on. */
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { DataFile } from './data-file.ts';
import { Launch, type Started } from './launch.ts';

export type HostedOptions = {
  /** A command line for the shell. */
  command: string;
  url: string;
  /** The path as `--data` says it; the command may name it, too. */
  dataPath: string;
  file: DataFile;
  patienceMs: number;
};

export class Hosted {
  readonly file: DataFile;
  readonly #options: HostedOptions;
  readonly #launch: Launch;

  constructor(options: HostedOptions) {
    this.#options = options;
    this.file = options.file;
    this.#launch = new Launch(options);
  }

  /** The last lines that it has written. */
  get lines(): readonly string[] {
    return this.#launch.lines;
  }

  get isRunning(): boolean {
    return this.#launch.isRunning;
  }

  /** Whether a process belongs to it; where the system has no /proc, whether there is such a process. */
  owns(pid: number): boolean {
    try {
      if (!existsSync('/proc/self/stat')) return process.kill(pid, 0);
      // The name of the program may contain anything, and ends with the last bracket.
      const [, , group] = readFileSync(`/proc/${pid}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ');
      return Number(group) === this.#launch.group;
    } catch {
      return false;
    }
  }

  start(): Promise<Started> {
    return this.#launch.start();
  }

  kill(): Promise<void> {
    return this.#launch.kill();
  }

  restart(): Promise<Started> {
    return this.#launch.restart();
  }

  /** Starts it anew on a file with this text; `undefined` means no file. */
  async startWith(text: string | undefined): Promise<Started> {
    await this.kill();
    this.file.write(text);
    return this.start();
  }

  /** The same command on another data file. `undefined` if the command does not name its data file as `--data` does. */
  elsewhere(dataPath: string): Launch | undefined {
    const { command, dataPath: usual } = this.#options;
    if (!command.includes(usual)) return undefined;
    return new Launch({ ...this.#options, command: command.replaceAll(usual, dataPath) });
  }

  /** The same command on a port of its own, and so beside the first. `undefined` if it does not name its port. */
  async beside(dataPath = this.#options.dataPath): Promise<Launch | undefined> {
    const { command: usual, url, dataPath: usualPath, patienceMs } = this.#options;
    const place = new URL(url);
    const { port } = place;
    place.port = `${await freePort()}`;
    // Only as a word, and not in the path of the file: digits in another path are not the port.
    const word = new RegExp(`(?<=^|[\\s=:"'])${port}(?=$|[\\s"'/])`, 'g');
    const pieces = usual.split(usualPath);
    const moved = pieces.map((piece) => piece.replace(word, place.port));
    if (port === '' || moved.join() === pieces.join()) return undefined;
    const command = moved.join(dataPath);
    return new Launch({ command, url: place.href, patienceMs });
  }

  /** The same command, where no file may grow beyond so many blocks: what a full disk does to a file. */
  confined(blocks: number): Launch {
    return new Launch({ ...this.#options, blocks });
  }

  /** A symbolic link to the data file. */
  link(): string {
    const { path, folder } = this.file;
    mkdirSync(folder, { recursive: true });
    const link = join(folder, 'link.json');
    rmSync(link, { force: true });
    symlinkSync(path, link);
    return link;
  }

  /** Kills it and leaves the path of the data file as it was. */
  async end(): Promise<void> {
    await this.kill();
    this.file.tidy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
