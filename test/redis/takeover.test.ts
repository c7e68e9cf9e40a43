/** A holding passes from a process to another one, and both live (P-RES-2). */
import { expect, test } from 'vitest';
import { type Client, newClient, newMember } from '../helpers/client.ts';
import { newCluster } from '../helpers/cluster.ts';
import { sharedRedis } from '../helpers/redis.ts';

const redis = sharedRedis();

/** Two processes with a witness each, and a member of the first with a secret. */
async function start() {
  const { urls } = await newCluster(await redis());
  const [here = '', there = ''] = urls;
  const old = await newClient(here);
  const { resume } = await old.ask({ data: 'name', name: 'An', resume: true });
  const first = await newMember(here, 'first');
  const second = await newMember(there, 'second');
  expect(await first.next()).toMatchObject({ datatype: 'register', name: 'second' });
  const next = await newClient(there);
  return { old, next, witnesses: [first, second], claim: { data: 'name', name: 'An', resume } };
}

const online = async (client: Client) =>
  ((await client.ask({ data: 'get', limit: 0 }))['data'] as { online: string[] }).online;

test.each([
  ['from a live connection, which is closed with 4000', () => {}, 4000],
  ['from one that has been cut off', (old: Client) => old.socket.terminate(), 1006],
])('P-RES-2: %s, and nobody hears of it; its place stays', async (_, end, code) => {
  const { old, next, witnesses, claim } = await start();
  end(old);
  const taken = { action: 'register', status: true, resume: expect.any(String) };
  expect(await next.ask(claim)).toMatchObject(taken);
  expect(await old.closed()).toBe(code);
  expect(await next.ask({ data: 'send', content: 'vẫn là tôi' })).toMatchObject({ status: true });
  for (const witness of witnesses) {
    expect(await witness.next()).toMatchObject({ datatype: 'message', name: 'An', content: 'vẫn là tôi' });
    expect(await online(witness)).toEqual(['An', 'first', 'second']);
  }
  await next.leave();
  for (const witness of witnesses) {
    expect(await witness.next()).toMatchObject({ datatype: 'leave', name: 'An' });
    expect(await witness.pending()).toEqual([]);
  }
});

test('P-RES-2: after everything that the old connection had in the room, and before none of it', async () => {
  const { old, next, witnesses, claim } = await start();
  for (let number = 0; number < 200; number++) old.say({ data: 'send', content: `old ${number}` });
  next.say(claim);
  next.say({ data: 'send', content: 'new' });
  next.say({ data: 'get' });
  let frame = await next.next();
  expect(frame).toMatchObject({ action: 'register', status: true });
  const shown: unknown[] = [];
  for (; frame['type'] !== 'get'; frame = await next.next())
    if ('content' in frame) shown.push(frame['content']);
  expect(shown).toEqual(['new']);
  const { message } = frame['data'] as { message: { content: string }[] };
  const history = message.map(({ content }) => content);
  expect(history).toEqual([...history.slice(0, -1).map((_, number) => `old ${number}`), 'new']);
  for (const witness of witnesses) {
    const seen: unknown[] = [];
    while (seen.at(-1) !== 'new') seen.push((await witness.next())['content']);
    expect(seen).toEqual(history);
    expect(await witness.pending()).toEqual([]);
  }
  expect(await old.closed()).toBe(4000);
});
