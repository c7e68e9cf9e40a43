/** Handshakes of moderators and of those who are banned. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AdmissionError, createChat } from '../../src/chat.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { get, knock } from '../helpers/knock.ts';
import { askFor, newModerated, newSecretFile } from '../helpers/moderation.ts';
import { newFolder } from '../helpers/server.ts';

const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const from = (address: string) => ({ 'x-forwarded-for': address });

test('P-MOD-3: a moderator’s nickname is for the connection that has shown the token, however it is written', async () => {
  const { url } = await newModerated();
  const stranger = await newClient(url);
  for (const name of ['An', 'аn'])
    expect(await stranger.ask({ data: 'name', name })).toMatchObject({
      reason: 'ErrorWhenRegister',
      error: expect.stringContaining('reserved'),
    });
  await stranger.ask({ data: 'name', name: 'Chi' });
  expect(await stranger.ask({ data: 'name', name: 'Bình' })).toMatchObject({
    reason: 'ErrorWhenChange',
    error: expect.stringContaining('reserved'),
  });
  const binh = await newClient(url, as('two'));
  expect(await binh.ask({ data: 'name', name: 'An' })).toMatchObject({ status: false });
  expect(await binh.ask({ data: 'name', name: 'BÌNH' })).toMatchObject({ status: true });
  const an = await newClient(`${url}?access_token=one`);
  expect(await an.ask({ data: 'name', name: 'An' })).toMatchObject({ status: true });
});

test('a moderator’s token lets in where an access token is needed, and reads the page’s settings', async () => {
  const { url, page } = await newModerated({ accessTokenFile: await newSecretFile('open\n') });
  const statuses = async (token: string) => [
    (await knock(url, as(token).headers)).status,
    (await get(`${page}config.json?access_token=${token}`)).status,
  ];
  expect(await statuses('open')).toEqual([101, 200]);
  expect(await statuses('one')).toEqual([101, 200]);
  expect(await statuses('wrong')).toEqual([401, 401]);
  for (let times = 0; times < 3; times++) await knock(url, as('wrong').headers);
  expect(await statuses('one')).toEqual([429, 429]);
  expect(await askFor(page, 'list', 'one')).toMatchObject({ status: 429 });
  expect(await statuses('open')).toEqual([101, 200]);
});

test('whoever comes from a banned address is turned away with the reason, except for moderators', async () => {
  const { url, page, operations, entries } = await newModerated();
  const headers = from('203.0.113.7');
  const chi = await newClient(url, { headers });
  await chi.ask({ data: 'name', name: 'Chi' });
  const [{ mask }] = (await askFor(page, 'list', 'one')).body['members'] as [{ mask: string }];
  await askFor(page, 'ban', 'one', { mask, for: '2h', reason: 'spam' });
  expect(await chi.closed()).toBe(4003);
  const { status, body } = await knock(url, headers);
  expect([status, body]).toEqual([403, expect.stringMatching(/^your address is banned until \S+: spam\n$/)]);
  expect(entries).toContainEqual({
    kind: 'rejection',
    address: '203.0.113.7',
    status: 403,
    reason: 'banned',
  });
  expect((await get(`${page}config.json`, headers)).status).toBe(403);
  expect((await get(`${page}config.json?access_token=two`, headers)).status).toBe(200);
  expect((await knock(url, { ...headers, ...as('two').headers })).status).toBe(101);
  expect((await knock(url, from('203.0.113.8'))).status).toBe(101);
  // The host is above moderators.
  await askFor(operations, 'ban', 'ops', { mask });
  expect((await knock(url, { ...headers, ...as('two').headers })).status).toBe(403);
  await askFor(operations, 'unban', 'ops', { mask });
  expect((await knock(url, headers)).status).toBe(101);
});

test('a program can say who is a moderator, and is asked about those from banned addresses too', async () => {
  const data = join(await newFolder(), 'data.json');
  const chat = await createChat({
    ...{ port: 0, pingInterval: 3600, data },
    admit({ headers: { authorization } }) {
      if (authorization === 'Bearer nobody') throw new AdmissionError(402, 'not today');
      return authorization === undefined ? {} : { role: 'moderator', nickname: 'Dũng' };
    },
  });
  onTestFinished(() => chat.close());
  const url = await chat.listen();
  await newMember(url, 'Chi');
  const [member] = await chat.moderation.list();
  await chat.moderation.readonly(true);
  const dung = await newClient(url, as('x'));
  await dung.ask({ data: 'name', name: 'Dũng' });
  expect(await dung.ask({ data: 'send', content: 'I may' })).toMatchObject({ status: true });
  await chat.moderation.ban({ mask: `${member?.mask}` });
  expect((await knock(url)).status).toBe(403);
  // The program acts as the host, above all moderators.
  expect((await knock(url, as('x').headers)).status).toBe(403);
  expect((await knock(url, as('nobody').headers)).status).toBe(402);
});

test('P-MOD-3: whoever is no moderator any more can be muted by one', async () => {
  const { chat, url, page, moderators } = await newModerated();
  const an = await newMember(`${url}?access_token=one`, 'An');
  await writeFile(moderators, 'Bình two\n');
  chat.reconfigure({ port: 0, moderators });
  expect(await askFor(page, 'mute', 'two', { nickname: 'An' })).toMatchObject({ status: 200 });
  expect(await an.ask({ data: 'send', content: 'chào' })).toMatchObject({ error: 'you are muted' });
});

test('P-MOD-3: a moderator’s mute concerns a moderator from when it is none any more', async () => {
  const { chat, url, page, moderators } = await newModerated();
  const chi = await newMember(`${url}?access_token=one`, 'Chi');
  expect(await askFor(page, 'mute', 'two', { nickname: 'Chi' })).toMatchObject({ status: 200 });
  expect(await chi.ask({ data: 'send', content: 'chào' })).toMatchObject({ status: true });
  await writeFile(moderators, 'Bình two\n');
  chat.reconfigure({ port: 0, moderators });
  expect(await chi.ask({ data: 'send', content: 'chào' })).toMatchObject({ error: 'you are muted' });
});
