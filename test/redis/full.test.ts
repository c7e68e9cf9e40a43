/** Redis has no memory left, or no disk. */
import { expect, test } from 'vitest';
import { newClient, newMember } from '../helpers/client.ts';
import { fill, newSmallDisk } from '../helpers/disk.ts';
import { ask, contents, conversation, frameOf, newPair, pings, send, talk } from '../helpers/faults/pair.ts';
import { newRedis, type RedisServer } from '../helpers/redis.ts';

type Full = { redis: RedisServer; fillUp: () => Promise<() => void> };

/** Where mounting is not allowed, a limit stands in for the disk. */
async function newFullDisk(): Promise<Full> {
  const disk = await newSmallDisk(1024);
  if (disk === undefined) return newFileLimit();
  return { redis: await newRedis({ dir: disk }), fillUp: async () => fill(disk) };
}

async function newFileLimit(): Promise<Full> {
  const redis = await newRedis();
  return { redis, fillUp: () => redis.limitFiles().then(() => () => {}) };
}

test('P-SEND-3: while Redis is full, messages are refused, and whatever needs little room goes on', async () => {
  const redis = await newRedis();
  const { urls, an, binh } = await newPair(redis.url);
  const chi = await newMember(urls[1], 'Chi');
  for (const member of [an, binh]) expect(await frameOf(member)).toMatchObject({ name: 'Chi' });
  await redis.call('config', 'set', 'maxmemory', '1');
  for (const content of ['một', 'hai', 'ba'])
    expect(await send(an, content)).toMatchObject({
      reason: 'ErrorWhenSend',
      error: expect.stringContaining('memory'),
    });
  for (const content of ['bốn', 'năm']) binh.say({ data: 'send', content });
  binh.say({ data: 'name', name: 'Bính' });
  for (const content of ['bốn', 'năm'])
    expect(await frameOf(binh)).toMatchObject({ content, reason: 'ErrorWhenSend' });
  expect(await frameOf(binh)).toMatchObject({ newname: 'Bính', status: true });
  expect(await frameOf(an)).toMatchObject({ datatype: 'change', newname: 'Bính' });
  await chi.leave();
  for (const member of [an, binh])
    expect(await frameOf(member)).toMatchObject({ datatype: 'leave', name: 'Chi' });
  const dung = await newClient(urls[1]);
  expect(await ask(dung, { data: 'name', name: 'Dũng' })).toMatchObject({ status: true });
  for (const member of [an, binh]) expect(await frameOf(member)).toMatchObject({ name: 'Dũng' });
  for (const member of [an, binh, dung]) await pings(member);

  await redis.call('config', 'set', 'maxmemory', '0');
  await talk(an, binh);
  expect(await contents(an)).toEqual(conversation);
});

test.each([
  ['a full disk', newFullDisk],
  ['files that cannot grow', newFileLimit],
] as const)(
  'P-SEND-2, P-SEND-3: Redis ends at %s, and with room again it has what was acknowledged',
  async (_, newFull) => {
    const { redis, fillUp } = await newFull();
    const { an, binh, untilReady } = await newPair(redis.url);
    await talk(an, binh);
    const makeRoom = await fillUp();
    const acknowledged: string[] = [];
    let isWell = false;
    /** Says one thing after another, until one fails. */
    const talking = (async () => {
      for (let number = 0; !isWell; number++) {
        const { status, content } = await send(an, `${number}`);
        if (status !== true) return;
        acknowledged.push(String(content));
      }
    })();
    await untilReady(false);
    await redis.kill();
    makeRoom();
    await redis.start();
    await untilReady(true);
    isWell = true;
    await talking;
    // The last may have been settled just now, and the other process hears of it a moment later.
    for (const content of acknowledged)
      expect(await frameOf(binh)).toMatchObject({ datatype: 'message', content });
    expect(await contents(binh)).toEqual([...conversation, ...acknowledged]);
    await talk(an, binh);
  },
);
