/** How connections get from the port of the primary to the workers. */
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newSupervised, socketFile } from '../helpers/activation.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { limitedBy } from '../helpers/limited.ts';
import { newPort } from '../helpers/port.ts';
import { allOf, newPeer } from '../helpers/raw.ts';
import { newPrefix, sharedRedis } from '../helpers/redis.ts';
import { newFolder } from '../helpers/server.ts';
import { Visitors } from '../helpers/visitors.ts';
import { entriesOf, newWorkers, pidsOf } from '../helpers/workers.ts';

const redis = sharedRedis();

const shared = async () => {
  const { url } = await redis();
  return ['--workers', '2', '--ledger', url, '--ledger-prefix', newPrefix(), '--ping-interval', '3600'];
};

test('restarts refuse nobody when systemd holds the socket', async () => {
  const port = await newPort();
  const server = await newSupervised({ host: '127.0.0.1', port }, await shared());
  const visitors = new Visitors(`ws://127.0.0.1:${port}/`);
  for (let count = 0; count < 2; count++) await server.restart();
  const { served, others } = await visitors.end();
  expect(others).toEqual([]);
  expect(served).toBeGreaterThan(0);
});

test('a Unix socket is listened on too; who comes through it counts as this machine', async () => {
  const path = join(await newFolder(), 'chat.sock');
  const server = await newSupervised({ path }, await shared());
  expect(server.lines.join('\n')).toContain('listening on a Unix socket');
  const url = `ws+unix://${socketFile(path)}:/`;
  const [an, binh] = [await newMember(url, 'An'), await newMember(url, 'Bình')];
  expect(await an.next()).toMatchObject({ datatype: 'register', name: 'Bình' });
  // More at once than a stranger may send.
  for (let count = 0; count < 30; count++) binh.say({ data: 'send', content: 'chào' });
  for (let count = 0; count < 30; count++) expect(await binh.next()).toMatchObject({ status: true });
  expect(server.lines.join('\n')).toContain('"address":"127.0.0.1"');
});

test('the page is served, to peers that have ended their side too, and a request that never comes is answered 408', async () => {
  const server = newWorkers(await redis(), ['--handshake-timeout', '0.5']);
  const url = await server.url();
  const peer = await newPeer(url);
  peer.end(`GET / HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: close\r\n\r\n`);
  expect(await allOf(peer)).toMatch(/^HTTP\/1.1 200 OK.*<\/html>/s);
  const slow = await newPeer(url);
  slow.write('GET / HTTP/1.1\r\nHost: chat\r\n');
  expect(await allOf(slow)).toMatch(/^HTTP\/1.1 408 /);
});

test('a worker that hangs gets no more than one of those who come', async () => {
  const server = newWorkers(await redis(), ['--lease', '600']);
  const url = await server.url();
  const pid = Number((await pidsOf(server)).get(1));
  process.kill(pid, 'SIGSTOP');
  onTestFinished(() => void process.kill(pid, 'SIGKILL'));
  let served = 0;
  for (let count = 0; count < 20; count++)
    void newClient(url).then(
      () => served++,
      () => {},
    );
  await expect.poll(() => served).toBe(19);
});

test('more connections than file descriptors end no worker: it is said once, members go on, and there is room again', async () => {
  const limits = ['--handshake-timeout', '600'];
  const server = newWorkers(await redis(), limits, limitedBy('-n 200'));
  const url = await server.url();
  const an = await newMember(url, 'An');
  const peers = await Promise.all(Array.from({ length: 300 }, () => newPeer(url)));
  const warnings = () => entriesOf(server, 'warning').map(({ text }) => `${text}`);
  const room = /^no room for more than \d+ connections, since file descriptors would run out$/;
  await expect.poll(() => warnings().filter((text) => room.test(text))).toHaveLength(1);
  expect(await an.ask({ data: 'send', content: 'chật quá' })).toMatchObject({ status: true });
  for (const peer of peers) peer.destroy();
  await expect
    .poll(() =>
      newMember(url, 'Bình').then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(server.stderr).toBe('');
});
