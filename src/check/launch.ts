/**
 * The server that is judged, if `check` starts it itself. It runs in a process group of its own, together with a shell
 * that waits for the end of `check`: however that ends, by SIGKILL too, the kernel closes the pipe between them, and the
 * shell kills the group. So no process is left behind, and no signal has to be caught for that.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { harmless } from '../hosting/line.ts';

/** The command is `$1`. `cat` ends when the other end of the pipe is closed. */
const guarded = '(cat <&3; kill -KILL 0) >/dev/null 2>&1 & exec /bin/sh -c "$1" 3<&-';
/** How many of the last lines of its output are kept. */
const mostLines = 20;
/** How long to wait before the next attempt to connect. */
const pauseMs = 20;
/** After which an attempt to connect counts as failed, in milliseconds. */
const handshakeTimeout = 1000;

/**
 * `silent`: it runs, but has accepted no connection in time. `occupied`: another program answers at the URL, so the
 * command was not started.
 */
export type Started = 'accepting' | 'exited' | 'silent' | 'occupied';

export type LaunchOptions = {
  /** A command line for the shell. */
  command: string;
  url: string;
  /** How long a start may take. */
  patienceMs: number;
};

export class Launch {
  readonly #options: LaunchOptions;
  #child: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  /** The last lines that it has written to standard output and standard error. */
  lines: string[] = [];

  constructor(options: LaunchOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The id of its process group. */
  get group(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the command, which must not be running, and waits until the URL accepts a WebSocket. Never rejects. */
  async start(): Promise<Started> {
    const { command, url, patienceMs } = this.#options;
    if (await accepts(url)) return 'occupied';
    this.lines = [];
    const child = spawn('/bin/sh', ['-c', guarded, 'sh', command], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.once('error', ({ message }) => this.#keep(message));
    // What the command has started may outlive it.
    child.once('exit', () => this.#killGroup(child));
    const ended = new Promise((resolve) => child.once('close', resolve));
    this.#ended = ended;
    const [, ...pipes] = child.stdio as (Readable | null)[];
    // The third says nothing, but its end is noticed only if it is read.
    for (const pipe of pipes)
      if (pipe) createInterface({ input: pipe }).on('line', (line) => this.#keep(line));
    const stop = new AbortController();
    const { signal } = stop;
    try {
      return await Promise.race([
        ended.then(() => 'exited' as const),
        untilAccepting(url, signal).then(() => 'accepting' as const),
        delay(patienceMs, 'silent' as const, { signal }),
      ]);
    } finally {
      stop.abort();
    }
  }

  /** Kills the whole process group with SIGKILL. Resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#child !== undefined) this.#killGroup(this.#child);
    await this.#ended;
  }

  async restart(): Promise<Started> {
    await this.kill();
    return this.start();
  }

  #keep(line: string): void {
    this.lines.push(harmless(line));
    if (this.lines.length > mostLines) this.lines.shift();
  }

  #killGroup({ pid }: ChildProcess): void {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  }
}

/** Resolves when the URL accepts a WebSocket, and never once the signal is given. */
async function untilAccepting(url: string, signal: AbortSignal): Promise<void> {
  while (!(await accepts(url))) await delay(pauseMs, undefined, { signal });
}

/** Whether a WebSocket can be opened at this address within this time. */
export async function acceptsWithin(ms: number, url: string): Promise<boolean> {
  const endMs = performance.now() + ms;
  for (;;) {
    if (await accepts(url)) return true;
    if (performance.now() + pauseMs > endMs) return false;
    await delay(pauseMs);
  }
}

/** Whether a WebSocket can be opened at this address now. It is closed at once. */
export function accepts(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { handshakeTimeout });
    socket.on('error', () => resolve(false));
    socket.on('open', () => {
      socket.close(1000);
      resolve(true);
    });
  });
}
