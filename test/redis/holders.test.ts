/** One holder for each nickname, across processes. */
import { expect, test } from 'vitest';
import { type Client, newClient, newMember } from '../helpers/client.ts';
import { type Cluster, newCluster } from '../helpers/cluster.ts';
import { sharedRedis } from '../helpers/redis.ts';

const redis = sharedRedis();

const start = async (count: number): Promise<Cluster> => newCluster(await redis(), { count });

const onlineFor = async (client: Client) =>
  ((await client.ask({ data: 'get', limit: 0 }))['data'] as { online: string[] }).online;

test('P-NAME-5: of eight claims on each of 200 nicknames, from four processes at once, exactly one succeeds', async () => {
  const { urls } = await start(4);
  const names = Array.from({ length: 200 }, (_, number) => `An ${number}`);
  // Each nickname is claimed twice in each process.
  const claimants = names.flatMap((name) => [...urls, ...urls].map((url) => ({ name, url })));
  const clients = await Promise.all(claimants.map(({ url }) => newClient(url)));
  const replies = await Promise.all(
    clients.map(async (client, at) => {
      const claim = { data: 'name', name: claimants[at]?.name };
      let reply = await client.ask(claim);
      // On a machine that is too slow for this, a process may believe Redis lost for a moment.
      while (reply['reason'] === 'ErrorWhenRegister') reply = await client.ask(claim);
      return reply;
    }),
  );
  const winners = replies.filter(({ status }) => status === true).map(({ name }) => name);
  expect(winners.toSorted()).toEqual(names.toSorted());
  const reasons = replies.filter(({ status }) => status === false).map(({ reason }) => reason);
  expect(new Set(reasons)).toEqual(new Set(['NameAlreadyUsed']));
  for (const [at, url] of urls.entries()) {
    const reader = await newMember(url, `the reader of process ${at}`);
    expect((await onlineFor(reader)).slice(0, 200).toSorted()).toEqual(names.toSorted());
  }
});

test('P-NAME-3, P-NAME-4: nicknames that look the same are the same in every process', async () => {
  const { urls } = await start(2);
  const [here = '', there = ''] = urls;
  const an = await newMember(here, 'An Bình');
  const stranger = await newClient(there);
  for (const name of ['An Bình', 'an bình', ' An  Bình ', 'A\u200bn Bình', '\u0410n Bình', 'An Bi\u0300nh'])
    expect(await stranger.ask({ data: 'name', name })).toMatchObject({ name, reason: 'NameAlreadyUsed' });
  expect(await stranger.ask({ data: 'name', name: 'An Binh' })).toMatchObject({ status: true });
  expect(await an.next()).toMatchObject({ datatype: 'register', name: 'An Binh' });
  expect(await an.ask({ data: 'name', name: 'An Bình' })).toMatchObject({ reason: 'NameAlreadyUsed' });
  expect(await an.ask({ data: 'name', name: 'AN BÌNH' })).toMatchObject({ status: true });
  expect(await stranger.next()).toMatchObject({ datatype: 'change', newname: 'AN BÌNH' });
  expect(await stranger.ask({ data: 'name', name: 'an bình' })).toMatchObject({ reason: 'NameAlreadyUsed' });
  await an.leave();
  expect(await stranger.next()).toMatchObject({ datatype: 'leave', name: 'AN BÌNH' });
  expect(await stranger.ask({ data: 'name', name: 'an bình' })).toMatchObject({ status: true });
});

test('another prefix is another room', async () => {
  const [one, other] = [await start(1), await start(1)];
  const an = await newMember(one.url, 'An');
  await an.ask({ data: 'send', content: 'xin chào' });
  const namesake = await newMember(other.url, 'An');
  expect(await namesake.ask({ data: 'get' })).toMatchObject({ data: { message: [], online: ['An'] } });
  expect(await namesake.ask({ data: 'send', content: 'ai đó?' })).toMatchObject({ status: true });
  expect(await an.ask({ data: 'get' })).toMatchObject({
    data: { message: [{ content: 'xin chào' }], online: ['An'] },
  });
});
