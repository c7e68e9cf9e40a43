/** A process that is cut off from Redis, while the others are not. */
import { expect, test } from 'vitest';
import { newMember } from '../helpers/client.ts';
import { ask, contents, frameOf, newPair, send } from '../helpers/faults/pair.ts';
import { newProxy, type TcpProxy } from '../helpers/proxy.ts';
import { newRedis } from '../helpers/redis.ts';

const ways: [what: string, cut: (network: TcpProxy) => void, mend: (network: TcpProxy) => void][] = [
  [
    'refuses its connections',
    (network) => {
      network.refuse();
      network.cut();
    },
    (network) => network.accept(),
  ],
  ['swallows what it sends', (network) => network.swallow(), (network) => network.thaw()],
];

test.each(ways)(
  'P-EVT-2, P-SEND-3: members of a process leave once when the network %s for too long, and what they ask for late is void',
  async (_, cut, mend) => {
    const redis = await newRedis();
    const network = await newProxy(redis.url);
    const { port } = new URL(network.url);
    const { urls, an, binh, untilReady } = await newPair(`redis://127.0.0.1:${port}/0`, redis.url);
    expect(await send(an, 'sớm')).toMatchObject({ status: true });
    expect(await frameOf(binh)).toMatchObject({ content: 'sớm' });

    cut(network);
    an.say({ data: 'name', name: 'Ân' });
    an.say({ data: 'send', content: 'muộn' });
    expect(await frameOf(binh)).toMatchObject({ datatype: 'leave', name: 'An' });
    expect(await ask(binh, { data: 'name', name: 'an' })).toMatchObject({ status: true });
    mend(network);
    expect(await an.closed()).toBe(1012);
    expect((await an.left()).filter(({ status }) => status === true)).toEqual([]);

    await untilReady(true);
    const chi = await newMember(urls[0], 'Chi');
    expect(await frameOf(binh)).toMatchObject({ datatype: 'register', name: 'Chi' });
    expect(await contents(chi)).toEqual(['sớm']);
    expect(await ask(chi, { data: 'get' })).toMatchObject({ data: { online: ['an', 'Chi'] } });
  },
);
