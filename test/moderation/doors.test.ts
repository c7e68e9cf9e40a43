/** The acts of moderators over HTTP: at the chat's own address, and at the operations port. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createChat } from '../../src/chat.ts';
import { peerOf } from '../../src/hosting/address.ts';
import { host } from '../../src/hosting/keys.ts';
import { Doors } from '../../src/moderation/doors.ts';
import { actListener } from '../../src/moderation/endpoint.ts';
import { newMember } from '../helpers/client.ts';
import { askFor, newModerated, newSecretFile, pageOf } from '../helpers/moderation.ts';
import { allOf, newPeer } from '../helpers/raw.ts';
import { newFolder, newServer } from '../helpers/server.ts';

test('moderators act at the chat’s own address and at the operations port, and the host at the latter', async () => {
  const { url, page, operations } = await newModerated();
  const chi = await newMember(url, 'Chi');
  expect(await askFor(page, 'status', 'one')).toMatchObject({ status: 200, body: { as: 'An', members: 1 } });
  expect(await askFor(operations, 'status', 'two')).toMatchObject({ status: 200, body: { as: 'Bình' } });
  expect(await askFor(operations, 'status', 'ops')).toMatchObject({ status: 200, body: { as: 'admin' } });
  expect(await askFor(page, 'status', 'ops')).toMatchObject({ status: 401 });
  expect(await askFor(page, 'announce', 'one', { text: 'xin chào' })).toMatchObject({
    status: 200,
    body: { done: true },
  });
  expect(await chi.next()).toMatchObject({ datatype: 'notice', content: 'xin chào' });
  expect(await askFor(page, 'kick', 'one', { nickname: 'chi' })).toMatchObject({ status: 200 });
  expect(await chi.closed()).toBe(4001);
});

test('P-MOD-3: what is not done is answered with a status, and an error in words', async () => {
  const { page, operations } = await newModerated();
  const cases: [act: string, token: string | undefined, order: object, status: number, error: RegExp][] = [
    ['kick', 'one', { nickname: 'Chi' }, 404, /^nobody is called Chi$/],
    ['unban', 'one', { mask: 'abc' }, 404, /^there is no ban of abc$/],
    ['kick', 'one', { nickname: 'bình' }, 403, /^Bình is a moderator$/],
    ['words', 'one', { words: ['x'] }, 403, /^only the host/],
    ['kick', 'one', {}, 400, /^kick: nickname/],
    ['kick', 'one', [], 400, /^The body must be a JSON object/],
    ['fly', 'one', {}, 404, /^There is no act fly/],
    ['', 'one', {}, 404, /^There is no act/],
    ['toString', 'one', {}, 404, /^There is no act/],
    ['list', undefined, {}, 401, /^This needs a moderator's token/],
    ['list', 'ONE', {}, 401, /^This needs a moderator's token/],
  ];
  for (const [act, token, order, status, error] of cases)
    for (const base of [page, operations])
      expect(await askFor(base, act, token, order), `${act} at ${base}`).toMatchObject({
        status,
        body: { done: false, error: expect.stringMatching(error) },
      });
});

test('an act is a POST of a JSON object that comes soon and is not too long; no cache keeps an answer, and no site may ask', async () => {
  const { page, operations } = await newModerated();
  for (const base of [page, operations]) {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await fetch(`${base}admin/list`, { method });
      expect([status, headers.get('allow')], method).toEqual([405, 'POST']);
    }
    const post = async (body: string, type = 'application/json') => {
      const headers = { authorization: 'Bearer one', 'content-type': type };
      return (await fetch(`${base}admin/list`, { method: 'POST', body, headers })).status;
    };
    expect([await post('{}', 'application/json; charset=utf-8'), await post('')]).toEqual([200, 200]);
    for (const body of ['{', '"list"', 'null', '[]']) expect(await post(body), body).toBe(400);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded'])
      expect(await post('{}', type), type).toBe(415);
    // It is answered as soon as too much has come, and the rest is not waited for.
    const peer = await newPeer(base);
    const fields = ['Host: localhost', 'Authorization: Bearer one', 'Content-Length: 1000000'];
    peer.write(`POST /admin/list HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n${'x'.repeat(64 * 1024 + 1)}`);
    expect(await allOf(peer)).toMatch(/^HTTP\/1.1 413 .*"done":false/s);
    const { headers } = await askFor(base, 'list', 'one', {}, { origin: 'https://evil.example' });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(headers.get('cache-control')).toBe('no-store');
  }
  // A list of words is the host's, and may be long.
  const words = Array.from({ length: 10_000 }, (_, index) => `word${index}`);
  expect(await askFor(operations, 'words', 'ops', { words })).toMatchObject({ status: 200 });
});

test('a peer that goes before its body has come is no error', async () => {
  const { page, operations, entries } = await newModerated({ handshakeTimeout: 0.2 });
  for (const base of [page, operations]) {
    const peer = await newPeer(base);
    peer.write(
      'POST /admin/list HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer one\r\nContent-Length: 9\r\n\r\n{',
    );
    if (base === page) expect(await allOf(peer)).toContain('408');
    else peer.destroy();
  }
  expect(await askFor(operations, 'list', 'one')).toMatchObject({ status: 200 });
  expect(entries.filter(({ kind }) => kind === 'error')).toEqual([]);
});

test('a body that does not come in time ends its connection, whatever the server allows', async () => {
  const perform = async () => ({ status: 200, body: {} });
  const listener = actListener({
    senderOf: () => peerOf('127.0.0.1'),
    judge: () => ({ actor: host }),
    perform,
    bodyMs: 20,
    log: () => {},
  });
  const server = createServer({ requestTimeout: 0 }, listener).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const peer = await newPeer(base);
  peer.write('POST /admin/list HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{');
  expect(await allOf(peer)).toBe('');
  expect(await askFor(base, 'list')).toMatchObject({ status: 200 });
});

test('before the chat has been opened nothing can be done, and whoever asks is told so', async () => {
  const config = { moderators: undefined, opsTokenFile: undefined, nicknameComparison: 'nickname' } as const;
  const doors = new Doors(config, { log: () => {}, now: () => 0 });
  expect(await doors.perform(host, 'list', {})).toMatchObject({
    status: 503,
    body: { done: false, error: 'The chat is starting.' },
  });
});

test('five wrong tokens close all doors to an address for a minute, whatever it tries then', async () => {
  const { page, operations, entries } = await newModerated();
  const stranger = { 'x-forwarded-for': '203.0.113.7' };
  for (let times = 0; times < 5; times++)
    expect(await askFor(page, 'list', 'wrong', {}, stranger)).toMatchObject({ status: 401 });
  const { status, body, headers } = await askFor(page, 'list', 'one', {}, stranger);
  expect([status, body]).toEqual([429, { done: false, error: expect.stringContaining('wrong tokens') }]);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
  expect(entries).toContainEqual({ kind: 'rejection', address: '203.0.113.7', status: 429, reason: 'token' });
  expect(await askFor(page, 'list', 'one')).toMatchObject({ status: 200 });
  for (const base of [page, operations, page, operations, page]) await askFor(base, 'list', 'wrong');
  expect(await askFor(operations, 'list', 'ops')).toMatchObject({ status: 429 });
  expect(JSON.stringify(entries)).not.toContain('wrong');
});

test('without moderators there is nothing to ask at the chat’s address, and the operations port says what to set', async () => {
  const { url, chat } = await newServer({ opsPort: 0 });
  const { status } = await fetch(`${pageOf(url)}admin/list`, { method: 'POST' });
  expect(status).toBe(404);
  expect(await askFor(`${chat.operations}`, 'list', 'one')).toMatchObject({
    status: 403,
    body: { error: 'To moderate here, set --ops-token-file or --moderators.' },
  });
  chat.reconfigure({ opsPort: 0, moderators: await newSecretFile('An one\n') });
  expect(await askFor(pageOf(url), 'list', 'one')).toMatchObject({ status: 200 });
  expect(await askFor(`${chat.operations}`, 'list', 'one')).toMatchObject({ status: 200 });
  await chat.close();
});

test('the acts are where the page is, also without a page and below a path of a program’s own server', async () => {
  const { url } = await newModerated({ page: false });
  expect(await askFor(pageOf(url), 'list', 'one')).toMatchObject({ status: 200 });
  const moderators = await newSecretFile('An one\n');
  const chat = await createChat({ moderators, data: join(await newFolder(), 'data.json') });
  onTestFinished(() => chat.close());
  // As Express does it, which hands on what is not the page's.
  const mounted: RequestListener = (request, response) => {
    Object.assign(request, { originalUrl: request.url, url: request.url?.replace(/^\/chat/, '') || '/' });
    chat.page(request, response, () => response.writeHead(418).end('{}'));
  };
  const server = createServer(mounted).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/chat/`;
  expect(await askFor(base, 'status', 'one')).toMatchObject({ status: 200, body: { as: 'An' } });
  chat.reconfigure({});
  expect(await askFor(base, 'status', 'one')).toMatchObject({ status: 418 });
});

test('P-MOD-1: a moderator removes no message of another, neither from the history nor from the archive', async () => {
  const folder = await newFolder();
  const data = join(folder, 'data.json');
  const names = ['An', 'Bình', 'Chi', 'Bình', 'Chi'];
  const messages = names.map((name) => ({ name, content: 'chào', timestamp: '22/11/2026 10/0600' }));
  await writeFile(data, JSON.stringify(messages));
  const { page, operations } = await newModerated({ data, keep: '2', archive: join(folder, 'archive') });
  const status = async (position: number, base = page, token = 'one') =>
    (await askFor(base, 'remove', token, { positions: [position] })).status;
  expect(await askFor(page, 'status', 'one')).toMatchObject({ body: { messages: 5, base: 3 } });
  expect(await Promise.all(names.map((_, position) => status(position)))).toEqual([200, 403, 200, 403, 200]);
  expect(await Promise.all([1, 3].map((position) => status(position, operations, 'ops')))).toEqual([
    200, 200,
  ]);
});
