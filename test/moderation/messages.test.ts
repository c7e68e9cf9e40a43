/** What members see of messages that are removed. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { type Client, type Frame, newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { newPipedPeer, register } from '../helpers/raw-peer.ts';
import { newServer, newServerWith } from '../helpers/server.ts';

const contents = async (client: Client, window: object = {}) => {
  const { data } = (await client.ask({ data: 'get', ...window })) as {
    data: { message: { content: string }[] };
  };
  return data.message.map(({ content }) => content);
};

test('P-MOD-1: members are told the position, and a get behind that shows the message without its content', async () => {
  const { chat, url, dataFile } = await newServer();
  const [an, binh] = [await newMember(url, 'An'), await newMember(url, 'Bình')];
  expect(await an.next()).toMatchObject({ datatype: 'register' });
  for (const content of ['một', 'mật khẩu', 'ba']) {
    await an.ask({ data: 'send', content });
    expect(await binh.next()).toMatchObject({ content });
  }
  expect(await chat.moderation.remove([1])).toEqual({ done: true, removed: [1], missing: [] });
  for (const member of [an, binh])
    expect(await member.next()).toEqual({
      type: 'receive',
      datatype: 'remove',
      position: 1,
      timestamp: expect.any(String),
    });
  expect(await binh.ask({ data: 'get', limit: 2 })).toMatchObject({
    data: { message: [{ name: 'An', content: '' }, { content: 'ba' }], total: 3, first: 1 },
  });
  expect(await readFile(dataFile, 'utf8')).not.toContain('mật khẩu');
  expect(await readFile(`${dataFile}.audit`, 'utf8')).not.toContain('mật khẩu');
});

test('P-MOD-1: the removal has one place among messages and gets, the same for everybody', async () => {
  const { chat, url } = await newServerWith(1, { 0: 'mật khẩu' });
  const [an, binh] = [await newMember(url, 'An'), await newMember(url, 'Bình')];
  expect(await an.next()).toMatchObject({ datatype: 'register' });
  const removed = chat.moderation.remove([0]);
  let isDone = false;
  void removed.then(() => {
    isDone = true;
  });
  /** What a member has seen, in order: messages by their content, removals, and what the gets have shown. */
  const seen = async (member: Client) => {
    const order: string[] = [];
    for (;;) {
      const frame = await member.next();
      if (frame['datatype'] === 'remove') order.push('removal');
      else if (frame['type'] === 'get') order.push(`get:${shown(frame)}`);
      else if (frame['content'] === 'hết') return order;
    }
  };
  const shown = (frame: Frame) =>
    (frame as { data: { message: { content: string }[] } }).data.message[0]?.content;
  while (!isDone) {
    an.say({ data: 'get', limit: 1, after: 0 });
    binh.say({ data: 'send', content: 'chào' });
    await new Promise(setImmediate);
  }
  an.say({ data: 'get', limit: 1, after: 0 });
  binh.say({ data: 'send', content: 'hết' });
  const [ofAn, ofBinh] = await Promise.all([seen(an), seen(binh)]);
  expect(ofBinh).toEqual(['removal']);
  const at = ofAn.indexOf('removal');
  expect(ofAn.slice(0, at).every((one) => one === 'get:mật khẩu')).toBe(true);
  expect(ofAn.slice(at + 1).every((one) => one === 'get:')).toBe(true);
  expect(ofAn.length).toBeGreaterThan(at + 1);
});

test('P-MOD-1: what is not there, or was removed before, is named as missing', async () => {
  const { chat, url } = await newServerWith(3);
  const an = await newMember(url, 'An');
  expect(await chat.moderation.remove([2, 0, 2])).toEqual({ done: true, removed: [2, 0], missing: [] });
  expect(await chat.moderation.remove([0, 1, 7])).toEqual({ done: true, removed: [1], missing: [0, 7] });
  await expect(chat.moderation.remove([0, 7])).rejects.toMatchObject({
    code: 'absent',
    message: 'there is nothing to remove at 0, 7',
  });
  expect((await an.pending()).map(({ position }) => position)).toEqual([0, 2, 1]);
});

test('P-MOD-1: all of an author is erased, the name too, by whichever form of the name, and nothing of others', async () => {
  const { chat, url, dataFile } = await newServer();
  for (const [name, content] of [
    ['An', 'một'],
    ['Ân', 'của Ân'],
    ['AN', 'hai'],
    ['Bình', 'của Bình'],
    ['An ', 'ba'],
  ] as const) {
    const member = await newMember(url, name);
    await member.ask({ data: 'send', content });
    await member.leave();
    while ((await chat.moderation.status()).members > 0);
  }
  const binh = await newMember(url, 'Bình');
  expect(await chat.moderation.erase('an', { reason: 'xin xoá' })).toEqual({ done: true, removed: 3 });
  expect((await binh.pending()).map(({ position }) => position)).toEqual([0, 2, 4]);
  expect(await binh.ask({ data: 'get' })).toMatchObject({
    data: {
      message: [
        { name: '', content: '' },
        { name: 'Ân', content: 'của Ân' },
        { name: '', content: '' },
        { name: 'Bình', content: 'của Bình' },
        { name: '', content: '' },
      ],
    },
  });
  const text = await readFile(dataFile, 'utf8');
  for (const gone of ['"một"', '"hai"', '"ba"', '"An"', '"AN"', '"An "']) expect(text).not.toContain(gone);
  await expect(chat.moderation.erase('An')).rejects.toMatchObject({ code: 'absent' });
  const [entry] = (await readFile(`${dataFile}.audit`, 'utf8'))
    .split('\n')
    .map((line) => JSON.parse(line || '{}'));
  expect(entry).toMatchObject({ act: 'erase', key: 'an', reason: 'xin xoá' });
});

test('P-MOD-1: hundreds of messages of one author are erased while others talk, and nothing else moves', async () => {
  const { chat, url, messages } = await newServerWith(600);
  const author = String(messages[0]?.name);
  const [an, binh] = [await newMember(url, 'Tân'), await newMember(url, 'Vy')];
  expect(await an.next()).toMatchObject({ datatype: 'register' });
  const erased = chat.moderation.erase(author);
  let isDone = false;
  void erased.finally(() => {
    isDone = true;
  });
  let sent = 0;
  while (!isDone || sent === 0) {
    binh.say({ data: 'send', content: `tin ${sent++}` });
    let frame = await binh.next();
    while (frame['type'] !== 'send') frame = await binh.next();
    expect(frame).toMatchObject({ status: true });
  }
  const theirs = messages.flatMap(({ name }, position) => (name === author ? [position] : []));
  expect(await erased).toEqual({ done: true, removed: theirs.length });
  const told = (await an.pending()).filter(({ datatype }) => datatype === 'remove');
  expect(told.map(({ position }) => position)).toEqual(theirs);
  const expected = messages.map(({ name, content }) => (name === author ? '' : content));
  expect(await contents(an)).toEqual([...expected, ...Array.from({ length: sent }, (_, at) => `tin ${at}`)]);
});

test('P-MOD-1: a history on its way to a slow reader is sent as it was, and its next one without the message', async () => {
  const { chat, entries, messages } = await newServerWith(20_000);
  const server = createServer();
  chat.attach(server);
  // In a pipe without buffers, nearly all of the history waits in the server.
  const slow = await newPipedPeer(server);
  await register(slow, 'Bình');
  slow.socket.pause();
  slow.say({ data: 'get' });
  await until(() => entries.some(({ kind }) => kind === 'get'));
  const positions = [...messages.keys()].filter((position) => position % 40 === 39);
  expect(await chat.moderation.remove(positions)).toMatchObject({ done: true, removed: positions });
  slow.socket.resume();
  expect(await slow.nextFrame()).toMatchObject({ type: 'get', data: { message: messages } });
  for (const position of positions)
    expect(await slow.nextFrame()).toMatchObject({ datatype: 'remove', position });
  slow.say({ data: 'get' });
  const left = messages.map((message, at) => ({
    ...message,
    content: at % 40 === 39 ? '' : message.content,
  }));
  expect(await slow.nextFrame()).toMatchObject({ type: 'get', data: { message: left } });
});

test('a moderator finds messages by their text and author, with their positions, but not what was removed', async () => {
  const { chat } = await newServerWith(2100, {
    3: 'Nhà ở ĐƯỜNG Láng',
    2050: 'đường',
    2051: 'đường',
    2099: 'x',
  });
  const found = async (wanted: object) =>
    (await chat.moderation.messages(wanted)).map(({ position }) => position);
  await chat.moderation.remove([2051]);
  expect(await chat.moderation.messages({ text: 'nhà' })).toEqual([
    { position: 3, name: expect.any(String), content: 'Nhà ở ĐƯỜNG Láng', timestamp: expect.any(String) },
  ]);
  expect(await found({ text: 'đường' })).toEqual([3, 2050]);
  expect(await found({ text: 'đường', last: 1 })).toEqual([2050]);
  expect(await found({})).toEqual(Array.from({ length: 20 }, (_, index) => 2080 + index));
  expect(await found({ text: 'không ai nói' })).toEqual([]);
});

test('a moderator finds the messages of an author, however the nickname is written', async () => {
  const { chat, url } = await newServer();
  for (const name of ['An', 'Bình', 'AN']) {
    const member = await newMember(url, name);
    await member.ask({ data: 'send', content: 'chào' });
    await member.leave();
  }
  const names = async (author: string) =>
    (await chat.moderation.messages({ author })).map(({ position, name }) => [position, name]);
  expect(await names('an')).toEqual([
    [0, 'An'],
    [2, 'AN'],
  ]);
  expect(await names('Chi')).toEqual([]);
});
