/** What processes that share a room let go of its history, and where that goes. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Archive } from '../../../src/ledger/archive.ts';
import type { Keeping } from '../../../src/ledger/keeper.ts';
import { jsonOf } from '../../../src/ledger/message.ts';
import type { Message } from '../../../src/protocol/replies.ts';
import { messagesIn } from '../../helpers/history-file.ts';
import { Listened, newRedisLedger } from '../../helpers/ledger.ts';
import { newPrefix, sharedRedis } from '../../helpers/redis.ts';
import { newFolder } from '../../helpers/server.ts';

const redis = sharedRedis();

const stamp = '22/11/2026 10/0600';
const messagesFrom = (first: number, end: number): Message[] =>
  Array.from({ length: end - first }, (_, at) => ({
    name: (first + at) % 2 === 0 ? 'An' : 'Bình',
    content: `tin ${first + at}`,
    timestamp: stamp,
  }));

async function* pages(first: number, end: number) {
  yield messagesFrom(first, end);
}

/** A room with so many messages. */
async function newRoom(count: number) {
  const prefix = newPrefix();
  const server = await redis();
  await server.call('RPUSH', `{${prefix}}:history`, ...messagesFrom(0, count).map(jsonOf));
  const archive = join(await newFolder(), 'archive');
  const open = async (keeping: Keeping) =>
    new Listened(await newRedisLedger(server, prefix, { keeping, stamp: () => stamp }));
  const list = async () =>
    (await server.call('LRANGE', `{${prefix}}:history`, '0', '-1')) as readonly string[];
  const archived = () => messagesIn(join(archive, '2026-11.json'));
  return { open, list, archive, archived };
}

const hasBase = (ledger: Listened, base: number) =>
  expect.poll(() => ledger.ledger.view({}).part.base, { timeout: 20_000 }).toBe(base);

test('P-MOD-2: of several processes one drops what is not kept, all are told, and positions go on', async () => {
  const { open, list, archive, archived } = await newRoom(10);
  const keeping = { keep: { messages: 4 }, archive };
  const [here, there] = [await open(keeping), await open(keeping)];
  for (const ledger of [here, there]) await hasBase(ledger, 6);
  const late = await open({ keep: {} });
  for (const ledger of [here, there, late]) {
    expect(ledger.view()).toMatchObject({ messages: messagesFrom(6, 10), first: 6, total: 10 });
    expect(ledger.view({ after: 2, before: 7 })).toMatchObject({ messages: messagesFrom(6, 7), first: 6 });
  }
  expect(here.stretches.flat()).toMatchObject([{ type: 'dropped', base: 6 }]);
  expect(await list()).toEqual(messagesFrom(6, 10).map(jsonOf));
  expect(await archived()).toEqual(messagesFrom(0, 6));
  await late.commit({ type: 'claim', by: '1', nickname: 'An', key: 'an' });
  await late.commit({ type: 'post', by: '1', content: 'mới' });
  for (const ledger of [here, there, late]) await hasBase(ledger, 7);
  expect(late.view()).toMatchObject({ first: 7, total: 11 });
  expect(await archived()).toEqual(messagesFrom(0, 7));
  expect(await late.act({ type: 'remove', positions: [6, 7], withName: false })).toMatchObject({
    done: { isDone: true, positions: [6, 7] },
    entries: [{ type: 'removed', position: 7, left: { name: 'Bình', content: '' } }],
  });
});

test('P-MOD-2: when the process that drops has ended, another goes on, and archives nothing twice', async () => {
  const { open, archive, archived } = await newRoom(10);
  const first = await open({ keep: { messages: 8 }, archive });
  await hasBase(first, 2);
  const second = await open({ keep: { messages: 5 }, archive });
  await first.ledger.close();
  await hasBase(second, 5);
  expect(await archived()).toEqual(messagesFrom(0, 5));
});

test('P-MOD-2: what a process has archived before it died is dropped, and not archived again', async () => {
  const { open, list, archive, archived } = await newRoom(10);
  const former = await Archive.open(archive);
  await former.append(0, pages(0, 5), Date.now());
  await former.close();
  const ledger = await open({ keep: { messages: 3 }, archive });
  await hasBase(ledger, 7);
  expect(await archived()).toEqual(messagesFrom(0, 7));
  expect(await list()).toEqual(messagesFrom(7, 10).map(jsonOf));
});

test('P-MOD-1: what others have removed after a process had archived it and died is taken out of its archive', async () => {
  const { open, archive, archived } = await newRoom(10);
  const former = await Archive.open(archive);
  await former.append(0, pages(0, 5), Date.now());
  await former.close();
  const { ledger } = await open({ keep: {} });
  await ledger.act({ type: 'remove', positions: [1], withName: false });
  await ledger.act({ type: 'remove', positions: [2], withName: true });
  await hasBase(await open({ keep: { messages: 5 }, archive }), 5);
  expect(await archived()).toEqual([
    ...messagesFrom(0, 1),
    { name: 'Bình', content: '', timestamp: stamp },
    { name: '', content: '', timestamp: stamp },
    ...messagesFrom(3, 5),
  ]);
});

test('P-MOD-1: what is removed in one process is gone from the archive of another, and authors are found there', async () => {
  const { open, archive, archived } = await newRoom(6);
  const keeper = await open({ keep: { messages: 2 }, archive });
  await hasBase(keeper, 4);
  const { ledger } = await open({ keep: {} });
  expect(await ledger.archivedBy((name) => name === 'An')).toEqual([0, 2]);
  expect(await ledger.archivedBy((name) => name === 'Chi')).toEqual([]);
  expect(await ledger.act({ type: 'remove', positions: [0, 2, 4], withName: true })).toEqual({
    isDone: true,
    positions: [0, 2, 4],
  });
  const gone = { name: '', content: '', timestamp: stamp };
  expect(await archived()).toEqual([gone, messagesFrom(1, 2)[0], gone, messagesFrom(3, 4)[0]]);
  expect(keeper.view().messages).toEqual([gone, messagesFrom(5, 6)[0]]);
});
