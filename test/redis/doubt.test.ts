/** Redis hangs while an act is under way: nobody knows what becomes of it, and nobody else waits for that. */
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { type Client, newClient, newMember } from '../helpers/client.ts';
import { ask, contents, conversation, frameOf, newPair, pings, send, talk } from '../helpers/faults/pair.ts';
import { newProcess, type ServerProcess } from '../helpers/process.ts';
import { newRedis } from '../helpers/redis.ts';

test('P-SEND-3, P-REQ-7: who has nothing in doubt is answered at once; who has is answered in order, when it is known', async () => {
  const redis = await newRedis();
  const { urls, an, binh, untilReady } = await newPair(redis.url);
  const chi = await newClient(urls[0]);
  const stranger = await newClient(urls[0]);
  expect(await ask(chi, { data: 'name', name: 'Chi' })).toMatchObject({ status: true });
  for (const member of [an, binh]) expect(await frameOf(member)).toMatchObject({ name: 'Chi' });

  redis.pause();
  for (const content of ['một', 'hai', 'ba']) an.say({ data: 'send', content });
  await untilReady(false);
  for (const content of ['không', 'cũng không'])
    expect(await send(chi, content)).toMatchObject({ content, reason: 'ErrorWhenSend' });
  expect(await ask(chi, { data: 'name', name: 'Chị' })).toMatchObject({ reason: 'ErrorWhenChange' });
  expect(await ask(stranger, { data: 'name', name: 'Dũng' })).toMatchObject({ reason: 'ErrorWhenRegister' });
  await pings(an);

  redis.resume();
  const answers = [];
  for (let count = 0; count < 3; count++) answers.push(await frameOf(an));
  expect(answers.map(({ content }) => content)).toEqual(['một', 'hai', 'ba']);
  expect(answers[0]).toMatchObject({ status: true });
  await untilReady(true);
  const said = answers.filter(({ status }) => status === true).map(({ content }) => content);
  for (const reader of [chi, binh])
    for (const content of said) expect(await frameOf(reader)).toMatchObject({ name: 'An', content });
  await talk(an, binh);
  for (const content of conversation) expect(await frameOf(chi)).toMatchObject({ content });
  for (const member of [an, binh, chi]) expect(await contents(member)).toEqual([...said, ...conversation]);
});

const args = ['--port', '0', '--ping-interval', '3600', '--lease', '2'];

/** Sends a message that comes to Redis when it hangs. Resolves when the process has read it. */
async function doubt(member: Client): Promise<void> {
  member.say({ data: 'send', content: 'tới hay không' });
  member.socket.ping();
  await once(member.socket, 'pong');
}

test.each([
  ['is not known yet', async () => {}],
  ['is known', (process: ServerProcess) => process.linesWith('changes fail until')],
])(
  'while Redis hangs with an act under way, a process ends with 1001 for everybody and with exit code 0, when that %s',
  async (_, untilThen) => {
    const redis = await newRedis();
    const process = newProcess([...args, '--ledger', redis.url]);
    const url = await process.url();
    const [an, binh] = [await newMember(url, 'An'), await newMember(url, 'Bình')];
    expect(await an.next()).toMatchObject({ name: 'Bình' });
    redis.pause();
    await doubt(an);
    await untilThen(process);
    expect(await process.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    for (const member of [an, binh]) {
      expect(await member.closed()).toBe(1001);
      expect(await member.left()).toEqual([]);
    }
  },
);

test('while Redis hangs with an act under way, connections are closed in waves too', async () => {
  const redis = await newRedis();
  const process = newProcess([...args, '--drain', '1', '--ledger', redis.url]);
  const url = await process.url();
  const an = await newMember(url, 'An');
  redis.pause();
  await doubt(an);
  expect(await process.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(await an.closed()).toBe(1001);
  expect(await an.left()).toEqual([]);
});
