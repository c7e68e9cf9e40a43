import { expect, test } from 'vitest';
import { type ContractClient, newContract, text } from '../helpers/contract.ts';

const registered = (name: string) =>
  text({ type: 'name', action: 'register', name, status: true, timestamp: 'T' });
const refused = (name: unknown, reason = 'WrongFormatName') =>
  text({ type: 'name', action: 'register', name, status: false, reason });
const changed = (oldname: string, newname: string) =>
  text({ type: 'name', action: 'change', oldname, newname, status: true, timestamp: 'T' });
const kept = (oldname: string, newname: unknown, reason = 'WrongFormatName') =>
  text({ type: 'name', action: 'change', oldname, newname, status: false, reason });

const claim = (client: ContractClient, name: unknown) => client.askText({ data: 'name', name });

test('P-NAME-1: 100 characters are a nickname, 101 are not, in any plane', async () => {
  const { nick, newClient } = await newContract();
  const an = await newClient();
  const rest = 100 - nick('').length;
  for (const character of ['a', 'ệ', '好', '👋']) {
    const tooLong = nick(character.repeat(rest + 1));
    expect(await claim(an, tooLong)).toBe(refused(tooLong));
  }
  const longest = nick('👋'.repeat(rest));
  expect(await claim(an, longest)).toBe(registered(longest));
  const other = nick('好'.repeat(rest));
  expect(await claim(an, other)).toBe(changed(longest, other));
  expect(await claim(an, `${other}.`)).toBe(kept(other, `${other}.`));
});

test('P-NAME-1: one character is a nickname', async () => {
  const { newClient } = await newContract();
  const an = await newClient();
  expect(await claim(an, '𓃠')).toBe(registered('𓃠'));
  await an.leave();
});

test.each([
  [null],
  [true],
  [0],
  [''],
  [[]],
  [['An']],
  [{ name: 'An' }],
  [{ b: [1, { a: null }], a: '' }],
  ['An\ud83d'],
  ['\udc4bAn'],
  [{ '\ud83d': '\udc4b' }],
])('P-NAME-1: no nickname, echoed as received: %j', async (name) => {
  const { nick, newClient } = await newContract();
  const an = await newClient();
  expect(await claim(an, name)).toBe(refused(name));
  const held = nick('An');
  await claim(an, held);
  expect(await claim(an, name)).toBe(kept(held, name));
});

test('P-NAME-1: the echo keeps a __proto__ key, and numbers that no double can represent', async () => {
  const { newClient } = await newContract();
  const an = await newClient();
  for (const value of ['{"__proto__":{"x":1},"a":-0}', '[-0,1]', '{"__proto__":null}']) {
    an.sayRaw(`{"data":"name","name":${value}}`);
    const raw = (await an.nextRaw()).replace(/\s/g, '');
    expect(raw).toBe(
      `{"type":"name","action":"register","name":${value},"status":false,"reason":"WrongFormatName"}`,
    );
  }
  an.sayRaw('{"data":"name","name":[1e999,-1e999]}');
  expect(await an.next()).toMatchObject({ name: [Infinity, -Infinity] });
});

test('P-NAME-2: a nickname is in use from its reply until its change or leave', async () => {
  const { nick, newClient, newMember } = await newContract();
  const [first, second] = [nick('An'), nick('Bình')];
  const an = await newMember(first);
  const binh = await newClient();
  expect(await claim(binh, first)).toBe(refused(first, 'NameAlreadyUsed'));
  expect(await claim(an, second)).toBe(changed(first, second));
  expect(await claim(binh, second)).toBe(refused(second, 'NameAlreadyUsed'));
  expect(await claim(binh, first)).toBe(registered(first));
  expect(await claim(binh, second)).toBe(kept(first, second, 'NameAlreadyUsed'));
  await an.next();
  await binh.leave();
  expect(await an.next()).toMatchObject({ datatype: 'leave', name: first });
  expect(await claim(an, first)).toBe(changed(second, first));
});

test('P-NAME-2: a failed change leaves the old nickname in force', async () => {
  const { nick, newMember } = await newContract();
  const [first, second] = [nick('An'), nick('Bình')];
  const an = await newMember(first);
  const binh = await newMember(second);
  await claim(binh, first);
  await claim(binh, '');
  expect(await binh.askText({ data: 'send', content: 'x' })).toBe(
    text({ type: 'send', name: second, content: 'x', status: true, timestamp: 'T' }),
  );
  expect(await an.next()).toMatchObject({ datatype: 'register', name: second });
  expect(await an.next()).toMatchObject({ datatype: 'message', name: second });
});

test.each([
  ['case', 'an ĐỨC', 'AN đức'],
  ['inner spaces', 'An B', 'An \u00a0  B'],
  ['a zero-width space', 'An', 'A\u200bn'],
  ['a soft hyphen', 'An', 'A\u00adn'],
  ['a variation selector', 'An', 'An\ufe0f'],
  ['full width', 'An', '\uff21\uff4e'],
  ['a combining accent', 'Án', 'A\u0301n'],
  ['a ligature', 'office', 'o\ufb03ce'],
  ['a bold letter', 'An', '\u{1d400}n'],
])('P-NAME-3: two nicknames are the same except for %s', async (_, name, alike) => {
  const { nick, newClient, newMember } = await newContract();
  await newMember(nick(name));
  const other = await newClient();
  const claimed = nick(alike);
  expect(await claim(other, claimed)).toBe(refused(claimed, 'NameAlreadyUsed'));
});

test('P-NAME-3: two nicknames are the same except for outer spaces', async () => {
  const { nick, newClient, newMember } = await newContract();
  await newMember(nick('An'));
  const claimed = ` \u3000${nick('An')}\u200b\u00a0`;
  expect(await claim(await newClient(), claimed)).toBe(refused(claimed, 'NameAlreadyUsed'));
});

test('P-NAME-3: a nickname is stored and shown as it was sent', async () => {
  const { nick, newClient, newMember } = await newContract();
  const an = await newMember(nick('An'));
  const name = `  Ｂ\u200bình   ${nick('')} `;
  const binh = await newClient();
  expect(await claim(binh, name)).toBe(registered(name));
  expect(await an.nextText()).toBe(text({ type: 'receive', datatype: 'register', name, timestamp: 'T' }));
  expect(await binh.askText({ data: 'send', content: 'x' })).toContain(text(name));
  expect(await an.next()).toMatchObject({ name, content: 'x' });
});

test('P-NAME-3: nicknames that look different are different', async () => {
  const { nick, newMember } = await newContract();
  for (const name of ['An', 'Ân', 'A n', 'Ann', 'Arn', 'Am', 'A0', 'Ao']) await newMember(nick(name));
});

test.each([
  ['\u0410n', 'a Cyrillic A'],
  ['\u2800An', 'a blank Braille pattern before it'],
  ['\u200fAn', 'a mark of direction that is not shown'],
])('P-NAME-3, P-NAME-7: An with %j (%s) looks the same and is the same', async (name) => {
  const { nick, newClient, newMember } = await newContract();
  await newMember(nick('An'));
  expect(await claim(await newClient(), nick(name))).toContain('"reason":"NameAlreadyUsed"');
});

test.each([
  '\n',
  '\t',
  '\r',
  '\f',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u0000',
  '\b',
  '\u007f',
  '\ufff9',
  '\u202e',
  '\u2066',
])('P-NAME-6: a nickname with %j in it is WrongFormatName', async (character) => {
  const { nick, newClient } = await newContract();
  const client = await newClient();
  for (const name of [`An${character}`, `${character}An`, character])
    expect(await claim(client, nick(name))).toContain('"reason":"WrongFormatName"');
});

test('P-NAME-4: a change to the current nickname is NameAlreadyUsed', async () => {
  const { nick, newMember } = await newContract();
  const name = nick('An');
  const an = await newMember(name);
  expect(await claim(an, name)).toBe(kept(name, name, 'NameAlreadyUsed'));
});

test('P-NAME-4: a change that only alters case or spacing of the own nickname succeeds', async () => {
  const { nick, newMember } = await newContract();
  const [first, second] = [nick('An Đức'), nick(' AN  đức')];
  const an = await newMember(first);
  expect(await claim(an, second)).toBe(changed(first, second));
  expect(await claim(an, first)).toBe(changed(second, first));
});

test('P-NAME-5: of many simultaneous claims on one nickname exactly one succeeds', async () => {
  const { nick, newClient } = await newContract();
  const clients = await Promise.all(Array.from({ length: 40 }, newClient));
  for (let round = 0; round < 3; round++) {
    const name = nick(`An${round}`);
    for (const client of clients) client.say({ data: 'name', name });
    const replies = await Promise.all(clients.map((client) => replyOf(client)));
    expect(replies.filter(({ status }) => status === true)).toHaveLength(1);
    expect(replies.filter(({ reason }) => reason === 'NameAlreadyUsed')).toHaveLength(39);
  }
});

test.each(['   ', '\u200b', '\u00ad\u2060', ' \u3000\u00a0', '\ufe0f\u200d'])(
  'P-NAME-6: nothing but spaces or invisible characters is no nickname: %j',
  async (name) => {
    const { newClient } = await newContract();
    expect(await claim(await newClient(), name)).toBe(refused(name));
  },
);

async function replyOf(client: ContractClient) {
  for (;;) {
    const frame = await client.next();
    if (frame['type'] === 'name') return frame;
  }
}
