import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newClient, newMember } from '../helpers/client.ts';
import { descriptorsOf } from '../helpers/descriptors.ts';
import { newProcess } from '../helpers/process.ts';
import { allOf, newPeer, upgrade } from '../helpers/raw.ts';
import { newFolder, newServer } from '../helpers/server.ts';

test.each([
  ['nothing at all', ''],
  ['half a request line', 'GET / HT'],
  ['half a handshake', upgrade().slice(0, 90)],
  ['a handshake without its last line', upgrade().slice(0, -2)],
])('a peer that sends %s is answered 408 and let go; the others do not notice', async (_, text) => {
  const { url, entries } = await newServer({ handshakeTimeout: 0.2 });
  const an = await newMember(url, 'An');
  const peer = await newPeer(url);
  peer.write(text);
  expect(await allOf(peer)).toMatch(/^HTTP\/1\.1 408 /);
  expect(await an.ask({ data: 'send', content: 'còn đây' })).toMatchObject({ status: true });
  expect(entries.filter(({ kind }) => kind === 'connect')).toHaveLength(1);
});

test('a head that comes letter by letter is over in time too', async () => {
  const { url } = await newServer({ handshakeTimeout: 0.2 });
  const an = await newMember(url, 'An');
  const peer = await newPeer(url);
  const answer = allOf(peer);
  let isOver = false;
  peer.on('close', () => {
    isOver = true;
  });
  peer.write('GET / HTTP/1.1\r\nX: ');
  while (!isOver) {
    peer.write('x');
    await an.ask({ data: 'nothing' });
  }
  expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
});

test('five hundred that go on letter by letter are all let go, and a member is answered meanwhile', async () => {
  const data = join(await newFolder(), 'data.json');
  const args = ['--data', data, '--handshake-timeout', '1', '--ping-interval', '3600', '--log', 'silent'];
  const server = newProcess(['--port', '0', ...args]);
  const url = await server.url();
  const an = await newMember(url, 'An');
  const before = descriptorsOf(server.child.pid);
  const peers = await Promise.all(Array.from({ length: 500 }, () => newPeer(url)));
  const answers = peers.map(allOf);
  let isOver = false;
  const over = Promise.all(answers).then((texts) => {
    isOver = true;
    return texts;
  });
  for (const peer of peers) peer.write('GET / HTTP/1.1\r\nX: ');
  for (let sent = 0; !isOver; sent++) {
    for (const peer of peers) if (peer.writable) peer.write('x');
    expect(await an.ask({ data: 'send', content: `${sent}` })).toMatchObject({ status: true });
  }
  // The server cuts off those that go on behind their answer, which may be lost with it.
  const answered = (await over).filter((answer) => answer !== '');
  expect(new Set(answered.map((answer) => answer.slice(0, 12)))).toEqual(new Set(['HTTP/1.1 408']));
  await expect.poll(() => descriptorsOf(server.child.pid)).toBe(before);
  expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('an open connection that says nothing is not subject to the timeout of handshakes', async () => {
  const { url } = await newServer({ handshakeTimeout: 0.1 });
  const an = await newMember(url, 'An');
  for (let handshakes = 0; handshakes < 3; handshakes++) await allOf(await newPeer(url));
  expect(await an.ask({ data: 'send', content: 'vẫn đây' })).toMatchObject({ status: true });
});

test.each(['GET', 'POST', 'HEAD'])(
  'a plain %s of a server without a page is told to upgrade, and the connection is over',
  async (method) => {
    const { url } = await newServer({ page: false });
    const response = await fetch(url.replace('ws:', 'http:'), { method });
    expect(response.status).toBe(426);
    expect(response.headers.get('upgrade')).toBe('websocket');
    expect(response.headers.get('connection')).toBe('close');
    await response.text();
  },
);

test.each([
  ['version 12', upgrade().replace('Version: 13', 'Version: 12')],
  ['no key', upgrade().replace(/Sec-WebSocket-Key.*\r\n/, '')],
  ['a short key', upgrade().replace('dGhlIHNhbXBsZSBub25jZQ==', 'dGhl')],
  ['POST', upgrade().replace('GET', 'POST')],
  ['no HTTP', '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n'],
  ['an endless head', `GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`],
])('a handshake with %s is answered 4xx, and no connection comes of it', async (_, text) => {
  const { url, entries } = await newServer();
  const peer = await newPeer(url);
  peer.write(text, 'latin1');
  expect(await allOf(peer)).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(entries.filter(({ kind }) => kind !== 'rejection')).toEqual([]);
});

test('P-REQ-7: requests in the same packet as the handshake are answered', async () => {
  const { url } = await newServer();
  const peer = await newPeer(url);
  // {"data":"x"}, masked with zeros.
  const frame = Buffer.concat([Buffer.from([0x81, 0x8c, 0, 0, 0, 0]), Buffer.from('{"data":"x"}')]);
  peer.write(Buffer.concat([Buffer.from(upgrade()), frame, Buffer.from([0x88, 0x80, 0, 0, 0, 0])]));
  expect(await allOf(peer)).toContain('{"type":null,"status":false,"reason":"UnknownType"}');
});

test.each([0.125, 1.001, 0.3333])('the timeout of handshakes may be %s seconds', async (handshakeTimeout) => {
  const { url } = await newServer({ handshakeTimeout });
  await newClient(url);
});
