/** Redis goes away and comes back: what is asked meanwhile is answered truthfully, and afterwards nobody is deaf. */
import { expect, test } from 'vitest';
import { newClient, newMember } from '../helpers/client.ts';
import { ask, contents, conversation, frameOf, newPair, pings, send, talk } from '../helpers/faults/pair.ts';
import { newRedis } from '../helpers/redis.ts';

const ways = ['is killed', 'hangs'] as const;

test.each(ways)('P-SEND-3: while Redis %s, acts fail at once, and all else goes on', async (way) => {
  const redis = await newRedis();
  const { urls, an, binh, untilReady } = await newPair(redis.url);
  const guest = await newClient(urls[1]);
  const chi = await newMember(urls[1], 'Chi');
  for (const member of [an, binh]) expect(await frameOf(member)).toMatchObject({ name: 'Chi' });

  if (way === 'hangs') redis.pause();
  else await redis.kill();
  await untilReady(false);
  expect(await send(an, 'không tới')).toMatchObject({ status: false, reason: 'ErrorWhenSend' });
  expect(await send(binh, 'cũng không')).toMatchObject({ status: false, reason: 'ErrorWhenSend' });
  expect(await ask(an, { data: 'name', name: 'Ân' })).toMatchObject({ reason: 'ErrorWhenChange' });
  expect(await ask(guest, { data: 'name', name: 'Dũng' })).toMatchObject({ reason: 'ErrorWhenRegister' });
  expect(await ask(an, { data: 'get' })).toMatchObject({ data: { online: ['An', 'Bình', 'Chi'] } });
  await chi.leave();
  for (const client of [an, binh, guest]) await pings(client);

  if (way === 'hangs') redis.resume();
  else await redis.start();
  await untilReady(true);
  for (const member of [an, binh])
    expect(await frameOf(member)).toMatchObject({ datatype: 'leave', name: 'Chi' });
  await talk(an, binh);
  expect(await contents(an)).toEqual(conversation);
  expect(await ask(guest, { data: 'name', name: 'chi' })).toMatchObject({ status: true });
  for (const member of [an, binh]) expect(await frameOf(member)).toMatchObject({ name: 'chi' });
});

test.each(ways)(
  'P-SEND-3: a message that was under way when Redis %s is answered when it is known',
  async (way) => {
    const redis = await newRedis();
    const { an, binh, untilReady } = await newPair(redis.url);
    redis.pause();
    // Redis cannot have taken it, but nobody knows that before it answers again.
    an.say({ data: 'send', content: 'tới hay không' });
    await untilReady(false);
    await pings(an);
    if (way === 'is killed') {
      await redis.kill();
      await redis.start();
    } else redis.resume();
    const reply = await frameOf(an);
    expect(reply).toMatchObject({ type: 'send', content: 'tới hay không' });
    await untilReady(true);
    if (reply['status'] === true) expect(await frameOf(binh)).toMatchObject({ content: 'tới hay không' });
    await talk(an, binh);
    expect(await contents(an)).toEqual([
      ...(reply['status'] === true ? ['tới hay không'] : []),
      ...conversation,
    ]);
  },
);
