/** A process that hangs at a watcher's order, as another process of the room sees it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ChatConfig } from '../../../src/hosting/options.ts';
import { Faults } from '../../../src/inspect/faults/faults.ts';
import { Hang } from '../../../src/inspect/faults/hang.ts';
import { newMember } from '../../helpers/client.ts';
import { newCluster } from '../../helpers/cluster.ts';
import { until } from '../../helpers/gate.ts';
import { sharedRedis } from '../../helpers/redis.ts';
import { newWatcher, type TestWatcher } from '../../helpers/watcher.ts';

const redis = sharedRedis();

/** Starts two processes, of which the first is watched. */
async function start() {
  const args = ['--lease', '1', '--inspect', '--inspect-port', '0'];
  const { nodes } = await newCluster(await redis(), { args });
  const [here, there] = nodes;
  if (here === undefined || there === undefined) throw new Error('there are no two processes');
  return { here, there, watcher: await newWatcher(await here.process.inspector()) };
}

const toldOf = ({ seen }: TestWatcher) =>
  (seen as unknown as Record<string, unknown>[]).filter(({ type }) => type === '@chat.hang');

const hang = (watcher: TestWatcher, nickname: string) =>
  watcher.socket.send(JSON.stringify({ do: 'hang', nickname }));

/** The state of a process as Linux tells it: `T` is stopped, `Z` ended. */
const stateOf = (pid: number) => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);

function isGone(pid: number): boolean {
  try {
    return stateOf(pid) === 'Z';
  } catch {
    return true;
  }
}

test('P-EVT-2: a process hangs at an order; the others see a member leave once when the lease is over, and so does the witness', async () => {
  const { here, there, watcher } = await start();
  const pid = here.process.child.pid as number;
  const witness = await newMember(there.url, 'witness');
  const an = await newMember(here.url, 'An');
  await newMember(here.url, 'Bình');
  for (const name of ['An', 'Bình'])
    expect(await witness.next()).toMatchObject({ datatype: 'register', name });
  await an.next();
  hang(watcher, 'An');
  await until(() => toldOf(watcher).length === 1);
  expect(toldOf(watcher)).toEqual([{ type: '@chat.hang', status: 'stopping' }]);
  await until(() => stateOf(pid) === 'T');
  an.say({ data: 'send', content: 'too late' });
  const left = [await witness.next(), await witness.next()];
  expect(left.map(({ datatype, name }) => `${datatype} ${name}`).sort()).toEqual(['leave An', 'leave Bình']);
  await until(() => toldOf(watcher).length === 2);
  expect(toldOf(watcher)[1]).toEqual({ type: '@chat.hang', status: 'over', left: [expect.any(Number)] });
  expect(await an.closed()).toBe(1012);
  expect(await an.left()).toEqual([]);
  await until(() => watcher.alive()['redis']?.value === 'ready');
  const heir = await newMember(here.url, 'An');
  expect((await heir.ask({ data: 'get' }))['data']).toMatchObject({ message: [], online: ['witness', 'An'] });
});

test('a process that hangs can hang again, and the witness ends each time', async () => {
  const { here, watcher } = await start();
  const pid = here.process.child.pid as number;
  for (const count of [2, 4]) {
    hang(watcher, 'nobody');
    await until(() => toldOf(watcher).length === count - 1);
    const witnesses = childrenOf(pid);
    expect(witnesses).toHaveLength(1);
    await until(() => toldOf(watcher).length === count);
    expect(toldOf(watcher).at(-1)).toMatchObject({ status: 'over', left: [] });
    await until(() => witnesses.every(isGone));
  }
});

test('the witness of a process that is killed meanwhile ends too', async () => {
  const { here, watcher } = await start();
  const pid = here.process.child.pid as number;
  hang(watcher, 'nobody');
  await until(() => toldOf(watcher).length === 1);
  const [witness = 0] = childrenOf(pid);
  await here.process.stop('SIGKILL');
  await until(() => isGone(witness));
});

test('a process that is asked to end while it hangs ends when it is awake', async () => {
  const { here, watcher } = await start();
  hang(watcher, 'nobody');
  await until(() => toldOf(watcher).length === 1);
  expect(await here.process.stop('SIGTERM')).toEqual({ code: 0, signal: null });
});

test.each([
  ['win32', 4711, 'windows'],
  ['linux', 1, 'init'],
  ['linux', 4711, undefined],
  ['darwin', 4711, undefined],
] as const)('whether a process on %s with the id %i can stop itself: %s', async (platform, pid, obstacle) => {
  const config = { lease: 5 } as ChatConfig;
  const hung = new Hang(config, { platform, pid });
  expect(hung.seconds).toBe(7);
  expect(hung.obstacle).toBe(obstacle);
});

test('a process that cannot stop itself is not stopped, and says so', async () => {
  const told: unknown[] = [];
  const begin = () => Promise.reject(new Error('it was stopped'));
  const none = { chatUrl: undefined, disk: undefined, moderation: undefined, sessionOf: () => undefined };
  const tell = (outcome: unknown) => void told.push(outcome);
  const faults = new Faults({ ...none, maxName: 100, hang: { obstacle: 'init', begin }, tell });
  faults.take('{"do":"hang","nickname":"An"}');
  await until(() => told.length > 0);
  expect(told).toEqual([{ type: '@chat.error', error: 'this process cannot stop itself' }]);
});
