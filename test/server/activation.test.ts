import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { takePassedSocket } from '../../src/hosting/activation.ts';
import { newSupervised, socketFile } from '../helpers/activation.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { newPort } from '../helpers/port.ts';
import { executable, newProcess } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';
import { wholeHistory } from '../helpers/talker.ts';
import { Visitors } from '../helpers/visitors.ts';

const run = promisify(execFile);

test.each([
  [{}, undefined],
  [{ LISTEN_PID: '7', LISTEN_FDS: '1' }, 3],
  [{ LISTEN_PID: '7', LISTEN_FDS: '1', LISTEN_FDNAMES: 'chat', LISTEN_PIDFDID: '9' }, 3],
  [{ LISTEN_PID: '8', LISTEN_FDS: '1' }, undefined],
  [{ LISTEN_FDS: '1' }, undefined],
  [{ LISTEN_PID: '7' }, undefined],
  [{ LISTEN_PID: '7', LISTEN_FDS: '0' }, undefined],
  [{ LISTEN_PID: '7', LISTEN_FDS: 'x' }, undefined],
])('process 7 with %j listens on descriptor %s, and its children know nothing of it', (variables, fd) => {
  const env = { HOME: '/', ...variables };
  expect(takePassedSocket(env, 7)).toBe(fd);
  expect(env).toEqual({ HOME: '/' });
});

test('several sockets are refused', () => {
  expect(() => takePassedSocket({ LISTEN_PID: '7', LISTEN_FDS: '2' }, 7)).toThrow(
    'systemd passes 2 sockets, but the server listens on one: give its socket unit one ListenStream=',
  );
});

test('a descriptor that is no listening socket is one line', async () => {
  const server = newProcess(['--data', join(await newFolder(), 'data.json')], {
    command: 'sh',
    before: ['-c', 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@" 3</dev/null', 'sh', process.execPath, executable],
  });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.stderr).toBe('cannot listen on descriptor 3: invalid argument (EINVAL)\n');
});

test('the variables of another process are none of ours', async () => {
  const env = { LISTEN_PID: '1', LISTEN_FDS: '2' };
  const args = ['--port', '0', '--data', join(await newFolder(), 'data.json')];
  expect(await newProcess(args, { env }).url()).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/$/);
});

test('systemd-socket-activate, where it is there, starts the server for the first client, whatever --host and --port are', async () => {
  const isThere = await run('sh', ['-c', 'command -v systemd-socket-activate']).then(
    () => true,
    () => false,
  );
  const port = await newPort();
  const args = ['--data', join(await newFolder(), 'data.json'), '--host', '192.0.2.1', '--port', '1'];
  const url = `ws://127.0.0.1:${port}/`;
  if (isThere) {
    const before = ['-l', `127.0.0.1:${port}`, process.execPath, executable];
    const server = newProcess(args, { command: 'systemd-socket-activate', before });
    await once(server.child.stderr, 'data');
    const an = await newMember(url, 'An');
    expect(await server.url()).toBe(url);
    expect(await an.ask({ data: 'send', content: 'chào' })).toMatchObject({ status: true });
    expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  } else {
    const server = await newSupervised({ host: '127.0.0.1', port }, args);
    const an = await newMember(url, 'An');
    expect(await an.ask({ data: 'send', content: 'chào' })).toMatchObject({ status: true });
    expect(server.lines.join('\n')).toContain(`listening on ${url}`);
  }
});

test('a Unix socket is listened on too; who comes through it counts as this machine', async () => {
  const folder = await newFolder();
  const path = join(folder, 'chat.sock');
  const url = `ws+unix://${socketFile(path)}:/`;
  const server = await newSupervised({ path }, ['--data', join(folder, 'data.json')]);
  expect(server.lines.join('\n')).toContain('listening on a Unix socket');
  const an = await newMember(url, 'An');
  // More at once than a stranger may send.
  for (let count = 0; count < 30; count++) an.say({ data: 'send', content: 'chào' });
  for (let count = 0; count < 30; count++) expect(await an.next()).toMatchObject({ status: true });
  expect(server.lines.join('\n')).toContain('"address":"127.0.0.1"');
  // The socket outlives its server.
  await server.restart();
  expect(await wholeHistory(url)).toHaveLength(30);
});

test('restarts refuse nobody when systemd holds the socket: who comes meanwhile waits', async () => {
  const port = await newPort();
  const args = ['--data', join(await newFolder(), 'data.json'), '--ping-interval', '3600'];
  const server = await newSupervised({ host: '127.0.0.1', port }, args);
  const url = `ws://127.0.0.1:${port}/`;
  const visitors = new Visitors(url);
  for (let count = 0; count < 3; count++) {
    const stayer = await newClient(url);
    await server.restart();
    expect(await stayer.closed()).toBe(1001);
  }
  const { served, others } = await visitors.end();
  expect(others).toEqual([]);
  expect(served).toBeGreaterThan(0);
});

test('the addresses for other machines are those of the socket, not those of --host', async () => {
  const othersOf = (lines: string[]) =>
    lines.find((line) => line.includes('from other machines'))?.replace(/^.*"msg":|:\d+/g, '');
  const data = async () => join(await newFolder(), 'data.json');
  const everywhere = newProcess([
    '--host',
    '0.0.0.0',
    '--port',
    '0',
    '--data',
    await data(),
    '--log',
    'json',
  ]);
  await everywhere.url();
  await everywhere.stop('SIGTERM');
  for (const [host, expected] of [['0.0.0.0', othersOf(everywhere.lines)] as const, ['127.0.0.1'] as const]) {
    const held = await newSupervised({ host, port: 0 }, ['--data', await data(), '--host', '127.0.0.2']);
    await held.restart();
    expect(othersOf(held.lines)).toBe(expected);
  }
});

test('who connects while no server runs is served by the next one', async () => {
  const port = await newPort();
  const args = ['--data', join(await newFolder(), 'data.json'), '--drain', '2'];
  const server = await newSupervised({ host: '127.0.0.1', port }, args);
  const url = `ws://127.0.0.1:${port}/`;
  const an = await newMember(url, 'An');
  const restarted = server.restart();
  expect(await an.closed()).toBe(1001);
  const early = connect(port, '127.0.0.1');
  await once(early, 'connect');
  early.destroy();
  await newMember(url, 'An');
  await restarted;
});
