import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { nodeWarning } from '../../src/hosting/node-version.ts';
import { until } from './gate.ts';

/** The built executable. `npm test` builds it first. */
export const executable = fileURLToPath(new URL('../../dist/server.js', import.meta.url));

/** What a server says of the Node that runs the tests, if anything. */
export const aboutNode = nodeWarning(process.versions.node, new Date());

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** A server in its own process. Killed after the test. */
export class ServerProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** The lines of standard output so far, without those about Node, which depend on what runs the tests. */
  readonly lines: string[] = [];
  readonly linesAboutNode: string[] = [];
  stderr = '';
  readonly exited: Promise<Exit>;
  readonly #listening: Promise<string>;

  constructor(
    args: readonly string[],
    { env = {}, command = process.execPath, before = [executable] }: SpawnOptions = {},
  ) {
    this.child = spawn(command, [...before, ...args], {
      env: { ...cleanEnv(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = once(this.child, 'close').then(([code, signal]) => ({ code, signal }));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#listening = new Promise((resolve) => {
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        const isAboutNode = aboutNode !== undefined && line.includes(aboutNode);
        (isAboutNode ? this.linesAboutNode : this.lines).push(line);
        const [url] = (line.includes('listening') && /wss?:\/\/\S+?\//.exec(line)) || [];
        if (url !== undefined) resolve(url);
      });
    });
  }

  /** Resolves to the address that the server prints. Rejects with its standard error if it exits instead. */
  url(): Promise<string> {
    const failed = this.exited.then(({ code }) =>
      Promise.reject(new Error(`exited with ${code}: ${this.stderr}`)),
    );
    return Promise.race([this.#listening, failed]);
  }

  /** Resolves to the address of the inspector, once it is printed. */
  async inspector(): Promise<string> {
    const [line = ''] = await this.linesWith('inspector on');
    return `${/inspector on (http:\S+?)"/.exec(line)?.[1]}`;
  }

  /** Waits until so many lines contain the text, and resolves to them. */
  async linesWith(text: string, count = 1): Promise<string[]> {
    const found = () => this.lines.filter((line) => line.includes(text));
    await until(() => found().length >= count);
    return found();
  }

  /** Resolves to the address of the operations port. */
  async operations(): Promise<string> {
    const [line = ''] = await this.linesWith('operations on');
    return /http:[^"]+/.exec(line)?.[0] ?? '';
  }

  /** Sends a signal and waits for the end. */
  async stop(signal: NodeJS.Signals): Promise<Exit> {
    this.child.kill(signal);
    return this.exited;
  }
}

export type SpawnOptions = { env?: Record<string, string>; command?: string; before?: string[] };

/** Starts the executable with these arguments. */
export function newProcess(args: readonly string[], options?: SpawnOptions): ServerProcess {
  const server = new ServerProcess(args, options);
  onTestFinished(async () => {
    server.child.kill('SIGKILL');
    await server.exited;
  });
  return server;
}

/** The environment without variables that are settings of the server. */
function cleanEnv(): NodeJS.ProcessEnv {
  const {
    HOST: _host,
    PORT: _port,
    LOG: _log,
    DATA_FILE: _data,
    LANG: _lang,
    LC_ALL: _all,
    ...env
  } = process.env;
  return { ...env, TZ: 'Asia/Ho_Chi_Minh' };
}
