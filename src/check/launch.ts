/**
 * The server that is judged, if `check` starts it itself. It runs in a process group of its own, and beside it a shell
 * waits for the end of `check`: however that ends, by SIGKILL too, the kernel closes the pipe between them, and the shell
 * kills the group. So no process is left behind, and no signal has to be caught for that.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { harmless } from '../hosting/line.ts';

/** The group is `$1`. `cat` ends when the other end of the pipe is closed. */
const guard = 'cat >/dev/null; kill -s KILL -- "-$1"';
/** A command line without anything that only a shell can do, except for variables before the command. */
const plain = /^(?:\w+=\S*\s+)*[\w./~-]+(?:\s[^;&|<>()`\n]*)?$/;
const builtin = /^(?:\w+=\S*\s+)*(?:\.|cd|command|eval|exec|export|set|ulimit|umask)(?:\s|$)/;
/** How long to wait for the system to forget processes that were killed: until then, their ids seem to be alive. */
const forgetMs = 300;
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
  /** The most blocks that a file may have. */
  blocks?: number;
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
    const { command, blocks, url, patienceMs } = this.#options;
    if (await accepts(url)) return 'occupied';
    this.lines = [];
    const child = spawn(
      '/bin/sh',
      ['-c', `${blocks === undefined ? '' : `ulimit -f ${blocks}; `}${runnable(command)}`],
      {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#child = child;
    const guarding = spawn('/bin/sh', ['-c', guard, 'sh', `${child.pid}`], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    guarding.on('error', () => {});
    child.once('error', ({ message }) => this.#keep(message));
    child.once('exit', () => {
      // What the command has started may outlive it.
      this.#killGroup(child);
      guarding.kill('SIGKILL');
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    this.#ended = ended;
    for (const output of [child.stdout, child.stderr])
      createInterface({ input: output }).on('line', (line) => this.#keep(line));
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
    const child = this.#child;
    if (child === undefined) return;
    this.#killGroup(child);
    await this.#ended;
    const endMs = performance.now() + forgetMs;
    while (this.#killGroup(child) && performance.now() < endMs) await delay(1);
  }

  async restart(): Promise<Started> {
    await this.kill();
    return this.start();
  }

  #keep(line: string): void {
    this.lines.push(harmless(line));
    if (this.lines.length > mostLines) this.lines.shift();
  }

  /** Whether there was something to kill. */
  #killGroup({ pid }: ChildProcess): boolean {
    try {
      return pid !== undefined && process.kill(-pid, 'SIGKILL');
    } catch {
      return false;
    }
  }
}

/** If the shell can become the command, it does, so that the end of the server is seen at once. */
const runnable = (command: string) =>
  plain.test(command) && !builtin.test(command) ? `exec env ${command}` : command;

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
