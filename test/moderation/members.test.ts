/** What members, visitors and programs see of the acts on members and on the room. */
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import type { AuditEntry } from '../../src/moderation/audit.ts';
import { type Client, type Frame, newClient, newMember } from '../helpers/client.ts';
import { newServer } from '../helpers/server.ts';

const send = (client: Client, content = 'chào') => client.ask({ data: 'send', content });
const claim = (client: Client, name: string) => client.ask({ data: 'name', name });

/** Resolves to the close code and its reason. */
const ending = (client: Client): Promise<[number, string]> =>
  new Promise((resolve) => client.socket.once('close', (code, reason) => resolve([code, `${reason}`])));

/** Resolves to what an act is refused with. */
const refusal = (act: Promise<unknown>) =>
  act.then(
    () => 'done',
    ({ code, message }) => [code, message],
  );

/** The next event that is no registration and no change. */
async function event(client: Client): Promise<Frame> {
  for (;;) {
    const frame = await client.next();
    if (frame['datatype'] !== 'register' && frame['datatype'] !== 'change') return frame;
  }
}

test('P-MOD-3: a muted member reads and changes its nickname, and does not write, under none of its nicknames', async () => {
  const { chat, url } = await newServer();
  const an = await newMember(url, 'An');
  await chat.moderation.mute('AN', { for: '10m', reason: 'quá ồn' });
  const refused = (username: string) => ({
    type: 'send',
    username,
    content: 'chào',
    status: false,
    reason: 'ErrorWhenSend',
    error: expect.stringMatching(/^you are muted until 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ: quá ồn$/),
  });
  expect(await send(an)).toEqual(refused('An'));
  expect(await send(an, '')).toMatchObject({ reason: 'WrongFormatContent' });
  expect(await an.ask({ data: 'get' })).toMatchObject({ status: true, data: { online: ['An'] } });
  expect(await claim(an, 'Bình')).toMatchObject({ action: 'change', status: true });
  expect(await send(an)).toEqual(refused('Bình'));
  await chat.moderation.unmute('bình');
  expect(await send(an)).toMatchObject({ name: 'Bình', status: true });
  expect(await claim(an, 'An')).toMatchObject({ action: 'change', status: true });
  expect(await send(an)).toMatchObject({ name: 'An', status: true });
});

test('P-MOD-3: a muted member leaves its mute behind under its first nickname, and under no other', async () => {
  const { chat, url } = await newServer();
  const an = await newMember(url, 'An');
  await chat.moderation.mute('An');
  const muted = async () =>
    (await chat.moderation.mutes()).flatMap((mute) => ('nickname' in mute ? mute.nickname : []));
  for (const name of ['Bình', 'An', 'Chi', 'Dũng']) {
    expect(await claim(an, name)).toMatchObject({ status: true });
    expect(await send(an)).toMatchObject({ reason: 'ErrorWhenSend' });
    while (!(await muted()).includes(name)) await new Promise(setImmediate);
  }
  for (const [name, status] of Object.entries({ An: false, Bình: true, Chi: true }))
    expect(await send(await newMember(url, name))).toMatchObject({ status });
  expect(await muted()).toEqual(['Dũng']);
  await chat.moderation.unmute('An');
  const members = await chat.moderation.list();
  expect(members.map(({ state }) => state)).toEqual(Array(4).fill('registered.idle'));
});

test('P-MOD-3: a mute ends by itself, and waits for whoever is away', async () => {
  const { chat, url } = await newServer();
  await chat.moderation.mute('An', { for: '1s' });
  const an = await newMember(url, 'An');
  expect(await send(an)).toMatchObject({ reason: 'ErrorWhenSend' });
  const states = async () => (await chat.moderation.list()).map(({ state }) => state);
  expect(await states()).toEqual(['registered.muted']);
  const [{ until: end } = { until: null }] = await chat.moderation.mutes();
  while ((await states())[0] === 'registered.muted') await new Promise(setImmediate);
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(end ?? ''));
  expect(await send(an)).toMatchObject({ status: true });
  expect(await chat.moderation.mutes()).toEqual([]);
});

test('P-MOD-3: what was sent before a mute is stored, and what comes behind it is refused, in order', async () => {
  const { chat, url } = await newServer();
  const an = await newMember(url, 'An');
  an.say({ data: 'send', content: 'trước' });
  expect(await an.next()).toMatchObject({ content: 'trước', status: true });
  const muted = chat.moderation.mute('An');
  for (const content of ['một', 'hai', 'ba']) an.say({ data: 'send', content });
  await muted;
  an.say({ data: 'send', content: 'sau' });
  const replies = [await an.next(), await an.next(), await an.next(), await an.next()];
  expect(replies.map(({ content }) => content)).toEqual(['một', 'hai', 'ba', 'sau']);
  const answers = replies.map(({ status }) => status);
  expect(answers).toEqual(answers.toSorted((one, other) => Number(other) - Number(one)));
  expect(answers.at(-1)).toBe(false);
});

test('P-MOD-3: nobody writes while the room is read-only, and everybody again afterwards', async () => {
  const { chat, url } = await newServer();
  const an = await newMember(url, 'An');
  await chat.moderation.readonly(true);
  const error = 'the room is read-only until a moderator opens it again';
  expect(await send(an)).toMatchObject({ status: false, reason: 'ErrorWhenSend', error });
  expect(await an.ask({ data: 'get', limit: 1 })).toMatchObject({ data: { total: 0 } });
  expect(await claim(an, 'Bình')).toMatchObject({ status: true });
  await chat.moderation.readonly(false);
  expect(await send(an)).toMatchObject({ name: 'Bình', status: true });
});

test('P-MOD-3: newcomers may only read for a while, and those who were here before may write after a restart', async () => {
  const { chat, url, dataFile } = await newServer();
  const an = await newMember(url, 'An');
  expect(await send(an)).toMatchObject({ status: true });
  await chat.moderation.newcomers('1h');
  expect(await send(an)).toMatchObject({
    reason: 'ErrorWhenSend',
    error: expect.stringMatching(/^newcomers may only read until 20/),
  });
  await chat.moderation.newcomers('1s');
  while ((await send(an))['status'] === false);
  // What has been seen is written within a second, by an act like this one.
  const seen = async () =>
    Object.keys(JSON.parse(await readFile(`${dataFile}.moderation`, 'utf8')).seen).length;
  while ((await seen()) === 0) await new Promise(setImmediate);
  await chat.close();
  const { chat: next, url: nextUrl } = await newServer({ data: dataFile });
  expect(await next.moderation.status()).toMatchObject({ newcomers: '1s' });
  expect(await send(await newMember(nextUrl, 'An'))).toMatchObject({ status: true });
});

test('P-MOD-3: content with a word that is not allowed is held back', async () => {
  const { chat, url } = await newServer();
  const an = await newMember(url, 'An');
  await chat.moderation.words(['đồ ngốc']);
  const error = 'it has a word that is not allowed here';
  expect(await send(an, 'ĐỒ NGỐC!')).toMatchObject({ reason: 'ErrorWhenSend', error });
  expect(await send(an, 'đồ chơi')).toMatchObject({ status: true });
  await chat.moderation.words([]);
  expect(await send(an, 'ĐỒ NGỐC!')).toMatchObject({ status: true });
});

test('P-MOD-3: who is kicked is closed with 4001 and a reason, leaves once, and may come back', async () => {
  const { chat, url } = await newServer();
  const binh = await newMember(url, 'Bình');
  const an = await newClient(url);
  await an.ask({ data: 'name', name: 'An', resume: true });
  const ended = ending(an);
  await chat.moderation.kick('an', { reason: 'quá ồn' });
  expect(await ended).toEqual([4001, 'kicked: quá ồn']);
  expect(await event(binh)).toMatchObject({ datatype: 'leave', name: 'An' });
  expect(await binh.ask({ data: 'get', limit: 0 })).toMatchObject({ data: { online: ['Bình'] } });
  await newMember(url, 'An');
  expect(await binh.pending()).toMatchObject([{ datatype: 'register', name: 'An' }]);
});

test('P-MOD-3: a long reason is shortened to what a close frame has room for, between characters', async () => {
  const { chat, url } = await newServer();
  const an = await newMember(url, 'An');
  const ended = ending(an);
  await chat.moderation.kick('An', { reason: '😀'.repeat(100) });
  expect(await ended).toEqual([4001, `kicked: ${'😀'.repeat(28)}`]);
});

test('P-MOD-3: who is away for a moment and is kicked leaves at once', async () => {
  const { chat, url } = await newServer();
  const binh = await newMember(url, 'Bình');
  const an = await newClient(url);
  await an.ask({ data: 'name', name: 'An', resume: true });
  an.socket.terminate();
  const isAway = async () => (await chat.moderation.list()).some(({ state }) => state === 'registered.lost');
  while (!(await isAway())) await new Promise(setImmediate);
  await chat.moderation.kick('An');
  expect(await event(binh)).toMatchObject({ datatype: 'leave', name: 'An' });
});

test.each([
  [{ nickname: 'AN' }, 'An'],
  [{ pattern: 'a*' }, 'An'],
  [{ pattern: '*ặ?' }, 'Đặng Bặc'],
])(
  'P-MOD-3: a ban of %j closes %j with 4003, and the nickname is refused until it is lifted',
  async (target, name) => {
    const { chat, url } = await newServer();
    const an = await newMember(url, name);
    const ended = ending(an);
    await chat.moderation.ban(target, { for: '2h', reason: 'quảng cáo' });
    const [code, reason] = await ended;
    expect([code, reason]).toEqual([4003, expect.stringMatching(/^banned until 20.*Z: quảng cáo$/)]);
    const again = await newMember(url, 'Bình');
    const error = expect.stringMatching(/^this nickname is banned until 20.*Z: quảng cáo$/);
    const refused = { status: false, error };
    expect(await claim(again, name)).toMatchObject({
      ...refused,
      reason: 'ErrorWhenChange',
      oldname: 'Bình',
    });
    const stranger = await newClient(url);
    expect(await claim(stranger, name)).toMatchObject({ ...refused, reason: 'ErrorWhenRegister', name });
    expect(await claim(stranger, '')).toMatchObject({ reason: 'WrongFormatName' });
    await chat.moderation.unban(target);
    expect(await claim(stranger, name)).toMatchObject({ status: true });
  },
);

test('P-MOD-3: a ban of an address closes everybody behind it, also those without a nickname', async () => {
  const { chat, url } = await newServer();
  const [an, stranger] = [await newMember(url, 'An'), await newClient(url)];
  const [{ mask } = { mask: '' }] = await chat.moderation.list();
  expect(mask).toMatch(/^[\da-z]{12}$/);
  const ended = [ending(an), ending(stranger)];
  await chat.moderation.ban({ mask });
  expect(await Promise.all(ended)).toEqual([
    [4003, 'banned'],
    [4003, 'banned'],
  ]);
});

test('P-MOD-4: an announcement reaches all members at one place in the order, and no history', async () => {
  const { chat, url } = await newServer();
  const [an, binh, stranger] = [
    await newMember(url, 'An'),
    await newMember(url, 'Bình'),
    await newClient(url),
  ];
  expect(await an.next()).toMatchObject({ datatype: 'register' });
  await send(an, 'một');
  expect(await binh.next()).toMatchObject({ content: 'một' });
  await chat.moderation.announce('Năm phút nữa quay lại');
  const notice = { type: 'receive', datatype: 'notice', content: 'Năm phút nữa quay lại' };
  for (const member of [an, binh])
    expect(await member.next()).toEqual({ ...notice, timestamp: expect.any(String) });
  expect(await stranger.pending()).toEqual([]);
  expect(await an.ask({ data: 'get', limit: 5 })).toMatchObject({ data: { total: 1 } });
});

test('P-MOD-3: bans, mutes and switches outlast a restart, and so do masks', async () => {
  const { chat, url, dataFile } = await newServer();
  await newMember(url, 'An');
  const before = await chat.moderation.list();
  await chat.moderation.ban({ nickname: 'Bình' }, { reason: 'quảng cáo' });
  await chat.moderation.mute('An');
  await chat.moderation.readonly(true);
  await chat.moderation.newcomers('90m');
  await chat.moderation.words(['một', 'hai']);
  const status = await chat.moderation.status();
  expect(status).toMatchObject({ readonly: true, newcomers: '90m', bans: 1, mutes: 1, words: 2 });
  await chat.close();
  const { chat: next, url: nextUrl } = await newServer({ data: dataFile });
  expect(await next.moderation.status()).toEqual({ ...status, members: 0 });
  expect(await next.moderation.bans()).toMatchObject([
    { nickname: 'Bình', until: null, reason: 'quảng cáo' },
  ]);
  await newMember(nextUrl, 'An');
  expect((await next.moderation.list()).map(({ mask }) => mask)).toEqual(before.map(({ mask }) => mask));
  for (const file of await readdir(dirname(dataFile)))
    if (file.startsWith('data.json'))
      expect((await stat(`${dirname(dataFile)}/${file}`)).mode & 0o077).toBe(0);
});

test('P-MOD-3: what cannot be done is said, and is not in the audit file', async () => {
  const { chat, dataFile } = await newServer();
  const { moderation } = chat;
  expect(await refusal(moderation.kick('An'))).toEqual(['absent', 'nobody is called An']);
  expect(await refusal(moderation.kick('\u202e'))).toEqual(['absent', 'nobody can be called "\u202e"']);
  expect(await refusal(moderation.erase('An'))).toEqual(['absent', 'there is no message of An']);
  expect(await refusal(moderation.mute('An', { for: '10 minutes' }))).toEqual([
    'invalid',
    expect.stringContaining('mute: for: '),
  ]);
  expect(await refusal(moderation.ban({ mask: '127.0.0.1' }))).toEqual([
    'invalid',
    expect.stringContaining('ban: '),
  ]);
  expect(await refusal(moderation.remove([-1]))).toEqual(['invalid', expect.stringContaining('remove: ')]);
  expect(await refusal(moderation.announce(''))).toEqual([
    'invalid',
    expect.stringContaining('announce: text'),
  ]);
  expect(await readdir(dirname(dataFile))).not.toContain('data.json.audit');
});

test('P-MOD-3: every act is one line in the audit file, and is told to programs', async () => {
  const { chat, url, dataFile } = await newServer();
  const told: AuditEntry[] = [];
  const stop = chat.moderation.on((entry) => told.push(entry));
  await newMember(url, 'An');
  await chat.moderation.mute('An', { for: '10m', reason: 'quá ồn' });
  await chat.moderation.ban({ pattern: '*Spam*' });
  await chat.moderation.kick('An');
  await chat.moderation.readonly(true);
  stop();
  await chat.moderation.readonly(false);
  const lines = (await readFile(`${dataFile}.audit`, 'utf8')).trimEnd().split('\n');
  const entries: AuditEntry[] = lines.map((line) => JSON.parse(line));
  expect(entries.slice(0, -1)).toEqual(told);
  expect(entries).toMatchObject([
    { who: 'admin', act: 'mute', key: 'an', mask: expect.any(String), reason: 'quá ồn' },
    { who: 'admin', act: 'ban', pattern: '*spam*', until: null },
    { who: 'admin', act: 'kick', key: 'an', mask: expect.any(String) },
    { who: 'admin', act: 'readonly', value: true },
    { who: 'admin', act: 'readonly', value: false },
  ]);
  expect(lines.join()).not.toContain('127.0.0.1');
});

test('P-MOD-3: nothing is done that cannot be written down', async () => {
  const { chat, url, dataFile } = await newServer();
  const an = await newMember(url, 'An');
  await mkdir(`${dataFile}.audit`);
  expect(await refusal(chat.moderation.kick('An'))).toEqual([
    'failed',
    expect.stringContaining('nothing was done, because'),
  ]);
  expect(await refusal(chat.moderation.readonly(true))).toMatchObject(['failed', expect.any(String)]);
  expect(await send(an)).toMatchObject({ status: true });
});

test('P-MOD-3: rules that cannot be stored do not hold, and that is written down', async () => {
  const { chat, url, dataFile } = await newServer();
  const an = await newMember(url, 'An');
  await mkdir(`${dataFile}.moderation.new`);
  expect(await refusal(chat.moderation.readonly(true))).toEqual(['failed', expect.any(String)]);
  expect(await send(an)).toMatchObject({ status: true });
  const lines = (await readFile(`${dataFile}.audit`, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { act: 'readonly', value: true },
    { act: 'readonly', value: true, failure: expect.any(String) },
  ]);
});
