import { expect, test } from 'vitest';
import { newContract, text } from '../helpers/contract.ts';
import { newRawMember } from '../helpers/raw-peer.ts';

const event = (datatype: string, rest: object) =>
  text({ type: 'receive', datatype, ...rest, timestamp: 'T' });

test('P-EVT-1: every change is shown to the other members, and not to its author', async () => {
  const { nick, newClient, newMember } = await newContract();
  const [first, second, third] = [nick('An'), nick('Bình'), nick('Ba')];
  const an = await newMember(first);
  const binh = await newClient();
  await binh.ask({ data: 'name', name: second });
  await binh.ask({ data: 'send', content: 'x' });
  await binh.ask({ data: 'name', name: third });
  await binh.ask({ data: 'get' });
  await binh.leave();
  expect(await an.nextText()).toBe(event('register', { name: second }));
  expect(await an.nextText()).toBe(event('message', { name: second, content: 'x' }));
  expect(await an.nextText()).toBe(event('change', { oldname: second, newname: third }));
  expect(await an.nextText()).toBe(event('leave', { name: third }));
  expect(await an.pending()).toEqual([]);
});

test('P-EVT-1: a connection that has not registered sees nothing but its own replies', async () => {
  const { nick, newClient, newMember } = await newContract();
  const stranger = await newClient();
  const an = await newMember(nick('An'));
  const binh = await newMember(nick('Bình'));
  await an.ask({ data: 'name', name: nick('Ân') });
  await binh.ask({ data: 'send', content: 'x' });
  await stranger.ask({ data: 'name', name: '' });
  await stranger.ask({ data: 'name', name: nick('Ân') });
  await binh.leave();
  expect(await stranger.pending()).toEqual([]);
  expect(await stranger.ask({ data: 'name', name: nick('Bình') })).toMatchObject({ status: true });
  expect(await stranger.pending()).toEqual([]);
});

test('P-EVT-1: a refused request is shown to nobody', async () => {
  const { nick, newMember } = await newContract();
  const an = await newMember(nick('An'));
  const binh = await newMember(nick('Bình'));
  await an.next();
  await binh.ask({ data: 'name', name: nick('An') });
  await binh.ask({ data: 'name', name: '' });
  await binh.ask({ data: 'send', content: '' });
  await binh.ask({ data: 'get', limit: -1 });
  expect(await an.pending()).toEqual([]);
});

test.each([
  ['says goodbye', (raw: Awaited<ReturnType<typeof newRawMember>>) => raw.sayGoodbye()],
  ['ends its side without a word', (raw: Awaited<ReturnType<typeof newRawMember>>) => raw.socket.end()],
  ['is cut off', (raw: Awaited<ReturnType<typeof newRawMember>>) => raw.socket.resetAndDestroy()],
  [
    'sends an invalid frame',
    (raw: Awaited<ReturnType<typeof newRawMember>>) => raw.socket.end('\xff\xff\xff', 'latin1'),
  ],
])('P-EVT-2: a member that %s leaves exactly once, and its nickname is free', async (_, end) => {
  const { url, nick, newMember } = await newContract();
  const an = await newMember(nick('An'));
  const name = nick('Bình');
  end(await newRawMember(url, name));
  expect(await an.next()).toMatchObject({ datatype: 'register', name });
  expect(await an.nextText()).toBe(event('leave', { name }));
  await newMember(name);
  expect(await an.next()).toMatchObject({ datatype: 'register', name });
  expect(await an.pending()).toEqual([]);
});

test('P-EVT-2: the messages of a member before its goodbye are shown before its leave', async () => {
  const { nick, newMember } = await newContract();
  const an = await newMember(nick('An'));
  const binh = await newMember(nick('Bình'));
  await an.next();
  for (let number = 0; number < 100; number++) binh.say({ data: 'send', content: `${number}` });
  await binh.leave();
  for (let number = 0; number < 100; number++)
    expect(await an.next()).toMatchObject({ content: `${number}` });
  expect(await an.next()).toMatchObject({ datatype: 'leave' });
});

test('P-EVT-2: a connection that has not registered leaves silently', async () => {
  const { nick, newClient, newMember } = await newContract();
  const an = await newMember(nick('An'));
  const stranger = await newClient();
  await stranger.ask({ data: 'name', name: nick('An') });
  await stranger.leave();
  expect(await an.pending()).toEqual([]);
});

test('P-EVT-2: a member that ends in the middle of a change leaves under one name, once', async () => {
  const { nick, newMember } = await newContract();
  const an = await newMember(nick('An'));
  for (let round = 0; round < 20; round++) {
    const [before, after] = [nick(`A${round}`), nick(`B${round}`)];
    const binh = await newMember(before);
    await an.next();
    binh.say({ data: 'name', name: after });
    await binh.leave();
    expect(await an.next()).toMatchObject({ datatype: 'change', oldname: before, newname: after });
    expect(await an.next()).toMatchObject({ datatype: 'leave', name: after });
  }
  expect(await an.pending()).toEqual([]);
});
