/** What a watcher is told where several processes share the room in Redis, and what it can order there. */
import { expect, onTestFinished, test } from 'vitest';
import { chartOf } from '../../src/charts/chart.ts';
import { type ChatOptions, createChat } from '../../src/chat.ts';
import { ledgerMachine } from '../../src/machines/ledger.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { newPrefix, newRedis, type RedisServer, sharedRedis } from '../helpers/redis.ts';
import { newServer } from '../helpers/server.ts';
import { newWatcher, type TestWatcher } from '../helpers/watcher.ts';

const redis = sharedRedis();

/** Starts a process of a room, with an inspector and a watcher. Stopped after the test. */
async function newShared(
  { url: ledger }: RedisServer,
  ledgerPrefix = newPrefix(),
  options: ChatOptions = {},
) {
  const chat = await createChat({ port: 0, ledger, ledgerPrefix, ...options });
  onTestFinished(() => chat.close());
  const url = await chat.listen();
  const inspector = await chat.inspect({ port: 0 });
  return { chat, url, inspector, watcher: await newWatcher(inspector) };
}

/** What a watcher was told of the ledger's machine, from one state to the next. */
function lifeIn({ seen, names }: TestWatcher): { state: unknown; node: unknown }[] {
  const told = seen.filter(({ sessionId, snapshot }) => snapshot && names.get(sessionId) === 'redis');
  return told.map(({ snapshot }) => ({ state: snapshot.value, node: snapshot.context?.['node'] }));
}

const stateIn = (watcher: TestWatcher) => watcher.alive()['redis']?.value;

type Told = Record<string, unknown>;

/** Who is online, as a watcher was last told. */
function onlineIn(watcher: TestWatcher): { count: number; elsewhere: number; members: Told[] } | undefined {
  return (watcher.seen as unknown as { type: string }[]).findLast(
    ({ type }) => type === '@chat.online',
  ) as never;
}

/** Where those online are: a connection, or elsewhere. */
const placesIn = (watcher: TestWatcher) =>
  onlineIn(watcher)?.members.map(({ connection }) => connection ?? 'elsewhere');

test('the life of the ledger is told like that of the other actors, with the name of the place', async () => {
  const own = await newRedis();
  const { watcher } = await newShared(own);
  await watcher.sees(({ name }) => name === 'redis');
  const actor = watcher.seen.find(({ name }) => name === 'redis');
  expect(actor?.parentId).toBeUndefined();
  expect(JSON.parse(`${actor?.definition}`).id).toBe('ledger');
  const node = expect.stringMatching(/^[\w-]{12}$/);
  expect(lifeIn(watcher)).toEqual([{ state: 'ready', node }]);
  const [{ node: place } = { node: undefined }] = lifeIn(watcher);
  await own.stop();
  await until(() => stateIn(watcher) === 'lagging');
  await own.start();
  await until(() => stateIn(watcher) === 'ready');
  expect(lifeIn(watcher).slice(1)).toEqual([
    { state: 'lagging', node: place },
    { state: 'ready', node: place },
  ]);
  // Redis has lost the room, and with it every place.
  await own.call('FLUSHALL');
  await until(() => lifeIn(watcher).length === 6);
  expect(lifeIn(watcher).slice(3)).toEqual([
    { state: 'fenced' },
    { state: 'loading' },
    { state: 'ready', node: expect.not.stringMatching(`^${place}$`) },
  ]);
  const { edges } = chartOf(ledgerMachine);
  const taken = watcher.seen.flatMap(({ taken = [], sessionId }) =>
    watcher.names.get(sessionId) === 'redis' ? taken : [],
  );
  const ways = taken.map((id) => edges.find((edge) => edge.id === id)).map((edge) => [edge?.from, edge?.to]);
  expect(ways).toEqual([
    ['ready', 'lagging'],
    ['lagging', 'ready'],
    ['ready', 'fenced'],
    ['fenced', 'loading'],
    ['loading', 'ready'],
  ]);
});

test('who is online is told, masked, with the connection of this process, or none if it is elsewhere', async () => {
  const prefix = newPrefix();
  const [here, there] = [await newShared(await redis(), prefix), await newShared(await redis(), prefix)];
  await until(() => onlineIn(here.watcher)?.count === 0);
  const an = await newMember(here.url, 'An bí mật');
  const binh = await newMember(there.url, 'Bình bí mật');
  await until(() => onlineIn(here.watcher)?.count === 2 && onlineIn(there.watcher)?.count === 2);
  expect(onlineIn(here.watcher)).toMatchObject({ count: 2, elsewhere: 1 });
  expect(placesIn(here.watcher)).toEqual(['c1', 'elsewhere']);
  expect(placesIn(there.watcher)).toEqual(['elsewhere', 'c1']);
  const mask = expect.stringMatching(/^•[\w-]{6}$/);
  expect(onlineIn(here.watcher)?.members.map(({ nickname }) => nickname)).toEqual([mask, mask]);
  const { context } = here.watcher.alive()['c1'] ?? {};
  expect(onlineIn(here.watcher)?.members[0]?.['nickname']).toBe(context?.['nickname']);
  await binh.ask({ data: 'send', content: 'tin bí mật' });
  const posted = await here.watcher.sees(({ event }) => JSON.stringify(event ?? {}).includes('"posted"'));
  expect(posted.event['stretch']).toEqual([{ type: 'posted', message: expect.anything() }]);
  await an.leave();
  await until(() => placesIn(here.watcher)?.join() === 'elsewhere');
  await until(() => placesIn(there.watcher)?.join() === 'c1');
  for (const { watcher } of [here, there]) expect(watcher.texts.join('\n')).not.toContain('bí mật');
});

test('a nickname that is taken over in another process is elsewhere from then on', async () => {
  const prefix = newPrefix();
  const [here, there] = [await newShared(await redis(), prefix), await newShared(await redis(), prefix)];
  await newMember(here.url, 'An');
  const lost = await newClient(here.url);
  const { resume } = await lost.ask({ data: 'name', name: 'Bình', resume: true });
  await until(() => placesIn(here.watcher)?.join() === 'c1,c2');
  const back = await newClient(there.url);
  expect(await back.ask({ data: 'name', name: 'Bình', resume })).toMatchObject({ status: true });
  await until(() => placesIn(here.watcher)?.join() === 'c1,elsewhere');
  await until(() => placesIn(there.watcher)?.join() === 'elsewhere,c1');
});

test('of many who are online, the first are told, and how many more there are', async () => {
  const { url, watcher } = await newShared(await redis());
  for (let number = 0; number < 23; number++) await newMember(url, `An ${number}`);
  await until(() => onlineIn(watcher)?.count === 23);
  const { elsewhere, members = [] } = onlineIn(watcher) ?? {};
  expect(elsewhere).toBe(0);
  expect(members).toHaveLength(21);
  expect(members.at(-1)).toEqual({ more: 3 });
});

const configOf = async (inspector: string): Promise<Told> =>
  (await fetch(inspector.replace('/?', '/config.json?'))).json() as never;

test('the page is told the process and its lease', async () => {
  const { inspector } = await newShared(await redis(), newPrefix(), { lease: 3 });
  const shown = { pid: process.pid, leaseSeconds: 3, hangSeconds: 5 };
  expect((await configOf(inspector))['process']).toEqual(shown);
});

test('each kind of event is told by its name, also when the process loses Redis, its place and its members', async () => {
  const own = await newRedis();
  const { chat, url, watcher } = await newShared(own);
  await own.stop();
  await until(() => stateIn(watcher) === 'lagging');
  await own.start();
  await until(() => stateIn(watcher) === 'ready');
  await own.call('FLUSHALL');
  await watcher.sees(({ event }) => event?.type === 'fenced');
  await until(() => stateIn(watcher) === 'ready');
  const an = await newClient(url);
  expect(await an.ask({ data: 'name', name: 'An', resume: true })).toMatchObject({ status: true });
  await Promise.all([chat.close(), watcher.closed]);
  const told = watcher.texts.join('\n');
  for (const type of ['lost', 'fenced', 'retired', 'entrust', 'entrusted'])
    expect(told).toContain(`"type":"${type}"`);
  expect(told).not.toContain('"type":"•"');
});

/** Gives an order and resolves to the error with which it is answered. */
async function refusalOf(watcher: TestWatcher, order: object): Promise<unknown> {
  watcher.socket.send(JSON.stringify(order));
  return ((await watcher.sees(({ type }) => type === '@chat.error')) as unknown as Told)['error'];
}

test('no disk can be filled', async () => {
  const { watcher } = await newShared(await redis());
  expect(await refusalOf(watcher, { do: 'fill' })).toBe('the room is in Redis, not on this disk');
});

test('where the room is in a file, there is one process: it is not told, and cannot be made to hang', async () => {
  const { chat, url } = await newServer();
  const inspector = await chat.inspect({ port: 0 });
  const watcher = await newWatcher(inspector);
  await newMember(url, 'An');
  expect(await configOf(inspector)).not.toHaveProperty('process');
  const said = 'no other process would go on with the room';
  expect(await refusalOf(watcher, { do: 'hang', nickname: 'An' })).toBe(said);
  await watcher.sees(({ event }) => event?.type === 'settled');
  expect(watcher.seen.map(({ type }) => type)).not.toContain('@chat.online');
  expect(watcher.alive()).not.toHaveProperty('redis');
});
