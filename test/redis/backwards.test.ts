/** Redis comes back without what it had: everybody is told that the room is another, and it goes on from what Redis has. */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newMember } from '../helpers/client.ts';
import { contents, conversation, frameOf, newPair, type Pair, send, talk } from '../helpers/faults/pair.ts';
import { newProxy } from '../helpers/proxy.ts';
import { newRedis, type RedisServer } from '../helpers/redis.ts';
import { newFolder } from '../helpers/server.ts';

/** Whoever was there is closed with 1012, and whoever comes finds this history, on which the room goes on. */
async function expectFrom(history: readonly string[], { urls, an, binh, untilReady }: Pair): Promise<void> {
  for (const member of [an, binh]) expect(await member.closed()).toBe(1012);
  await untilReady(true);
  const [chi, dung] = [await newMember(urls[0], 'Chi'), await newMember(urls[1], 'Dũng')];
  expect(await frameOf(chi)).toMatchObject({ datatype: 'register', name: 'Dũng' });
  for (const member of [chi, dung]) expect(await contents(member)).toEqual(history);
  await talk(chi, dung);
  expect(await contents(dung)).toEqual([...history, ...conversation]);
}

/** An says this, and Bình reads it: a process that had not read it yet would go on as if nothing had been. */
async function sayAndShow({ an, binh }: Pair, content: string): Promise<void> {
  expect(await send(an, content)).toMatchObject({ status: true });
  expect(await frameOf(binh)).toMatchObject({ content });
}

test('a room that was deleted begins anew', async () => {
  const redis = await newRedis();
  const pair = await newPair(redis.url);
  await talk(pair.an, pair.binh);
  await redis.call('flushall');
  await expectFrom([], pair);
});

test('a room whose Redis was started from older files goes on from those', async () => {
  const redis = await newRedis();
  const pair = await newPair(redis.url);
  await talk(pair.an, pair.binh);
  const files = join(redis.folder, 'appendonlydir');
  const backup = join(await newFolder(), 'backup');
  await cp(files, backup, { recursive: true });
  await sayAndShow(pair, 'mất rồi');
  await redis.kill();
  await rm(files, { recursive: true });
  await cp(backup, files, { recursive: true });
  await redis.start();
  await expectFrom(conversation, pair);
});

test('P-SEND-3: a room whose history somebody has replaced takes no message, and goes on when that has been mended', async () => {
  const redis = await newRedis();
  const pair = await newPair(redis.url, redis.url, ['--lease', '2']);
  const { an, binh, untilReady } = pair;
  await talk(an, binh);
  await redis.call('set', '{chat}:history', 'something else');
  an.say({ data: 'send', content: 'mất rồi' });
  expect(await an.closed()).toBe(1012);
  binh.say({ data: 'send', content: 'cũng mất rồi' });
  expect(await binh.closed()).toBe(1012);
  await untilReady(false);
  await redis.call('del', '{chat}:history');
  await expect.poll(() => redis.call('hlen', '{chat}:nicknames')).toBe(0);
  await expectFrom([], pair);
});

/** A Redis with a replica, behind an address that leads to the first and then to the other. */
async function newReplicated() {
  const redis = await newRedis();
  const replica = await newRedis();
  const address = await newProxy(redis.url);
  const line = await newProxy(redis.url);
  await replica.call('replicaof', '127.0.0.1', portOf(line.url));
  await expect.poll(() => lagOf(redis, replica)).toBe(0);
  return { redis, replica, line, address, ledger: `redis://127.0.0.1:${portOf(address.url)}/0` };
}

const portOf = (url: string) => new URL(url).port;

/** How many bytes a replica has not read yet; `NaN` while it is not linked. */
async function lagOf(redis: RedisServer, replica: RedisServer): Promise<number> {
  const read = String(await replica.call('info', 'replication'));
  const written = String(await redis.call('info', 'replication'));
  const offset = (text: string, name: string) => Number(new RegExp(`${name}:(\\d+)`).exec(text)?.[1]);
  return read.includes('master_link_status:up')
    ? offset(written, 'master_repl_offset') - offset(read, 'slave_repl_offset')
    : Number.NaN;
}

test('a room whose Redis fails over to a replica that lacks its last messages goes on without them', async () => {
  const { redis, replica, line, address, ledger } = await newReplicated();
  const pair = await newPair(ledger);
  await talk(pair.an, pair.binh);
  await expect.poll(() => lagOf(redis, replica)).toBe(0);
  line.freeze();
  await sayAndShow(pair, 'mất rồi');
  await redis.kill();
  line.cut();
  await replica.call('replicaof', 'no', 'one');
  address.leadTo(replica.url);
  await expectFrom(conversation, pair);
});

test('a room whose Redis fails over to a replica that has everything goes on as if nothing had been', async () => {
  const { redis, replica, address, ledger } = await newReplicated();
  const { an, binh, untilReady } = await newPair(ledger);
  await talk(an, binh);
  await expect.poll(() => lagOf(redis, replica)).toBe(0);
  await redis.kill();
  await untilReady(false);
  await replica.call('replicaof', 'no', 'one');
  address.leadTo(replica.url);
  await untilReady(true);
  await talk(an, binh);
  expect(await contents(binh)).toEqual([...conversation, ...conversation]);
});
