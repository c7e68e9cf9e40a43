import { expect, test } from 'vitest';
import { newContract, text } from '../helpers/contract.ts';

const sent = (name: string, content: string) =>
  text({ type: 'send', name, content, status: true, timestamp: 'T' });
const shown = (name: string, content: string) =>
  text({ type: 'receive', datatype: 'message', name, content, timestamp: 'T' });

test('P-SEND-1: 1 to 100 characters are content, in any plane', async () => {
  const { nick, newMember } = await newContract();
  const [name, other] = [nick('An'), nick('Bình')];
  const an = await newMember(name);
  const binh = await newMember(other);
  await an.next();
  for (const content of ['x', ' ', '\u0000', '👋'.repeat(100), 'ệ'.repeat(100), '\u200b', '</script>']) {
    expect(await an.askText({ data: 'send', content })).toBe(sent(name, content));
    expect(await binh.nextText()).toBe(shown(name, content));
  }
});

test.each([
  [''],
  ['x'.repeat(101)],
  ['👋'.repeat(101)],
  ['x\ud83d'],
  ['\udc4bx'],
  [null],
  [1],
  [false],
  [['x']],
  [{ content: 'x' }],
])('P-SEND-1: no content, echoed as received and shown to nobody: %j', async (content) => {
  const { nick, newMember } = await newContract();
  const name = nick('An');
  const an = await newMember(name);
  const binh = await newMember(nick('Bình'));
  await an.next();
  const reason = 'WrongFormatContent';
  expect(await an.askText({ data: 'send', content })).toBe(
    text({ type: 'send', username: name, content, status: false, reason }),
  );
  expect(await binh.pending()).toEqual([]);
});

test('P-SEND-1: a stranger is answered UnknownRegister, whatever the content', async () => {
  const { newClient } = await newContract();
  const an = await newClient();
  const reply = text({ type: 'send', status: false, reason: 'UnknownRegister' });
  for (const content of ['x', '', null]) expect(await an.askText({ data: 'send', content })).toBe(reply);
});

test('P-SEND-4: a client that counts events and own sends knows the position of the next message', async () => {
  const { nick, newMember } = await newContract();
  const people = [];
  for (const name of ['An', 'Bình', 'Chi', 'Dũng']) people.push(await newMember(nick(name)));
  for (const [at, client] of people.entries()) for (let more = at + 1; more < 4; more++) await client.next();
  for (let number = 0; number < 50; number++) {
    for (const [at, client] of people.entries()) client.say({ data: 'send', content: `${at}.${number}` });
  }
  const orders = await Promise.all(
    people.map(async (client) => {
      const order: unknown[] = [];
      for (let count = 0; count < 200; count++) order.push((await client.next())['content']);
      return order;
    }),
  );
  const reader = await newMember(nick('Em'));
  const { data } = (await reader.ask({ data: 'get' })) as { data: { message: { content: string }[] } };
  const history = data.message.slice(-200).map(({ content }) => content);
  expect(new Set(history).size).toBe(200);
  for (const order of orders) expect(order).toEqual(history);
});

test('P-SEND-4: a get shows one place in the order: what it shows is not received again, and everything after it is', async () => {
  const { nick, newMember } = await newContract();
  const an = await newMember(nick('An'));
  const binh = await newMember(nick('Bình'));
  await an.next();
  for (let number = 0; number < 200; number++) {
    an.say({ data: 'send', content: `${number}` });
    if (number % 10 === 0) binh.say({ data: 'get', limit: 1 });
  }
  let seen = -1;
  for (let count = 0; count < 220; count++) {
    const frame = await binh.next();
    if (frame['type'] === 'receive') {
      expect(frame['content']).toBe(`${++seen}`);
    } else {
      const { message } = frame['data'] as { message: { content: string; name: string }[] };
      if (seen >= 0) expect(message).toMatchObject([{ content: `${seen}`, name: nick('An') }]);
    }
  }
  expect(seen).toBe(199);
});

test('P-SEND-5: a change does not rewrite earlier messages', async () => {
  const { nick, newMember } = await newContract();
  const [first, second] = [nick('An'), nick('Ân')];
  const an = await newMember(first);
  const binh = await newMember(nick('Bình'));
  await an.next();
  an.say({ data: 'send', content: 'một' });
  an.say({ data: 'name', name: second });
  an.say({ data: 'send', content: 'hai' });
  expect(await binh.nextText()).toBe(shown(first, 'một'));
  expect(await binh.next()).toMatchObject({ datatype: 'change', oldname: first, newname: second });
  expect(await binh.nextText()).toBe(shown(second, 'hai'));
  const got = await binh.ask({ data: 'get', limit: 2 });
  expect(got).toMatchObject({ data: { message: [{ name: first }, { name: second }] } });
});
