/** Who is let in, over real sockets. Strangers come through a proxy on this machine, which is trusted. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LogEntry } from '../../src/actors/log.ts';
import type { ChatOptions } from '../../src/chat.ts';
import { newCertificate } from '../helpers/certificate.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { newForwarder } from '../helpers/forwarder.ts';
import { clientFrame } from '../helpers/frames.ts';
import { until } from '../helpers/gate.ts';
import { get, knock } from '../helpers/knock.ts';
import { newLimitedProcess } from '../helpers/limited.ts';
import { changesOf, scrape } from '../helpers/metrics.ts';
import { newPeer, upgrade } from '../helpers/raw.ts';
import { newFolder, newServer } from '../helpers/server.ts';

const from = (address: string) => ({ 'x-forwarded-for': address });
const stranger = from('203.0.113.7');
const rejections = (entries: readonly LogEntry[]) => entries.filter(({ kind }) => kind === 'rejection');

async function newTokenFile(): Promise<string> {
  const path = join(await newFolder(), 'tokens');
  await writeFile(path, 'secret\n', { mode: 0o600 });
  return path;
}

/** An HTTP server of somebody else's, which answers no request. */
async function newSite() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

describe('each refusal is a status, a short text, and a line in the log', () => {
  const one = { connectRate: '0.001/s burst 1' };
  test.each<[string, ChatOptions, Record<string, string>, number, RegExp, Record<string, string>]>([
    ['host', { hosts: 'chat.example' }, { host: 'evil.example:80' }, 421, /--hosts evil\.example$/, {}],
    ['origin', {}, { origin: 'https://x.example' }, 403, /--origins https:\/\/x\.example$/, {}],
    ['origin', {}, { origin: 'null' }, 403, /Pages of this origin may not connect/, {}],
    ['origin', { requireOrigin: true }, {}, 403, /name their Origin/, {}],
    ['rate', one, {}, 429, /too many new connections/, { 'retry-after': '1000' }],
    ['full', { maxConnections: 1 }, {}, 503, /server is full/, { 'retry-after': '10' }],
    ['address', { maxPerAddress: 1 }, {}, 429, /too many connections from your address/, {}],
  ])('%s', async (reason, options, headers, status, text, more) => {
    const { url, entries } = await newServer(options);
    if (['rate', 'full', 'address'].includes(reason)) await newClient(url, { headers: stranger });
    const answer = await knock(url, { ...stranger, ...headers });
    expect(answer.status).toBe(status);
    expect(answer.body.trimEnd()).toMatch(text);
    expect(answer.body.length).toBeLessThan(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': `${answer.body.length}`,
      connection: 'close',
      ...more,
    });
    expect('retry-after' in answer.headers).toBe('retry-after' in more);
    expect(rejections(entries)).toEqual([{ kind: 'rejection', address: '203.0.113.7', status, reason }]);
  });

  test('token', async () => {
    const { url, entries } = await newServer({ accessTokenFile: await newTokenFile() });
    const answer = await knock(`${url}?access_token=wrong`, stranger);
    expect(answer).toMatchObject({ status: 401, body: expect.stringMatching(/access token/) });
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(rejections(entries)).toMatchObject([{ status: 401, reason: 'token' }]);
    expect(JSON.stringify(entries)).not.toContain('wrong');
  });
});

test('a token opens the WebSocket and what the page is told; the page itself is for everybody', async () => {
  const { url } = await newServer({ accessTokenFile: await newTokenFile(), title: 'Lớp 7A' });
  expect((await knock(`${url}?access_token=secret`)).status).toBe(101);
  expect((await knock(url, { authorization: 'Bearer secret' })).status).toBe(101);
  expect(await get(url)).toMatchObject({ status: 200, body: expect.stringContaining('<html') });
  expect(await get(`${url}config.json?access_token=secret`)).toMatchObject({
    status: 200,
    body: expect.stringContaining('Lớp 7A'),
  });
  const refused = await get(`${url}config.json`);
  expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
  expect(refused.body).not.toContain('7A');
});

test('tokens can be tried no faster than connections may come, wherever they are tried', async () => {
  const accessTokenFile = await newTokenFile();
  const { url, entries } = await newServer({ accessTokenFile, connectRate: '0.000001/s burst 4' });
  const read = (token: string, headers: typeof stranger) =>
    get(`${url}config.json?access_token=${token}`, headers);
  for (let count = 0; count < 10; count++)
    expect((await read('secret', stranger)).status, 'a right one costs nothing').toBe(200);
  for (let count = 0; count < 3; count++) expect((await read(`${count}`, stranger)).status).toBe(401);
  expect((await knock(`${url}?access_token=4`, stranger)).status).toBe(401);
  expect(await read('secret', stranger)).toMatchObject({
    status: 429,
    headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
  });
  expect((await knock(`${url}?access_token=secret`, stranger)).status).toBe(429);
  expect((await read('secret', from('203.0.113.8'))).status).toBe(200);
  expect(rejections(entries).map((entry) => 'reason' in entry && entry.reason)).toEqual([
    ...['token', 'token', 'token', 'token'],
    ...['rate', 'rate'],
  ]);
});

test('a server does not start without the file of its access tokens', async () => {
  const accessTokenFile = join(await newFolder(), 'missing');
  await expect(newServer({ accessTokenFile })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

describe('an address', () => {
  test('may have 128 connections and as many nicknames; others come in as before', async () => {
    const { url, entries } = await newServer();
    const binh = await newMember(url, 'Bình');
    let refused = 0;
    for (let number = 0; number < 300; number++) {
      const { status, socket } = await knock(url, stranger);
      if (status === 101) socket?.write(clientFrame(JSON.stringify({ data: 'name', name: `n${number}` })));
      else {
        refused++;
        expect(status).toBe(429);
      }
    }
    expect(refused).toBe(300 - 128);
    const registered = () => entries.filter(({ kind }) => kind === 'register').length;
    await until(() => registered() === 129);
    binh.say({ data: 'get', limit: 0 });
    let reply = await binh.next();
    while (reply['type'] !== 'get') reply = await binh.next();
    expect(reply).toMatchObject({ data: { online: expect.objectContaining({ length: 129 }) } });
    expect((await knock(url, from('203.0.113.8'))).status).toBe(101);
  });

  test('counts a nickname that is kept for a lost connection, until another address has it', async () => {
    const { url, entries } = await newServer({ maxPerAddress: 2, resumeSeconds: 3600 });
    const lost = await newClient(url, { headers: stranger });
    const { status, resume } = await lost.ask({ data: 'name', name: 'An', resume: true });
    expect(status).toBe(true);
    await newClient(url, { headers: stranger });
    lost.socket.terminate();
    await until(() => entries.some(({ kind }) => kind === 'close'));
    expect((await knock(url, stranger)).status).toBe(429);
    // It is taken over at another address.
    const back = await newClient(url, { headers: from('203.0.113.8') });
    expect(await back.ask({ data: 'name', name: 'An', resume })).toMatchObject({ status: true });
    expect((await knock(url, stranger)).status).toBe(101);
  });

  test('has no place among all WebSockets for a nickname that is kept, so its owner can come back', async () => {
    const { url, entries } = await newServer({ maxConnections: 1, resumeSeconds: 3600 });
    const lost = await newClient(url, { headers: stranger });
    const { resume } = await lost.ask({ data: 'name', name: 'An', resume: true });
    expect((await knock(url, stranger)).status).toBe(503);
    lost.socket.terminate();
    await until(() => entries.some(({ kind }) => kind === 'close'));
    const back = await newClient(url, { headers: stranger });
    expect(await back.ask({ data: 'name', name: 'An', resume })).toMatchObject({ status: true });
    expect((await knock(url, stranger)).status).toBe(503);
  });

  test('gets its place back when a handshake fails, or its connection ends', async () => {
    const { url } = await newServer({ maxPerAddress: 1 });
    for (let times = 0; times < 3; times++)
      expect((await knock(url, { ...stranger, 'sec-websocket-version': '12' })).status).toBe(426);
    for (let times = 0; times < 3; times++) {
      const an = await newClient(url, { headers: stranger });
      await an.leave();
    }
    await newClient(url, { headers: stranger });
    expect((await knock(url, stranger)).status).toBe(429);
  });

  test('takes no place for a handshake whose connection is gone before its turn', async () => {
    const { chat } = await newServer({ maxConnections: 1 });
    const { server, url } = await newSite();
    chat.attach(server);
    const peer = await newPeer(url);
    const upgraded = once(server, 'upgrade');
    peer.write(`GET / HTTP/1.1\r\nHost: x\r\n\r\n${upgrade()}`);
    const [, socket] = await upgraded;
    const closed = new Promise((resolve) => socket.on('close', resolve));
    peer.resetAndDestroy();
    await closed;
    // Its turn has come before this one's.
    expect((await knock(url)).status).toBe(101);
  });

  test('of IPv6 is a network of a household', async () => {
    const { url } = await newServer({ maxPerAddress: 1 });
    await newClient(url, { headers: from('2001:db8:0:1::1') });
    expect((await knock(url, from('2001:db8:0:1:9::2'))).status).toBe(429);
    expect((await knock(url, from('2001:db8:0:2::1'))).status).toBe(101);
  });

  test('on this machine has no limits, unless they are set by hand', async () => {
    const { url } = await newServer();
    for (let number = 0; number < 250; number++) expect((await knock(url)).status).toBe(101);
    const limited = await newServer({ maxPerAddress: 1, connectRate: '0.001/s burst 2' });
    await newClient(limited.url);
    expect(await knock(limited.url)).toMatchObject({ status: 429, body: expect.stringMatching(/from your/) });
    expect(await knock(limited.url)).toMatchObject({
      status: 429,
      body: expect.stringMatching(/too many new/),
    });
  });
});

test('a class of 40 behind one address loads the page and chats, twice, with the default limits', async () => {
  const { url, entries } = await newServer();
  for (const round of ['A', 'B']) {
    const pupils = Array.from({ length: 40 }, async (_, number) => {
      const loads = Array.from({ length: 6 }, () => get(url, stranger));
      for (const { status } of await Promise.all(loads)) expect(status).toBe(200);
      const pupil = await newClient(url, {
        headers: { ...stranger, origin: url.replace('ws:', 'http:').slice(0, -1) },
      });
      pupil.say({ data: 'name', name: `${round}${number}` });
      return pupil;
    });
    await Promise.all(pupils);
  }
  await until(() => entries.filter(({ kind }) => kind === 'register').length === 80);
  expect(rejections(entries)).toEqual([]);
});

describe('through proxies', () => {
  const addresses = (entries: readonly LogEntry[]) =>
    entries.flatMap((entry) => (entry.kind === 'connect' ? [entry.address] : []));

  test('the address is what the nearest trusted proxy has seen, whatever the client says', async () => {
    const { url, entries } = await newServer({ trustProxy: 'loopback 10.0.0.0/8' });
    const inner = await newForwarder(url, '203.0.113.7');
    expect((await knock(inner)).status).toBe(101);
    expect((await knock(inner, from('8.8.8.8, 127.0.0.1'))).status).toBe(101);
    const outer = await newForwarder(await newForwarder(url, '10.0.0.2'), '203.0.113.9');
    expect((await knock(outer, from('8.8.8.8'))).status).toBe(101);
    const distrusted = await newForwarder(await newForwarder(url, '198.51.100.2'), '203.0.113.9');
    expect((await knock(distrusted)).status).toBe(101);
    expect(addresses(entries)).toEqual(['203.0.113.7', '203.0.113.7', '203.0.113.9', '198.51.100.2']);
    expect(entries.filter(({ kind }) => kind === 'warning')).toEqual([]);
  });

  test('what is forwarded by somebody who is not trusted is ignored, and warned of once', async () => {
    const { url, entries } = await newServer({ trustProxy: 'none', maxPerAddress: 2 });
    for (let number = 1; number < 5; number++) await knock(url, from(`203.0.113.${number}`));
    expect(addresses(entries)).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(rejections(entries)).toHaveLength(2);
    expect(entries.filter(({ kind }) => kind === 'warning')).toEqual([
      { kind: 'warning', text: expect.stringMatching(/from 127\.0\.0\.1 is ignored.*--trust-proxy/) },
    ]);
  });

  test('one on this machine that does not say for whom it speaks is warned of once', async () => {
    const { url, entries } = await newServer();
    const warnings = () => entries.filter(({ kind }) => kind === 'warning');
    for (const host of ['localhost', '127.0.0.1:5000', '[::1]', 'a.localhost', hostname()])
      expect((await knock(url, { host })).status).toBe(101);
    expect((await knock(url, { host: 'chat.example', ...from('203.0.113.7') })).status).toBe(101);
    expect(warnings()).toEqual([]);
    for (const host of ['chat.example', '203.0.113.80:5000', 'www.chat.example'])
      expect((await get(url, { host })).status).toBe(200);
    expect(warnings()).toEqual([
      { kind: 'warning', text: expect.stringContaining('send no X-Forwarded-For') },
    ]);
  });

  test('one that names only the protocol is warned of once; all who come through it count as one address', async () => {
    const { url, entries } = await newServer({ maxPerAddress: 2 });
    const statuses = [];
    for (let number = 0; number < 3; number++)
      statuses.push((await knock(url, { 'x-forwarded-proto': 'https' })).status);
    expect(statuses).toEqual([101, 101, 429]);
    expect((await knock(url, stranger)).status).toBe(101);
    expect(entries.filter(({ kind }) => kind === 'warning')).toEqual([
      { kind: 'warning', text: expect.stringMatching(/127\.0\.0\.1 sends no X-Forwarded-For/) },
    ]);
  });
});

describe('the name that the server is asked for', () => {
  const own = (url: string) => url.replace('0.0.0.0', '127.0.0.1');

  test('matters where other machines can reach it, for the page too', async () => {
    const { url } = await newServer({ host: '0.0.0.0', hosts: 'chat.example Lớp.example' });
    const names = { 'chat.example': 200, 'xn--lp-eka7d.example': 421, 'evil.example': 421, '192.0.2.9': 200 };
    const idna = new URL('http://lớp.example').hostname;
    for (const [host, status] of Object.entries({
      ...names,
      localhost: 200,
      [hostname()]: 200,
      [idna]: 200,
    })) {
      expect((await get(own(url), { host })).status, host).toBe(status);
      expect((await knock(own(url), { host })).status, host).toBe(status === 200 ? 101 : 421);
    }
  });

  test('does not matter behind a trusted proxy, on a loopback address, or where all are allowed', async () => {
    const [open, local, any] = [
      await newServer({ host: '0.0.0.0' }),
      await newServer(),
      await newServer({ host: '0.0.0.0', hosts: '*' }),
    ];
    const host = 'chat.example';
    expect((await get(own(open.url), { host, ...stranger })).status).toBe(200);
    expect((await get(own(open.url), { host })).status).toBe(421);
    expect((await get(local.url, { host })).status).toBe(200);
    expect((await get(own(any.url), { host })).status).toBe(200);
    expect(rejections(open.entries)).toEqual([
      { kind: 'rejection', address: '127.0.0.1', status: 421, reason: 'host' },
    ]);
  });

  test('is the business of a server that the chat is attached to; the origin is not', async () => {
    const { chat } = await newServer({ hosts: 'chat.example' });
    const { server, url } = await newSite();
    chat.attach(server);
    expect((await knock(url, { ...stranger, host: 'other.example' })).status).toBe(101);
    const origin = 'https://evil.example';
    expect((await knock(url, { ...stranger, host: 'other.example', origin })).status).toBe(403);
  });
});

test('a page on this machine, or from its disk, may connect from this machine only', async () => {
  const { url } = await newServer();
  for (const origin of ['null', 'http://localhost:3000', url.replace('ws:', 'http:').slice(0, -1)])
    expect((await knock(url, { origin })).status, origin).toBe(101);
  for (const origin of ['null', 'http://localhost:3000'])
    expect((await knock(url, { ...stranger, origin })).status, origin).toBe(403);
  expect((await knock(url, { origin: 'https://evil.example' })).status).toBe(403);
  const named = await newServer({ origins: 'https://blog.example' });
  expect((await knock(named.url, { origin: 'null' })).status).toBe(403);
  expect((await knock(named.url, { origin: 'https://blog.example' })).status).toBe(101);
});

test('who has not registered in time is closed with 1008; a member stays', async () => {
  const { url } = await newServer({ registerTimeout: 2 });
  const an = await newMember(url, 'An');
  const silent = await newClient(url);
  expect(await silent.closed()).toBe(1008);
  expect(await an.ask({ data: 'send', content: 'còn đây' })).toMatchObject({ status: true });
});

test('WebSockets leave some file descriptors to those who are answered that it is full', async () => {
  const args = ['--port', '0', '--data', join(await newFolder(), 'data.json'), '--log', 'json'];
  const server = newLimitedProcess('-n 200', args);
  const url = await server.url();
  const statuses: number[] = [];
  for (let number = 0; number < 140; number++) statuses.push((await knock(url)).status);
  expect(statuses.filter((status) => status === 101).length).toBeGreaterThan(60);
  expect(statuses.at(-1)).toBe(503);
  expect((await get(url)).status).toBe(200);
  const warnings = () => server.lines.filter((line) => line.includes('there are file descriptors'));
  await expect.poll(warnings).toHaveLength(1);
});

test.each([
  ['', async () => ({})],
  [
    ' over TLS',
    async () => {
      const { cert: tlsCert, key: tlsKey } = await newCertificate();
      return { tlsCert, tlsKey };
    },
  ],
])('TCP connections%s of a stranger are limited, those of this machine are not', async (_, secure) => {
  const { chat, url, entries } = await newServer({
    ...(await secure()),
    host: '0.0.0.0',
    maxPerAddress: 1,
    opsPort: 0,
  });
  const before = await scrape(chat.operations);
  const outer = Object.values(networkInterfaces())
    .flatMap((all = []) => all)
    .filter(({ family, internal }) => family === 'IPv4' && !internal);
  const newPeers = (count: number, address: string) =>
    Promise.all(Array.from({ length: count }, () => newPeer(url.replace('0.0.0.0', address))));
  for (const { address } of outer.slice(0, 1)) {
    const strangers = await newPeers(67, address);
    await until(() => strangers.filter(({ destroyed }) => destroyed).length === 3);
    const locals = await newPeers(67, '127.0.0.1');
    expect(entries).toEqual([{ kind: 'warning', text: expect.stringContaining('too many TCP connections') }]);
    expect(changesOf(before, await scrape(chat.operations))).toEqual({
      'chat_handshakes_refused_total{reason="tcp"}': 3,
    });
    expect(locals.filter(({ destroyed }) => destroyed)).toEqual([]);
  }
});
