import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newClient, newMember } from '../helpers/client.ts';
import { newFlood } from '../helpers/flood.ts';
import { clientFrame, opcodes } from '../helpers/frames.ts';
import { newProcess, type ServerProcess } from '../helpers/process.ts';
import { newPeer, refusalOf, upgrade } from '../helpers/raw.ts';
import { newRawPeer } from '../helpers/raw-peer.ts';
import { newFolder } from '../helpers/server.ts';
import { type Message, newTalkers, wholeHistory } from '../helpers/talker.ts';

const clean = { code: 0, signal: null };

async function newServerProcess(): Promise<{ server: ServerProcess; url: string; dataFile: string }> {
  const dataFile = join(await newFolder(), 'data.json');
  const server = newProcess(['--port', '0', '--data', dataFile, '--dialect', 'published', '--log', 'silent']);
  return { server, url: await server.url(), dataFile };
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'P-SEND-2, P-SEND-4: %s under load ends it with 0 when all that is stored is acknowledged and shown, and closes with 1001',
  async (signal) => {
    const { server, url, dataFile } = await newServerProcess();
    const silent = await newClient(url);
    const talkers = await newTalkers(url, ['An', 'Bình', 'Chi', 'Dũng']);
    const endAt = randomInt(1, 400);
    let acknowledged = 0;
    for (const talker of talkers) {
      talker.talk(16, () => {
        if (++acknowledged === endAt) server.child.kill(signal);
      });
    }
    expect(await server.exited).toEqual(clean);
    expect(server.stderr).toBe('');
    expect(await silent.closed()).toBe(1001);

    const history: Message[] = JSON.parse(readFileSync(dataFile, 'utf8'));
    expect(history.length).toBeGreaterThanOrEqual(endAt);
    for (const { client, name, acknowledged: mine, seen, others } of talkers) {
      expect(await client.closed()).toBe(1001);
      expect(seen).toEqual(history);
      expect(mine).toEqual(history.filter((message) => message.name === name).map(({ content }) => content));
      expect(others).toEqual([]);
    }

    // The lock is free: the next one starts, on exactly that.
    const next = newProcess(['--port', '0', '--data', dataFile]);
    expect(await wholeHistory(await next.url())).toEqual(history);
  },
);

test('SIGTERM: it takes no new connections, and does not wait for a peer that does not answer the close frame', async () => {
  const { server, url } = await newServerProcess();
  const an = await newMember(url, 'An');
  await newRawPeer(url);
  server.child.kill('SIGTERM');
  expect(await an.closed()).toBe(1001);
  // It waits for the silent peer now, and listens no more.
  expect(await refusalOf(url)).toBe('ECONNREFUSED');
  expect(server.child.exitCode).toBeNull();
  expect(await server.exited).toEqual(clean);
});

test('SIGTERM: half a handshake, a keep-alive peer and a reader that has stopped in the middle of a history do not keep it running', async () => {
  const { server, url } = await newServerProcess();
  const [, half] = [await newPeer(url), await newPeer(url)];
  half.write('GET / HTTP/1.1\r\nHost: chat\r\n');
  // A million characters of history at each get, and nobody reads them.
  const an = await newMember(url, 'An');
  for (let count = 0; count < 250; count++) an.say({ data: 'send', content: '你'.repeat(3900) });
  for (let count = 0; count < 250; count++) await an.next();
  const slow = await newMember(url, 'Bình');
  slow.socket.pause();
  for (let count = 0; count < 60; count++) slow.say({ data: 'get' });
  await an.next();
  expect(await an.pending()).toEqual([]);
  expect(await server.stop('SIGTERM')).toEqual(clean);
});

test.each([
  ['text frames', 50, clientFrame('{"data":"x"}')],
  ['empty frames', 300, clientFrame('')],
  ['pings', 100, clientFrame('x', { opcode: opcodes.ping })],
  ['requests of the page', 50, Buffer.from('GET / HTTP/1.1\r\nHost: chat\r\n\r\n')],
])('SIGTERM: floods of %s, of %i peers, do not keep it running', async (what, peers, unit) => {
  const { server, url } = await newServerProcess();
  const an = await newMember(url, 'An');
  await newFlood(url, peers, what === 'requests of the page' ? '' : upgrade(), unit);
  for (let count = 0; count < 5; count++) await an.ask({ data: 'send', content: 'còn đây' });
  server.child.kill('SIGTERM');
  expect(await an.closed()).toBe(1001);
  expect(await server.exited).toEqual(clean);
  expect(server.stderr).toBe('');
  expect(await refusalOf(url)).toBe('ECONNREFUSED');
});

test('SIGTERM: a second signal ends it at once', async () => {
  const { server, url } = await newServerProcess();
  const an = await newMember(url, 'An');
  await newRawPeer(url);
  server.child.kill('SIGTERM');
  expect(await an.closed()).toBe(1001);
  // What comes within a tenth of a second counts as the first one, so they go on until it has ended.
  let isOver = false;
  void server.exited.then(() => {
    isOver = true;
  });
  while (!isOver) {
    server.child.kill('SIGINT');
    await refusalOf(url);
  }
  expect(await server.exited).toEqual({ code: 1, signal: null });
});

test('SIGTERM: the same signal passed on by npm is not a second one', async () => {
  const { server, url } = await newServerProcess();
  await newRawPeer(url);
  server.child.kill('SIGINT');
  server.child.kill('SIGTERM');
  expect(await server.exited).toEqual(clean);
});

test('SIGTERM: it ends even if the reader of its log has stopped reading', { timeout: 20_000 }, async () => {
  const dataFile = join(await newFolder(), 'data.json');
  const server = newProcess(['--port', '0', '--data', dataFile, '--log', 'json']);
  const an = await newMember(await server.url(), 'An');
  server.child.stdout.pause();
  for (let count = 0; count < 20_000; count++) an.sayRaw('no JSON: one line of log');
  for (let count = 0; count < 20_000; count++) await an.next();
  try {
    server.child.kill('SIGTERM');
    expect(await an.closed()).toBe(1001);
    const [code] = await once(server.child, 'exit');
    expect(code).toBe(0);
  } finally {
    // A reader that is there again lets even a stuck server go.
    server.child.stdout.resume();
  }
});
