/** Several worker processes on one port (`--workers`), with a real Redis. */
import { expect, test } from 'vitest';
import { type Client, newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { newProcess, type ServerProcess } from '../helpers/process.ts';
import { refusalOf } from '../helpers/raw.ts';
import { newRedis, sharedRedis } from '../helpers/redis.ts';
import { Visitors } from '../helpers/visitors.ts';
import { childrenOf, entriesOf, isRunning, newWorkers, pidsOf } from '../helpers/workers.ts';

const redis = sharedRedis();
const clean = { code: 0, signal: null };

/** The numbers of the workers that have these connections, in the order in which they came. */
async function workersOf(server: ServerProcess, count: number): Promise<number[]> {
  await server.linesWith('"kind":"connect"', count);
  return entriesOf(server, 'connect').map(({ worker }) => Number(worker));
}

async function newMembers(url: string, names: readonly string[]): Promise<Client[]> {
  const members: Client[] = [];
  for (const name of names) members.push(await newMember(url, name));
  return members;
}

test('several workers with a data file are refused in one line', async () => {
  const said =
    'several workers need a ledger that they can share: --ledger redis://127.0.0.1:6379/0 instead of a data file';
  const server = newProcess(['--port', '0', '--workers', '2']);
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.stderr).toBe(`${said}\n`);
  expect(server.lines).toEqual([]);
});

test('connections are spread evenly over the workers, which are one room at one address', async () => {
  const server = newWorkers(await redis());
  const url = await server.url();
  const members = await newMembers(url, ['An', 'Bình', 'Chi', 'Dũng', 'Giang', 'Hà']);
  const workers = await workersOf(server, 6);
  expect(workers.filter((worker) => worker === 1)).toHaveLength(3);
  expect(workers.filter((worker) => worker === 2)).toHaveLength(3);
  for (const [index, member] of members.entries()) {
    member.say({ data: 'send', content: `${index}` });
    for (const other of members) {
      const frames = [];
      do frames.push(await other.next());
      while (frames.at(-1)?.['content'] !== `${index}`);
    }
  }
  expect(server.lines.filter((line) => line.includes('listening on'))).toHaveLength(1);
  expect(await server.stop('SIGTERM')).toEqual(clean);
});

test('a worker that is killed takes nobody else with it, and another one gets the next connections', async () => {
  const server = newWorkers(await redis());
  const url = await server.url();
  const [an, binh] = (await newMembers(url, ['An', 'Bình'])) as [Client, Client];
  const [first, second] = await workersOf(server, 2);
  const pid = (await pidsOf(server)).get(Number(first));
  process.kill(Number(pid), 'SIGKILL');
  expect(await an.closed()).toBe(1006);
  expect(await binh.ask({ data: 'send', content: 'còn đây' })).toMatchObject({ status: true });
  const [died] = await server.linesWith('SIGKILL');
  expect(JSON.parse(`${died}`)).toMatchObject({
    level: 40,
    text: `worker ${first} ended with SIGKILL; the next one is started`,
  });
  await server.linesWith(`worker ${first} is process`);
  await newMember(url, 'Chi');
  expect(await workersOf(server, 3)).toEqual([first, second, first]);
  expect((await pidsOf(server)).get(Number(first))).not.toBe(pid);
  expect(await server.stop('SIGTERM')).toEqual(clean);
});

test('a worker that cannot be started again is tried until it can; meanwhile whoever connects waits', async () => {
  const redis = await newRedis();
  const server = newWorkers(redis);
  const url = await server.url();
  await redis.stop();
  for (const pid of (await pidsOf(server)).values()) process.kill(pid, 'SIGKILL');
  await server.linesWith('worker 1 could not be started: ');
  await server.linesWith('worker 2 could not be started: ');
  const an = newMember(url, 'An');
  await redis.start();
  await (await an).ask({ data: 'send', content: 'chào' });
  expect(await server.stop('SIGTERM')).toEqual(clean);
});

test('workers that cannot start are no start: one line of one of them, and nothing is left', async () => {
  const redis = await newRedis();
  await redis.stop();
  const server = newWorkers(redis);
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.stderr).toMatch(/^\S.*\n$/);
  expect(server.stderr).toContain(`127.0.0.1:${redis.port}`);
});

test('a port that is taken is no start: one line, and nothing is left', async () => {
  const first = newWorkers(await redis());
  const { port } = new URL(await first.url());
  const second = newWorkers(await redis(), ['--port', port]);
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.stderr).toBe(`port ${port} is in use: another program listens on 127.0.0.1:${port}\n`);
});

test.each([
  ['SIGTERM', 'the primary'],
  ['SIGINT', 'all processes, as from a terminal'],
  ['SIGTERM', 'all processes, as from systemd'],
] as const)(
  '%s to %s closes all connections with 1001, ends with 0 and leaves no process and no port',
  async (signal, whom) => {
    const server = newWorkers(await redis(), ['--drain', '0.2']);
    const url = await server.url();
    const members = await newMembers(url, ['An', 'Bình']);
    const pids = [...(await pidsOf(server)).values()];
    if (whom !== 'the primary') for (const pid of pids) process.kill(pid, signal);
    expect(await server.stop(signal)).toEqual(clean);
    for (const member of members) expect(await member.closed()).toBe(1001);
    expect(pids.filter(isRunning)).toEqual([]);
    expect(await refusalOf(url)).toBe('ECONNREFUSED');
    expect(server.stderr).toBe('');
    expect(server.lines.filter((line) => line.includes('closing all'))).toHaveLength(1);
    expect(entriesOf(server, 'error')).toEqual([]);
  },
);

test('a second signal ends it at once, with all workers', async () => {
  const server = newWorkers(await redis(), ['--drain', '600']);
  const url = await server.url();
  await newMembers(url, ['An', 'Bình', 'Chi', 'Dũng']);
  const pids = await pidsOf(server);
  server.child.kill('SIGTERM');
  await server.linesWith('closing all');
  let isOver = false;
  void server.exited.then(() => {
    isOver = true;
  });
  // What comes within a tenth of a second counts as the first one, so they go on until it has ended.
  while (!isOver) {
    server.child.kill('SIGTERM');
    await refusalOf(url);
  }
  expect(await server.exited).toEqual({ code: 1, signal: null });
  await expect.poll(() => [...pids.values()].filter(isRunning)).toEqual([]);
});

test('when the primary is killed, the workers close their connections with 1001, end, and leave no port', async () => {
  const server = newWorkers(await redis());
  const url = await server.url();
  const members = await newMembers(url, ['An', 'Bình']);
  const pids = await pidsOf(server);
  server.child.kill('SIGKILL');
  for (const member of members) expect(await member.closed()).toBe(1001);
  await expect.poll(() => [...pids.values()].filter(isRunning)).toEqual([]);
  expect(await refusalOf(url)).toBe('ECONNREFUSED');
});

test('SIGTERM to a worker, or SIGUSR2 to all: the next ones serve before the old ones end, and nobody is refused', async () => {
  const server = newWorkers(await redis());
  const url = await server.url();
  const an = await newMember(url, 'An');
  const [first] = await workersOf(server, 1);
  const before = await pidsOf(server);
  const visitors = new Visitors(url);
  process.kill(Number(before.get(Number(first))), 'SIGTERM');
  expect(await an.closed()).toBe(1001);
  await server.linesWith(`worker ${first} is process`);
  const between = await pidsOf(server);
  server.child.kill('SIGUSR2');
  await server.linesWith(' is process ', 3);
  const after = await pidsOf(server);
  expect([...after.values()].filter((pid) => [...between.values()].includes(pid))).toEqual([]);
  const { served, others } = await visitors.end();
  expect(others).toEqual([]);
  expect(served).toBeGreaterThan(0);
  expect(await server.stop('SIGTERM')).toEqual(clean);
  expect(entriesOf(server, 'error')).toEqual([]);
});

test('SIGUSR1 opens no debugger in any of the processes', async () => {
  const server = newWorkers(await redis());
  const members = await newMembers(await server.url(), ['An', 'Bình']);
  for (const pid of (await pidsOf(server)).values()) process.kill(pid, 'SIGUSR1');
  server.child.kill('SIGUSR1');
  for (let count = 0; count < 50; count++)
    for (const member of members) {
      member.say({ data: 'send', content: 'còn đây' });
      while ((await member.next())['type'] !== 'send');
    }
  expect(await server.stop('SIGTERM')).toEqual(clean);
  expect(server.stderr).toBe('');
});

test('a signal during the start ends it with 0, and leaves no process', async () => {
  const redis = await newRedis();
  redis.pause();
  const server = newWorkers(redis);
  await until(() => childrenOf(server).length === 2);
  const pids = childrenOf(server);
  expect(await server.stop('SIGTERM')).toEqual(clean);
  expect(pids.filter(isRunning)).toEqual([]);
  expect(server.stderr).toBe('');
});

test('a worker that hangs keeps it from ending well, but not from ending', async () => {
  const server = newWorkers(await redis());
  await server.url();
  const pids = [...(await pidsOf(server)).values()];
  process.kill(Number(pids[0]), 'SIGSTOP');
  expect(await server.stop('SIGTERM')).toEqual({ code: 1, signal: null });
  await expect.poll(() => pids.filter(isRunning)).toEqual([]);
});
