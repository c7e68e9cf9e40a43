/** Several real processes, each with a network of its own to one real Redis, and what can happen to them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { newLastingPort } from '../port.ts';
import { newProcess, type ServerProcess } from '../process.ts';
import { newProxy, type TcpProxy } from '../proxy.ts';
import { newRedis, type RedisServer } from '../redis.ts';
import { newFolder } from '../server.ts';
import type { Act, Kind, Target } from './plan.ts';
import type { Fault } from './records.ts';

/** How long a process may try to start before that is an error. */
const startMs = 60_000;

/** The token of a moderator. */
export const token = 'm'.repeat(32);

export type FleetOptions = { processes: number; lease: number };

/** A place for a process, which is always started again at the same address. */
class Berth {
  readonly url: string;
  readonly proxy: TcpProxy;
  /** How processes here have ended when nobody ended them. */
  readonly surprises: string[] = [];
  readonly #args: readonly string[];
  readonly #started: ServerProcess[] = [];
  #process: ServerProcess | undefined;

  constructor(port: number, proxy: TcpProxy, args: readonly string[]) {
    this.url = `ws://127.0.0.1:${port}/`;
    this.proxy = proxy;
    const ledger = `redis://127.0.0.1:${new URL(proxy.url).port}/0`;
    this.#args = ['--port', `${port}`, '--ledger', ledger, ...args];
  }

  /** The log of all processes here, without that of starts that failed. */
  get log(): string[] {
    return this.#started.flatMap(({ lines }) => lines);
  }

  /** Starts a process, and again while it ends because Redis is away. */
  async start(): Promise<void> {
    const beganAt = performance.now();
    for (;;) {
      const process = newProcess(this.#args);
      this.#process = process;
      try {
        await process.url();
        this.#started.push(process);
        void process.exited.then(({ code, signal }) => {
          if (this.#process === process)
            this.surprises.push(`ended with ${code ?? signal}: ${process.stderr}`);
        });
        return;
      } catch (error) {
        if (performance.now() - beganAt > startMs) throw error;
        await pause(100);
      }
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.child.kill(signal);
  }

  /** Ends the process. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    await process?.stop(signal);
  }
}

export class Fleet {
  readonly redis: RedisServer;
  readonly prefix = 'fleet';
  readonly berths: Berth[] = [];
  /** What has been done so far. */
  readonly faults: Fault[] = [];

  private constructor(redis: RedisServer) {
    this.redis = redis;
  }

  /** Starts Redis and the processes. All are killed after the test. */
  static async start({ processes, lease }: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(await newRedis());
    const moderators = join(await newFolder(), 'moderators');
    await writeFile(moderators, `Người trực ${token}\n`, { mode: 0o600 });
    const ledger = [
      '--moderators',
      moderators,
      '--ledger-prefix',
      fleet.prefix,
      '--lease',
      `${lease}`,
      '--resume-seconds',
      '3',
    ];
    const args = [...ledger, '--ping-interval', '1', '--log', 'json', '--log-level', 'warn'];
    for (let number = 0; number < processes; number++) {
      const proxy = await newProxy(fleet.redis.url);
      fleet.berths.push(new Berth(await newLastingPort(), proxy, args));
    }
    await Promise.all(fleet.berths.map((berth) => berth.start()));
    return fleet;
  }

  get urls(): string[] {
    return this.berths.map(({ url }) => url);
  }

  /** Lets a plan happen. Resolves when all is as it was, though the processes may need a moment to find out. */
  async suffer(plan: readonly Act[]): Promise<void> {
    const beganAt = performance.now();
    const targets: Target[] = ['redis', ...this.berths.keys()];
    const sufferOn = async (target: Target) => {
      for (const { on, kind, atMs, forMs } of plan.filter((act) => act.on === target)) {
        await pause(Math.max(0, beganAt + atMs - performance.now()));
        const fault: Fault = { on, kind, from: performance.now(), to: Number.POSITIVE_INFINITY };
        this.faults.push(fault);
        const mend = await this.#break(on, kind);
        await pause(forMs);
        fault.to = performance.now();
        await mend();
      }
    };
    await Promise.all(targets.map(sufferOn));
  }

  /** Makes a fault happen. Resolves to what ends it. */
  #break(on: Target, kind: Kind): Promise<() => unknown> {
    if (on === 'redis') return breakRedis(this.redis, kind);
    const berth = this.berths[on];
    if (berth === undefined) throw new Error(`there is no process ${on}`);
    return breakProcess(berth, kind);
  }
}

async function breakProcess(berth: Berth, kind: Kind): Promise<() => unknown> {
  const { proxy } = berth;
  switch (kind) {
    case 'crash':
    case 'retire':
      await berth.end(kind === 'crash' ? 'SIGKILL' : 'SIGTERM');
      return () => berth.start();
    case 'pause':
    case 'hang':
      berth.signal('SIGSTOP');
      return () => berth.signal('SIGCONT');
    case 'cut':
      proxy.cut();
      return () => {};
    case 'refuse':
      proxy.refuse();
      proxy.cut();
      return () => proxy.accept();
    case 'swallow':
      proxy.swallow();
      return () => proxy.thaw();
    default:
      throw new Error(`no fault of a process: ${kind}`);
  }
}

async function breakRedis(redis: RedisServer, kind: Kind): Promise<() => unknown> {
  switch (kind) {
    case 'redis crash':
      await redis.kill();
      return () => redis.start();
    case 'redis hang':
      redis.pause();
      return () => redis.resume();
    case 'redis full':
      await redis.call('config', 'set', 'maxmemory', '1');
      return () => redis.call('config', 'set', 'maxmemory', '0');
    case 'redis disk full':
      await redis.limitFiles();
      return async () => {
        await redis.kill();
        await redis.start();
      };
    default:
      throw new Error(`no fault of Redis: ${kind}`);
  }
}
