/** A process that runs out of file descriptors. */
import { once } from 'node:events';
import { Server } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { LogEntry } from '../../src/actors/log.ts';
import { limitConnections } from '../../src/hosting/descriptors.ts';
import { newMember } from '../helpers/client.ts';
import { descriptorsOf } from '../helpers/descriptors.ts';
import { clientFrame, opcodes } from '../helpers/frames.ts';
import { newLimitedProcess } from '../helpers/limited.ts';
import { newProcess } from '../helpers/process.ts';
import { closed, newPeer, upgrade } from '../helpers/raw.ts';
import { newFolder } from '../helpers/server.ts';

test('more connections than file descriptors do not end it: it says so once, members go on, and there is room again', async () => {
  const data = join(await newFolder(), 'data.json');
  const args = [
    '--port',
    '0',
    '--data',
    data,
    '--handshake-timeout',
    '600',
    '--ping-interval',
    '3600',
    '--log',
    'json',
  ];
  const limit = 200;
  const server = newLimitedProcess(`-n ${limit}`, args);
  const url = await server.url();
  const an = await newMember(url, 'An');
  const peers = await Promise.all(Array.from({ length: 300 }, () => newPeer(url)));
  expect(await an.ask({ data: 'send', content: 'chật quá' })).toMatchObject({ status: true });
  // A quarter of what was left is in reserve.
  expect(descriptorsOf(server.child.pid)).toBeLessThan(limit - 20);
  const warnings = () => server.lines.filter((line) => line.includes('"kind":"warning"'));
  await expect.poll(warnings).toHaveLength(1);
  for (const peer of peers) {
    peer.destroy();
    if (!peer.closed) await once(peer, 'close');
  }
  // The server has read the ends of all of them before it reads these.
  for (let count = 0; count < 10; count++)
    expect(await an.ask({ data: 'send', content: 'rộng rồi' })).toMatchObject({ status: true });
  await newMember(url, 'Bình');
  expect(warnings()).toHaveLength(1);
  expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('pages, WebSockets and an inspector that want all descriptors at once leave members and the host unharmed', async () => {
  const data = join(await newFolder(), 'data.json');
  const ports = ['--port', '0', '--inspect', '--inspect-port', '0'];
  const others = ['--data', data, '--log', 'json', '--ping-interval', '3600'];
  const server = newLimitedProcess('-n 160', [...ports, ...others]);
  const url = await server.url();
  const inspector = () => server.lines.flatMap((line) => /http:\S+?token=[\w-]+/.exec(line) ?? [])[0];
  await expect.poll(inspector).toBeDefined();
  const an = await newMember(url, 'An');
  const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`;
  const firsts = [request('/'), request('/config.json'), upgrade()];
  const peers = [];
  for (let number = 0; number < 300; number++) {
    const peer = await newPeer(url);
    peer.resume().write(firsts[number % firsts.length] as string);
    peers.push(peer);
    if (number % 10 === 0)
      expect(await an.ask({ data: 'send', content: `${number}` })).toMatchObject({ status: true });
  }
  expect((await fetch(inspector() as string)).status).toBe(200);
  const warnings = () => server.lines.filter((line) => /"kind":"(?:warning|error)"/.test(line));
  await expect.poll(warnings).toHaveLength(1);
  for (const peer of peers) peer.destroy();
  await expect.poll(() => descriptorsOf(server.child.pid)).toBeLessThan(60);
  await newMember(url, 'Bình');
  expect((await fetch(url.replace('ws:', 'http:'))).status).toBe(200);
  expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(server.stderr).toBe('');
});

test('whatever ends a connection, it holds nothing once its peer is gone, however much the peer has sent behind it', async () => {
  const data = join(await newFolder(), 'data.json');
  const server = newProcess(['--port', '0', '--data', data, '--log', 'silent', '--ping-interval', '3600']);
  const url = await server.url();
  const an = await newMember(url, 'An');
  const before = descriptorsOf(server.child.pid);
  const frame = (...bits: Parameters<typeof clientFrame>) =>
    Buffer.concat([Buffer.from(upgrade()), clientFrame(...bits)]);
  const ends: [string, Buffer][] = [
    ['a close frame', frame('', { opcode: opcodes.close })],
    ['a reserved opcode', frame('', { opcode: 3 })],
    ['a frame without a mask', frame('x', { isMasked: false })],
    ['a message that is too long', frame(Buffer.alloc(2 ** 20 + 1), {})],
    ['a refused handshake', Buffer.from(upgrade().replace('Version: 13', 'Version: 12'))],
    ['a page', Buffer.from('GET / HTTP/1.1\r\nHost: chat\r\nConnection: close\r\n\r\n')],
    ['no HTTP', Buffer.from('\0\r\n\r\n')],
  ];
  const behind = Buffer.alloc(300_000, clientFrame('{"data":"get"}', {}));
  for (const [what, bytes] of ends) {
    const peer = (await newPeer(url)).resume();
    peer.end(Buffer.concat([bytes, behind]));
    await closed(peer);
    // Earlier than `ws` cuts off a peer that does not answer its close frame.
    await expect.poll(() => descriptorsOf(server.child.pid), { timeout: 10_000, message: what }).toBe(before);
  }
  expect(await an.ask({ data: 'send', content: 'vẫn còn chỗ' })).toMatchObject({ status: true });
  expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('errors of accepting are said once a minute, and harm nobody', () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(5000);
  const entries: LogEntry[] = [];
  const server = new Server();
  limitConnections(server, (entry) => entries.push(entry), 7);
  const fail = () => server.emit('error', Object.assign(new Error('accept ENFILE'), { errno: -23 }));
  fail();
  now.mockReturnValue(64_999);
  fail();
  const said = { kind: 'warning', text: expect.stringContaining('(ENFILE)') };
  expect(entries).toEqual([said]);
  now.mockReturnValue(65_000);
  fail();
  now.mockRestore();
  expect(entries).toEqual([said, said]);
  expect(server.maxConnections).toBe(7);
});
