import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import { createServer, type ListenOptions, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { executable } from './process.ts';

const script = fileURLToPath(new URL('supervise.sh', import.meta.url));

/** A server that is started anew whenever it has ended with 0, always on the same socket. Killed after the test. */
export class Supervised {
  /** What the runs have said so far, the number of the run first. */
  readonly lines: string[] = [];
  readonly #onLine = new Set<() => void>();
  readonly #ended: Promise<never>;
  #pid = 0;
  #runs = 0;

  constructor(output: NodeJS.ReadableStream) {
    this.#ended = once(output, 'close').then(() => Promise.reject(new Error('no server runs any more')));
    this.#ended.catch(() => {});
    createInterface({ input: output }).on('line', (line) => {
      const [, pid] = /^run (\d+)$/.exec(line) ?? [];
      if (pid !== undefined) {
        this.#pid = Number(pid);
        this.#runs++;
      }
      this.lines.push(`${this.#runs} ${line}`);
      for (const see of this.#onLine) see();
    });
  }

  /** Waits for a line of one of the runs. Rejects when there are no more runs. */
  async said(pattern: RegExp): Promise<void> {
    if (this.lines.some((line) => pattern.test(line))) return;
    const said = new Promise<void>((resolve) => {
      const see = () => {
        if (!pattern.test(this.lines.at(-1) ?? '')) return;
        this.#onLine.delete(see);
        resolve();
      };
      this.#onLine.add(see);
    });
    await Promise.race([said, this.#ended]);
  }

  /** Ends the current run, and waits for the next one to listen. */
  async restart(): Promise<void> {
    const run = this.#runs;
    this.kill('SIGTERM');
    await this.said(new RegExp(`^${run + 1} .*listening on `));
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.#pid, signal);
  }
}

/** Node has no other way to tell the descriptor of a server. */
const descriptorOf = (server: Server) => (server as unknown as { _handle: { fd: number } })._handle.fd;

/** The socket file of a server that was to listen at this path. */
export const socketFile = (path: string) => `${path}.kept`;

/** Listens at an address, or for a Unix socket at a path, and runs servers on that socket. */
export async function newSupervised(address: ListenOptions, args: readonly string[]): Promise<Supervised> {
  const server = createServer().listen(address);
  await once(server, 'listening');
  const shell = spawn('sh', [script, process.execPath, executable, '--log', 'json', ...args], {
    env: { ...process.env, LISTEN_FDS: '1' },
    stdio: ['ignore', 'pipe', 'inherit', descriptorOf(server)],
  });
  // Otherwise this process would accept connections, too. It removes the file that it has listened on.
  if (address.path !== undefined) await rename(address.path, socketFile(address.path));
  server.close();
  const ended = once(shell, 'close');
  const supervised = new Supervised(shell.stdout as NodeJS.ReadableStream);
  onTestFinished(async () => {
    shell.kill('SIGKILL');
    supervised.kill('SIGKILL');
    await ended;
  });
  await supervised.said(/^1 .*listening on /);
  return supervised;
}
