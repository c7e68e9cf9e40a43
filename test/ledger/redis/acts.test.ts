/** What two processes make of acts in one room in Redis. What every ledger does is in ../ledger-acts.test.ts. */
import { expect, test } from 'vitest';
import type { Act, Entry } from '../../../src/ledger/ledger.ts';
import { connectRedis } from '../../../src/ledger/redis/client.ts';
import { join } from '../../../src/ledger/redis/load.ts';
import { Room } from '../../../src/ledger/redis/room.ts';
import { claim, post } from '../../helpers/changes.ts';
import { until } from '../../helpers/gate.ts';
import { messageOf } from '../../helpers/history-file.ts';
import { Listened, newRedisLedger } from '../../helpers/ledger.ts';
import { newPrefix, newRedis, sharedRedis } from '../../helpers/redis.ts';

const redis = sharedRedis();

const remove = (...positions: number[]): Act => ({ type: 'remove', positions, withName: false });
const kick = (key: string): Act => ({ type: 'kick', key, code: 4001, reason: 'kicked' });

/** Two processes in one room. */
async function newTwo() {
  const prefix = newPrefix();
  const open = async (says: string) => new Listened(await newRedisLedger(await redis(), prefix), says);
  return { here: await open('here'), there: await open('there'), prefix };
}

/** Waits until a ledger has told this, and resolves to it. */
async function told(ledger: Listened, type: Entry['type']): Promise<Entry> {
  const found = () => ledger.stretches.flat().find((entry) => entry.type === type);
  await until(() => found() !== undefined);
  return found() as Entry;
}

const bytesOf = async (prefix: string) => (await redis()).bytesOf(prefix);

test('P-MOD-1: when a removal has resolved, all of Redis has nothing of it, and of other messages what it had', async () => {
  const { here, there, prefix } = await newTwo();
  await here.commit(claim('1', 'An'), post('1', 'giữ lại'), post('1', 'xoá đi'));
  await there.commit(claim('1', 'Bình'), post('1', 'cũng xoá'), post('1', 'còn nữa'));
  const before = await bytesOf(prefix);
  for (const content of ['giữ lại', 'xoá đi', 'cũng xoá', 'còn nữa']) expect(before).toContain(content);
  expect(await here.ledger.act(remove(1, 2))).toEqual({ isDone: true, positions: [1, 2] });
  const after = await bytesOf(prefix);
  for (const content of ['giữ lại', 'còn nữa']) expect(after).toContain(content);
  for (const content of ['xoá đi', 'cũng xoá']) expect(after).not.toContain(content);
  expect(there.view()).toEqual(here.view());
  // The others go on reading the log that was written anew.
  await there.commit(post('1', 'tiếp'));
  await until(() => here.view().total === 5);
  expect(here.view()).toEqual(there.view());
});

test('P-MOD-1: a removal that was interrupted once Redis had it is finished by whoever is there', async () => {
  const { here, there, prefix } = await newTwo();
  await here.commit(claim('1', 'An'), post('1', 'xoá đi'));
  const server = await redis();
  const isThere = async () => (await bytesOf(prefix)).includes('xoá đi');
  // A process that reads nothing.
  await server.call('HSET', `{${prefix}}:node:hangs`, 'seq', '0');
  await server.call('ZADD', `{${prefix}}:nodes`, '1e15', 'hangs');
  const acting = here.ledger.act(remove(0));
  const failure = expect(acting).rejects.toThrow(/removed, and what they said is gone from Redis once/);
  await told(there, 'removed');
  await here.ledger.close();
  await failure;
  expect(await isThere()).toBe(true);
  await server.call('ZREM', `{${prefix}}:nodes`, 'hangs');
  while (await isThere()) await told(there, 'removed');
  expect(there.view().messages).toMatchObject([{ content: '' }]);
});

test('P-MOD-1: what is removed while a process reads the history is removed there too', async () => {
  const { here, prefix } = await newTwo();
  await here.commit(claim('1', 'An'));
  const server = await redis();
  const texts = Array.from({ length: 5001 }, (_, number) => JSON.stringify(messageOf(number)));
  await server.call('RPUSH', `{${prefix}}:history`, ...texts);
  const other = await newRedisLedger(server, prefix);
  const connection = await connectRedis({ url: server.url, timeoutMs: 30_000 });
  const options = {
    prefix,
    dialect: 'documented',
    comparison: 'nickname',
    leaseMs: 5000,
    resumeMs: 0,
  } as const;
  const call = async (args: readonly string[], blockMs?: number) => {
    if (args.includes('join')) await other.act(remove(7, 5000));
    return connection.call(args, blockMs);
  };
  const place = await join(new Room(options), { ...connection, call }, () => {});
  const { pieces } = place.replica.view({}).part;
  const contents = (JSON.parse(`[${Buffer.concat([...pieces])}]`) as { content: string }[]).map(
    ({ content }) => content,
  );
  expect(contents.flatMap((content, position) => (content === '' ? position : []))).toEqual([7, 5000]);
  expect(contents[4999]).toBe(messageOf(4999).content);
  connection.close();
});

test('only the process of a kicked connection is told which it is; nobody comes back to it', async () => {
  const { here, there } = await newTwo();
  const [registered] = await here.commit(claim('1', 'An', true));
  const secret = registered !== undefined && 'secret' in registered ? `${registered.secret}` : '';
  await until(() => there.view().online.length === 1);
  const kicked = { type: 'kicked', nickname: 'An', code: 4001, reason: 'kicked' };
  expect(await there.act(kick('an'))).toEqual({ done: { isDone: true }, entries: [kicked] });
  expect(await told(here, 'kicked')).toMatchObject({ ...kicked, from: '1' });
  expect(await there.commit(claim('2', 'An', secret))).toMatchObject([{ type: 'taken' }]);
  await here.commit({ type: 'leave', by: '1' });
  await told(there, 'left');
  expect(await there.commit(claim('2', 'An', secret))).toMatchObject([{ type: 'registered' }]);
});

test('a kicked holding leaves when its process dies before it has closed the connection', async () => {
  const prefix = newPrefix();
  const server = await redis();
  const dying = await newRedisLedger(server, prefix);
  const there = new Listened(await newRedisLedger(server, prefix));
  dying.start({ onStretch: () => {}, onAsked: () => '[]', onFenced: () => {} });
  await dying.commit([claim('1', 'An', true)]);
  await until(() => there.view().online.length === 1);
  await there.act(kick('an'));
  // The lease of the other process is over.
  const [node = ''] = ((await server.call('HGET', `{${prefix}}:nicknames`, 'an')) as string)
    .split('\n')
    .slice(1);
  await server.call('ZADD', `{${prefix}}:nodes`, '0', node);
  expect(await told(there, 'left')).toMatchObject({ nickname: 'An' });
});

test('a holding that waits for its peer leaves when it is kicked', async () => {
  const { here, there } = await newTwo();
  await here.commit(claim('1', 'An', true), { type: 'entrust', by: '1' });
  await until(() => there.view().online.length === 1);
  expect(await there.act(kick('an'))).toEqual({
    done: { isDone: true },
    entries: [{ type: 'left', nickname: 'An' }],
  });
  expect(there.view().online).toEqual([]);
});

test('P-MOD-3: all processes have the same rules, and so has one that joins later', async () => {
  const { here, there, prefix } = await newTwo();
  expect(there.ledger.rules).toEqual(here.ledger.rules);
  await Promise.all([
    here.ledger.act({ type: 'govern', edit: { type: 'readonly', on: true } }),
    there.ledger.act({ type: 'govern', edit: { type: 'words', words: ['spam'] } }),
  ]);
  await until(() => here.ledger.rules.words.length === 1 && there.ledger.rules.readonly);
  expect(here.ledger.rules).toMatchObject({ readonly: true, words: ['spam'] });
  expect(there.ledger.rules).toEqual(here.ledger.rules);
  await here.ledger.close();
  await there.ledger.close();
  expect((await newRedisLedger(await redis(), prefix)).rules).toEqual(here.ledger.rules);
});

test('P-MOD-3: a room whose rules are damaged is refused with what is wrong', async () => {
  const prefix = newPrefix();
  const server = await redis();
  await server.call('HSET', `{${prefix}}:rules`, 'version', '1', 'document', '{"maskKey":"x","bans":7}');
  await expect(newRedisLedger(server, prefix)).rejects.toMatchObject({
    code: 'DATA_INVALID',
    message: 'the rules of moderation in Redis are damaged: "bans" is not a list of bans',
  });
});

test('all processes say what there is to say, and one that does not answer is waited for a moment only', async () => {
  const { here, prefix } = await newTwo();
  expect((await here.ledger.ask()).toSorted()).toEqual(['here', 'there']);
  await (await redis()).call('ZADD', `{${prefix}}:nodes`, '1e15', 'hangs');
  expect((await here.ledger.ask()).toSorted()).toEqual(['here', 'there']);
});

test('an act that Redis does not answer says what is known of it', async () => {
  const server = await newRedis();
  const ledger = new Listened(await newRedisLedger(server, newPrefix(), { leaseMs: 1000 }));
  await ledger.commit(claim('1', 'An'), post('1', 'một'));
  server.pause();
  const inDoubt = [remove(0), kick('an')].map((act) => ledger.ledger.act(act));
  const results = await Promise.allSettled(inDoubt);
  for (const result of results)
    expect(result).toMatchObject({
      reason: { message: expect.stringMatching(/^Redis: .*; it may have been done$/) },
    });
  const failures = [
    ledger.ledger.act(kick('an')),
    ledger.ledger.act({ type: 'govern', edit: { type: 'readonly', on: true } }),
  ];
  for (const failure of failures) await expect(failure).rejects.toThrow(/^Redis: .*; nothing was done$/);
  await expect(ledger.ledger.ask()).rejects.toThrow(/^Redis: .*; the other processes were not asked$/);
  server.resume();
});

test('P-MOD-1: a removal of many messages that Redis does not finish says that some of them are removed', async () => {
  const server = await newRedis();
  const ledger = await newRedisLedger(server, newPrefix(), { leaseMs: 1000 });
  const onStretch = (stretch: readonly Entry[]) => {
    // By then the first step has been answered.
    if (stretch.some((entry) => entry.type === 'removed' && entry.position > 50)) server.pause();
  };
  ledger.start({ onStretch, onAsked: () => '[]', onFenced: () => {} });
  const positions = Array.from({ length: 100 }, (_, position) => position);
  await ledger.commit([claim('1', 'An'), ...positions.map((position) => post('1', `${position}`))]);
  await expect(ledger.act(remove(...positions))).rejects.toThrow(/; some of the messages are removed$/);
  server.resume();
});
