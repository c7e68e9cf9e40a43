/** A Redis of its own for a measurement, with the settings of deploy/redis.conf. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@redis/client';
import { cpuOf, sleep } from '../measure.mjs';

const config = fileURLToPath(new URL('../../deploy/redis.conf', import.meta.url));

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The number behind a name in what INFO says. */
const figure = (info, name, mark = ':') =>
  Number(new RegExp(`^${name}${mark}(\\d+)`, 'm').exec(info)?.[1] ?? 0);

class Redis {
  #folder = mkdtempSync(join(tmpdir(), 'bench-redis-'));
  #child;
  #client;

  constructor(port) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}/0`;
  }

  get pid() {
    return this.#child.pid;
  }

  /** Starts it, with what it had before. Resolves once it answers. */
  async start() {
    const own = [
      '--port',
      `${this.port}`,
      '--bind',
      '127.0.0.1',
      '--dir',
      this.#folder,
      '--loglevel',
      'warning',
    ];
    this.#child = spawn('redis-server', [config, ...own], { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = once(this.#child, 'exit').then(() => Promise.reject(new Error('redis-server has ended')));
    await Promise.race([this.#answers(), ended]);
    ended.catch(() => {});
  }

  async #answers() {
    this.#client = createClient({ url: this.url, RESP: 2, socket: { reconnectStrategy: 5 } });
    this.#client.on('error', () => {});
    await this.#client.connect();
    while ((await this.call('PING').catch(() => '')) !== 'PONG') await sleep(0.005);
  }

  call(...args) {
    return this.#client.sendCommand(args);
  }

  /** What it has done since it started, with its CPU in µs, and the memory that it uses. */
  async work() {
    const info = await this.call('INFO', 'all');
    const calls = (name) => figure(info, `cmdstat_${name}:calls`, '=');
    return {
      commands: calls('evalsha') + calls('xread'),
      stretches: calls('xadd'),
      cpuUs: cpuOf(this.pid),
      bytesIn: figure(info, 'total_net_input_bytes'),
      bytesOut: figure(info, 'total_net_output_bytes'),
      memory: figure(info, 'used_memory'),
    };
  }

  /** The bytes of memory of a key of the room. */
  async usage(key) {
    const [name] = await this.call('KEYS', `*:${key}`);
    return this.call('MEMORY', 'USAGE', name, 'SAMPLES', '0');
  }

  /** Ends it as a crash would. `start` brings it back. */
  async kill() {
    this.#client.destroy();
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  async stop() {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export async function startRedis() {
  const redis = new Redis(await freePort());
  await redis.start();
  return redis;
}
