/** What two processes make of one room in Redis. What every ledger does is in ../ledger.test.ts. */
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Entry } from '../../../src/ledger/ledger.ts';
import type { RedisLedgerOptions } from '../../../src/ledger/redis/options.ts';
import { claim, post } from '../../helpers/changes.ts';
import { until } from '../../helpers/gate.ts';
import { messageOf } from '../../helpers/history-file.ts';
import { Listened, newRedisLedger } from '../../helpers/ledger.ts';
import { newPrefix, sharedRedis } from '../../helpers/redis.ts';

const redis = sharedRedis();

/** Two processes in one room. */
async function newTwo(options?: Partial<RedisLedgerOptions>) {
  const prefix = newPrefix();
  const open = async () => newRedisLedger(await redis(), prefix, options);
  const [here, there] = [await open(), await open()];
  return { here: new Listened(here), there: new Listened(there), prefix };
}

const entriesOf = (ledger: Listened) => ledger.stretches.flat();

/** Waits until a ledger has told so many entries, and resolves to them. */
async function told(ledger: Listened, count: number): Promise<Entry[]> {
  await until(() => entriesOf(ledger).length >= count);
  return entriesOf(ledger);
}

test('P-SEND-4: each process is told what the others did, in the same order, and not who did it', async () => {
  const { here, there } = await newTwo();
  await here.commit(claim('1', 'An'));
  await told(there, 1);
  const say = async (ledger: Listened, by: string) => {
    for (let number = 0; number < 50; number++) {
      await ledger.commit(post(by, `${by} ${number}`));
      await setImmediate();
    }
  };
  await there.commit(claim('1', 'Bình'));
  await Promise.all([say(here, '1'), say(there, '1')]);
  const orders = await Promise.all([told(here, 102), told(there, 102)]);
  const [first, second] = orders.map((entries) => entries.map(({ by: _, ...entry }) => entry));
  expect(first).toEqual(second);
  const authors = orders.map((entries) => entries.map(({ by }) => by));
  expect(authors[0]?.map((by) => by === undefined)).toEqual(authors[1]?.map((by) => by === '1'));
  expect(here.view()).toEqual(there.view());
});

test('P-RES-1, P-RES-2: a holding passes to another process: only that one is told the secret, and only the old one from whom', async () => {
  const { here, there } = await newTwo();
  await here.commit(claim('1', 'An', true), claim('2', 'Bình'));
  const [registered] = entriesOf(here);
  const secret = registered?.type === 'registered' ? registered.secret : undefined;
  expect(secret).toEqual(expect.any(String));
  expect((await told(there, 2))[0]).not.toHaveProperty('secret');
  const [resumed] = await there.commit(claim('1', 'An', secret));
  expect(resumed).toEqual({ type: 'resumed', by: '1', nickname: 'An', secret: expect.any(String) });
  const heard = (await told(here, 3))[2];
  expect(heard).toEqual({ type: 'resumed', nickname: 'An', from: '1', timestamp: expect.any(String) });
  expect(await here.commit(post('1', 'too late'), claim('1', 'Chi'), { type: 'leave', by: '1' })).toEqual(
    Array.from({ length: 3 }, () => ({ type: 'absent', by: '1' })),
  );
  expect(await there.commit(post('1', 'now'))).toMatchObject([{ type: 'posted', message: { name: 'An' } }]);
  expect(there.view().online).toEqual(['An', 'Bình']);
});

test('P-RES-1: Redis is not told the secrets, only their hashes', async () => {
  const { here, there, prefix } = await newTwo();
  await here.commit(claim('1', 'An', true), claim('2', 'Bình', true));
  const secrets = entriesOf(here).map((entry) => ('secret' in entry ? entry.secret : undefined));
  await there.commit(claim('1', 'An', secrets[0]));
  const server = await redis();
  const keys = (await server.call('KEYS', `{${prefix}}:*`)) as string[];
  const kinds = {
    hash: ['HGETALL'],
    stream: ['XRANGE', '-', '+'],
    zset: ['ZRANGE', '0', '-1'],
    list: ['LRANGE', '0', '-1'],
  };
  const all: unknown[] = [];
  for (const key of keys) {
    const kind = `${await server.call('TYPE', key)}` as keyof typeof kinds;
    const [command = '', ...args] = kinds[kind];
    all.push(await server.call(command, key, ...args));
  }
  const text = JSON.stringify(all);
  expect(text).toContain('Bình');
  for (const secret of secrets) expect(text).not.toContain(secret);
});

test('P-RES-3: what an ending process entrusts to the others waits there for its peer, or leaves if it has no secret', async () => {
  const { here, there } = await newTwo();
  await here.commit(claim('1', 'An', true), claim('2', 'Bình'));
  const [registered] = entriesOf(here);
  expect(await here.commit({ type: 'entrust', by: '1' }, { type: 'entrust', by: '2' })).toEqual([
    { type: 'entrusted', by: '1' },
    { type: 'left', by: '2', nickname: 'Bình' },
  ]);
  expect((await told(there, 3)).map(({ type }) => type)).toEqual(['registered', 'registered', 'left']);
  expect(await there.commit(claim('1', 'An'))).toMatchObject([{ type: 'taken' }]);
  const secret = registered?.type === 'registered' ? registered.secret : undefined;
  expect(await there.commit(claim('2', 'An', secret))).toMatchObject([{ type: 'resumed' }]);
});

test('P-RES-3: a holding that waits leaves once, when its time is over, and one that was taken over in time does not', async () => {
  const { here, there } = await newTwo({ resumeMs: 2000 });
  const [entry] = await here.commit(claim('1', 'An', true), claim('2', 'Bình', true));
  const secret = entry !== undefined && 'secret' in entry ? `${entry.secret}` : '';
  await here.commit({ type: 'entrust', by: '1' }, { type: 'entrust', by: '2' });
  await there.commit(claim('1', 'An', secret));
  for (const ledger of [here, there])
    await until(() => entriesOf(ledger).some(({ type }) => type === 'left'));
  await there.commit(post('1', 'still here'));
  const order = (await told(there, 5)).map((one) => `${one.type} ${'nickname' in one ? one.nickname : ''}`);
  expect(order).toEqual(['registered An', 'registered Bình', 'resumed An', 'left Bình', 'posted ']);
  expect(there.view().online).toEqual(['An']);
});

test('P-NAME-5, P-RES-3: what was asked for before a process was given up is void, also where it comes to Redis only when the process has joined again', async () => {
  const prefix = newPrefix();
  const server = await redis();
  const leaseMs = 200;
  const ledger = await newRedisLedger(server, prefix, { leaseMs });
  const told: Entry[] = [];
  const fenced = new Promise((resolve) => {
    ledger.start({
      onStretch: (stretch) => void told.push(...stretch),
      onAsked: () => '[]',
      onFenced: resolve,
    });
  });
  // The process hangs for longer than its lease, and the others give it up meanwhile.
  await server.call('DEL', `{${prefix}}:nodes`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * leaseMs);
  const late = ledger.commit([claim('1', 'An', true), post('1', 'too late')]);
  await fenced;
  await late;
  await until(() => ledger.health() === undefined);
  await ledger.commit([claim('2', 'An')]);
  expect(told).toMatchObject([{ type: 'governed' }, { type: 'registered', by: '2', nickname: 'An' }]);
});

test('P-GET-1: a process that joins knows the whole history, however long, and all nicknames in their order', async () => {
  const prefix = newPrefix();
  const server = await redis();
  const messages = Array.from({ length: 12_345 }, (_, position) => messageOf(position));
  await server.call('RPUSH', `{${prefix}}:history`, ...messages.map((message) => JSON.stringify(message)));
  const here = new Listened(await newRedisLedger(server, prefix));
  expect(here.view().messages).toEqual(messages);
  await here.commit(claim('1', 'An'), claim('2', 'Bình'), claim('3', 'Chi'), claim('1', 'Ân'));
  const there = new Listened(await newRedisLedger(server, prefix));
  expect(there.view()).toEqual(here.view());
  expect(there.view().online).toEqual(['Ân', 'Bình', 'Chi']);
  await here.commit({ type: 'leave', by: '2' }, post('3', 'xin chào'));
  await told(there, 2);
  expect(there.view()).toEqual(here.view());
});

test('P-GET-1: a process whose lease is as short as it may be joins a room with 100,000 nicknames', async () => {
  const prefix = newPrefix();
  const server = await redis();
  const script = `for number = 1, 100000 do
    local key = 'an ' .. number
    local holding = table.concat({ '"An ' .. number .. '"', '', '', 'the hash of a secret', '' }, '\\n')
    redis.call('HSET', '{${prefix}}:nicknames', key, holding)
    redis.call('ZADD', '{${prefix}}:order', redis.call('HINCRBY', '{${prefix}}:meta', 'registrations', 1), key)
  end`;
  await server.call('HSET', `{${prefix}}:meta`, 'epoch', 'there before');
  await server.call('EVAL', script, '0');
  const here = new Listened(await newRedisLedger(server, prefix, { leaseMs: 1000 }));
  const names = Array.from({ length: 100_000 }, (_, at) => `An ${at + 1}`);
  expect(here.view().online).toEqual(names);
  await here.commit(claim('1', 'Bình'));
  expect(here.view().online).toEqual([...names, 'Bình']);
});

test('P-DB-2: a history in Redis that is damaged is refused with the place', async () => {
  const prefix = newPrefix();
  await (await redis()).call('RPUSH', `{${prefix}}:history`, JSON.stringify(messageOf(0)), '{"name":1}');
  await expect(newRedisLedger(await redis(), prefix)).rejects.toMatchObject({
    code: 'DATA_INVALID',
    message: expect.stringContaining('position 1'),
  });
});

test('P-SEND-3: a history that has reached its limit takes no more messages, and people can still come and go', async () => {
  const ledger = await newRedisLedger(await redis(), newPrefix(), { maxBytes: 100 });
  const here = new Listened(ledger);
  await here.commit(claim('1', 'An'), post('1', 'x'.repeat(100)));
  expect(ledger.health()).toBe('the history is full: it may have 100 bytes');
  expect(await here.commit(post('1', 'more'), claim('2', 'Bình'), { type: 'leave', by: '1' })).toEqual([
    {
      type: 'failed',
      by: '1',
      change: post('1', 'more'),
      error: 'the history is full: it may have 100 bytes',
    },
    { type: 'registered', by: '2', nickname: 'Bình' },
    { type: 'left', by: '1', nickname: 'An' },
  ]);
  expect(here.view()).toMatchObject({ total: 1, online: ['Bình'] });
});
