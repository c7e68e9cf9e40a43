import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newMember } from '../helpers/client.ts';
import { newFolder, newServer } from '../helpers/server.ts';
import { newSystem } from '../helpers/system.ts';
import { newInspector, newWatcher } from '../helpers/watcher.ts';

type Answer = { status: number | undefined; headers: Record<string, unknown>; body: string };

/** A request as it is written here: `fetch` would not send a strange Host or Origin. */
async function ask(
  url: string,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const asking = request({ hostname, port, path, headers, method }).end();
  const [response] = await Promise.race([once(asking, 'response'), once(asking, 'upgrade')]);
  let body = '';
  if (response.statusCode === 101) response.socket.destroy();
  else for await (const chunk of response) body += chunk;
  return { status: response.statusCode, headers: response.headers, body };
}

const refusal = expect.stringContaining('does not have the right token');
/** What is said to those who do not get to see that page. It tells nothing of what is here. */
const forbidden = 'This is not allowed.\n';

const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

test('the token is random, and its address opens the page and the events', async () => {
  const { system } = await newSystem();
  const [one, other] = [await newInspector(system), await newInspector(system)];
  const [token = '', otherToken] = [one.url, other.url].map((url) => new URL(url).searchParams.get('token'));
  expect(token).toMatch(/^[\w-]{22}$/);
  expect(token).not.toBe(otherToken);
  expect((await ask(one.url, `/?token=${token}`)).status).toBe(200);
  expect((await ask(one.url, `/events?token=${token}`, upgrade)).status).toBe(101);
  expect((await ask(one.url, `/else?token=${token}`, upgrade)).status).toBe(404);
});

test.each([
  ['no token', ''],
  ['an empty one', '?token='],
  ['another one', `?token=${'A'.repeat(22)}`],
  ['a shorter one', (token: string) => `?token=${token.slice(1)}`],
  ['a longer one', (token: string) => `?token=${token}A`],
  ['a right one behind a wrong one', (token: string) => `?token=x&token=${token}`],
  ['a right one under another name', (token: string) => `?tokens=${token}`],
])('with %s nothing is shown or sent, but how to get the right one', async (_, query) => {
  const { system } = await newSystem();
  const { url, attached } = await newInspector(system);
  const token = new URL(url).searchParams.get('token') ?? '';
  const asked = typeof query === 'string' ? query : query(token);
  for (const path of ['/config.json', '/events', '/else']) {
    const { status, headers, body } = await ask(url, path + asked);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      403,
      'text/html; charset=utf-8',
      'no-store',
    ]);
    for (const said of ['does not have the right token', 'không có mã truy cập đúng', 'inspector on'])
      expect(body).toContain(said);
    expect(body).not.toContain(token);
    expect(await ask(url, path + asked, upgrade)).toMatchObject({ status: 403, body: forbidden });
  }
  expect(attached()).toBe(0);
});

test.each([
  'evil.example',
  'evil.example:PORT',
  'localhost',
  '127.0.0.1',
  '127.0.0.1:1',
  'localhost:PORT.evil.example',
  'evil@127.0.0.1:PORT',
  '127.1:PORT',
  '0.0.0.0:PORT',
  'localhost.:PORT',
])('a request to the host %s is refused, token or not (DNS rebinding)', async (host) => {
  const { system } = await newSystem();
  const { url } = await newInspector(system);
  const { port, search } = new URL(url);
  const headers = { host: host.replace('PORT', port) };
  const both = [await ask(url, `/${search}`, headers)];
  both.push(await ask(url, `/events${search}`, { ...upgrade, ...headers }));
  expect(both.map(({ status, body }) => [status, body])).toEqual([
    [403, forbidden],
    [403, forbidden],
  ]);
});

test.each([
  ['http://evil.example', 403],
  ['http://127.0.0.1', 403],
  ['https://127.0.0.1:PORT', 403],
  ['http://localhost:PORT', 403],
  ['http://127.0.0.1:5000', 403],
  ['null', 403],
  ['http://127.0.0.1:PORT', 101],
])('a WebSocket from a page of %s is answered %i', async (origin, expected) => {
  const { system } = await newSystem();
  const { url } = await newInspector(system);
  const { port, search } = new URL(url);
  const headers = { ...upgrade, origin: origin.replace('PORT', port) };
  expect((await ask(url, `/events${search}`, headers)).status).toBe(expected);
});

test.each(['127.0.0.1', 'localhost', '[::1]'])('it is found under its loopback name %s', async (name) => {
  const { system } = await newSystem();
  const { url } = await newInspector(system);
  const { port, search } = new URL(url);
  const host = `${name}:${port}`;
  expect((await ask(url, `/${search}`, { host })).status).toBe(200);
  const headers = { ...upgrade, host, origin: `http://${host}` };
  expect((await ask(url, `/events${search}`, headers)).status).toBe(101);
});

test.each(['0.0.0.0', '::', '192.168.1.5', 'example.org', ''])('it does not listen on %s', async (host) => {
  const { system } = await newSystem();
  await expect(newInspector(system, { host })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('its page runs under a policy, is kept nowhere, and can only be read', async () => {
  const { system } = await newSystem();
  const { url } = await newInspector(system, { chat: { host: '127.0.0.1', port: 5000 } });
  const { search } = new URL(url);
  const { headers } = await ask(url, `/${search}`);
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; /);
  expect(headers['content-security-policy']).toContain("connect-src 'self' ws://127.0.0.1:5000/;");
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  expect((await ask(url, `/${search}`, {}, 'POST')).status).toBe(405);
});

test.each([
  ['0.0.0.0', '127.0.0.1'],
  ['::', 'localhost'],
  ['::1', 'localhost'],
  ['chat.example', 'chat.example'],
])('a chat on %s is found by the page at %s', async (host, name) => {
  const { system } = await newSystem();
  const { url } = await newInspector(system, { chat: { host, port: 5000 } });
  const { search } = new URL(url);
  const { headers, body } = await ask(url, `/config.json${search}`);
  expect(JSON.parse(body)).toMatchObject({ chat: `ws://${name}:5000/` });
  expect(headers['content-security-policy']).toContain(`connect-src 'self' ws://${name}:5000/;`);
});

test('a folder of pages is served: the page for the token, its scripts without, and nothing beside them', async () => {
  const folder = await newFolder();
  await mkdir(join(folder, 'lab/assets'), { recursive: true });
  await writeFile(join(folder, 'lab/index.html'), '<!doctype html>lab');
  await writeFile(join(folder, 'lab/other.html'), '<!doctype html>other');
  await writeFile(join(folder, 'lab/assets/a.js'), 'lab()');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  const { system } = await newSystem();
  const { url } = await newInspector(system, { folder: join(folder, 'lab') });
  const { search } = new URL(url);
  expect(await ask(url, `/${search}`)).toMatchObject({ status: 200, body: '<!doctype html>lab' });
  expect(await ask(url, `/other${search}`)).toMatchObject({ status: 200, body: '<!doctype html>other' });
  for (const path of ['/other', '/config.json', '/?token=wrong', '/assets/a.js?token='])
    expect(await ask(url, path)).toMatchObject({ status: 403, body: refusal });
  // A page that is loaded again has its token, but not in the address.
  for (const path of ['/', '/index.html'])
    expect(await ask(url, path)).toMatchObject({ status: 200, body: '<!doctype html>lab' });
  expect(await ask(url, '/assets/a.js')).toMatchObject({ status: 200, body: 'lab()' });
  expect((await ask(url, '/assets/a.js', { host: 'evil.example' })).status).toBe(403);
  expect((await ask(url, '/assets/a.js', { origin: 'http://evil.example' })).status).toBe(403);
  expect((await ask(url, '/assets/a.js', { range: 'bytes=5-2' })).status).toBe(200);
  const beside = [
    '../secret.txt',
    'assets/../../secret.txt',
    'assets/..%2f..%2fsecret.txt',
    'assets/../index.html',
  ];
  for (const path of beside) expect((await ask(url, `/${path}${search}`)).status).toBe(404);
  expect((await ask(url, '/assets/../index.html')).status).toBe(404);
});

test('without a page the address of the inspector says where the events are', async () => {
  const { system } = await newSystem();
  const { url } = await newInspector(system, { folder: join(await newFolder(), 'nothing') });
  const { search } = new URL(url);
  expect((await ask(url, `/${search}`)).body).toContain('The events are at /events');
  expect(await ask(url, '/config.json')).toMatchObject({ status: 403, body: refusal });
});

test('a chat opens its inspector, and closes it in the end', async () => {
  const { chat, url } = await newServer();
  const inspector = await chat.inspect({ port: 0 });
  const watcher = await newWatcher(inspector);
  await newMember(url, 'An');
  await watcher.sees(({ name }) => name === 'c1');
  await chat.close();
  expect(await watcher.closed).toBe(1001);
  await expect(ask(inspector, '/')).rejects.toThrow('ECONNREFUSED');
  await expect(chat.inspect({ port: 0 })).rejects.toThrow('the chat is closed');
});

test('a port that is in use is a StartError', async () => {
  const { chat } = await newServer();
  const port = Number(new URL(await chat.inspect({ port: 0 })).port);
  await expect(chat.inspect({ port })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
});
