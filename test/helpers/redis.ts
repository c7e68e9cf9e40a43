/** Real Redis servers, each on a port and in a folder of its own. The tests need none that is already running. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { connectRedis, type Redis, type Reply } from '../../src/ledger/redis/client.ts';
import { newLastingPort } from './port.ts';
import { shared } from './shared.ts';

/** Settings of redis-server by name. */
export type RedisSettings = Readonly<Record<string, string>>;

/** What a ledger needs, and nothing that listens elsewhere or writes besides the log. */
const defaults: RedisSettings = {
  bind: '127.0.0.1',
  appendonly: 'yes',
  appendfsync: 'always',
  'maxmemory-policy': 'noeviction',
  save: '',
};

export class RedisServer {
  readonly port: number;
  /** Where its data is, unless the setting `dir` names another place. */
  readonly folder: string;
  readonly #settings: RedisSettings;
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> | undefined;
  #redis: Promise<Redis> | undefined;

  private constructor(port: number, folder: string, settings: RedisSettings) {
    this.port = port;
    this.folder = folder;
    this.#settings = settings;
  }

  /** Starts Redis with these settings besides those that a ledger needs. Its caller disposes of it. */
  static async start(settings: RedisSettings = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'chatbox-redis-'));
    const server = new RedisServer(await newLastingPort(), folder, { ...defaults, ...settings });
    try {
      await server.start();
    } catch (error) {
      await server.dispose();
      throw error;
    }
    return server;
  }

  get url(): string {
    const { requirepass } = this.#settings;
    return `redis://${requirepass === undefined ? '' : `:${requirepass}@`}127.0.0.1:${this.port}/0`;
  }

  /** Sends a command. */
  async call(...args: string[]): Promise<Reply> {
    const forget = () => {
      this.#redis = undefined;
    };
    this.#redis ??= connectRedis({ url: this.url, timeoutMs: 30_000, onLost: forget });
    this.#redis.catch(forget);
    return (await this.#redis).call(args);
  }

  /** All that it has of a room, as it is in its memory and files, where nothing is compressed. */
  async bytesOf(prefix: string): Promise<string> {
    await this.call('CONFIG', 'SET', 'rdbcompression', 'no');
    const keys = (await this.call('KEYS', `{${prefix}}:*`)) as string[];
    const dumps = await Promise.all(keys.map((key) => this.call('DUMP', key)));
    return dumps.join('');
  }

  /**
   * Starts it again after its end, on the same port and with the data that it has kept, and these settings besides. It
   * answers then.
   */
  async start(changed: RedisSettings = {}): Promise<void> {
    const settings = { dir: this.folder, ...this.#settings, ...changed, port: String(this.port) };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#child = child;
    this.#exited = once(child, 'close');
    const said: string[] = [];
    const isReady = new Promise<boolean>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        said.push(line);
        if (line.includes('Ready to accept connections')) resolve(true);
      });
    });
    if (!(await Promise.race([isReady, this.#exited.then(() => false)])))
      throw new Error(`Redis has not started: ${said.join('\n')}`);
  }

  /** Ends it as its host does, and waits until it has ended. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** Ends it as a crash does, and waits until it has ended. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Makes it hang: connections stay, and nothing is answered. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** Ends `pause`. */
  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Lets its files grow no more until it is started again, as on a full disk: then it ends by itself. */
  async limitFiles(): Promise<void> {
    await promisify(execFile)('prlimit', [`--pid=${this.#child?.pid}`, '--fsize=0']);
  }

  /** Kills it and removes its folder. */
  async dispose(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const redis = this.#redis;
    this.#redis = undefined;
    (await redis)?.close();
    this.#child?.kill(signal);
    await this.#exited;
  }
}

/** Starts a Redis for one test. Killed after it. */
export async function newRedis(settings?: RedisSettings): Promise<RedisServer> {
  const redis = await RedisServer.start(settings);
  onTestFinished(() => redis.dispose());
  return redis;
}

/** One Redis for all tests of a file. They must not disturb it, and have a prefix each. */
export const sharedRedis = () => shared(() => RedisServer.start());

let prefixes = 0;

/** A prefix that no other test of the file uses. */
export const newPrefix = () => `t${++prefixes}`;
