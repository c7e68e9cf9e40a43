/** The end of a server whose log goes where nobody takes it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Client, newMember } from '../helpers/client.ts';
import { newSmallDisk } from '../helpers/disk.ts';
import { until } from '../helpers/gate.ts';
import { newPort } from '../helpers/port.ts';
import { executable } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';

/** `closed`: how the process has ended, once it has and its standard output was read. */
type Started = {
  child: ChildProcess;
  closed: Promise<unknown[]>;
  pid: () => number;
  url: string;
  code: () => number | undefined;
};

/** A server that logs much, started with this standard output, in a terminal that is `script`'s or without one. */
async function start(stdout: number | 'pipe', isTerminal = false): Promise<Started> {
  const port = await newPort();
  const folder = await newFolder();
  const exit = join(folder, 'exit');
  const data = join(folder, 'data.json');
  const limits = ['--log-content', '--max-content', '20000'];
  const args = ['--port', `${port}`, '--data', data, '--log', 'json', ...limits];
  // The shell outlives the terminal, to tell how the server has ended.
  const line = [
    `${[process.execPath, executable, ...args].join(' ')} & pid=$!`,
    'trap "kill -HUP $pid" HUP',
    'wait $pid; code=$?',
    'if [ $code = 129 ]; then wait $pid; code=$?; fi',
    `echo $code > ${exit}; exit $code`,
  ].join('; ');
  const [command, all] = isTerminal
    ? ['script', ['-qefc', line, '/dev/null']]
    : [process.execPath, [executable, ...args]];
  const child = spawn(command, all as string[], { stdio: ['ignore', stdout, 'ignore'], detached: true });
  const closed = once(child, 'close');
  const childOf = (pid: number) => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
  const pid = () => (isTerminal ? childOf(childOf(Number(child.pid))) : Number(child.pid));
  const code = () => (existsSync(exit) ? Number.parseInt(readFileSync(exit, 'utf8'), 10) : undefined);
  onTestFinished(() => {
    for (const one of [Number(child.pid), -Number(child.pid)]) {
      try {
        process.kill(one, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
  });
  return { child, closed, pid, url: `ws://127.0.0.1:${port}/`, code };
}

/** A member of a server that has just been started. */
async function newMemberSoon(url: string, name: string): Promise<Client> {
  for (;;) {
    const socket = new WebSocket(url);
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.on('open', () => resolve(true)).on('error', () => resolve(false));
    });
    socket.terminate();
    if (isOpen) return newMember(url, name);
  }
}

const longest = 'x'.repeat(5000);

/**
 * Says so much that what the log has to hold does not fit into any buffer on its way, though no more than 89 of the
 * messages are logged in a second.
 */
async function talk(client: Client, messages: number): Promise<void> {
  for (let number = 0; number < messages; number++) client.say({ data: 'send', content: longest });
  for (let number = 0; number < messages; ) {
    const { type, status } = await client.next();
    if (type !== 'send') continue;
    expect(status).toBe(true);
    number++;
  }
}

/** A process is over, or waits only for its parent to ask how it ended. */
function isOver(pid: number): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

test.each([
  ['a full device', async () => openSync('/dev/full', 'w')],
  [
    'a full disk',
    async () => {
      const folder = (await newSmallDisk(4)) ?? '/dev';
      return openSync(folder === '/dev' ? '/dev/full' : join(folder, 'log'), 'w');
    },
  ],
  ['a pipe that nobody reads', async () => 'pipe' as const],
])('a log that goes to %s stalls neither the chat nor its end', async (_, open) => {
  const { child, closed, pid, url } = await start(await open());
  const an = await newMemberSoon(url, 'An');
  await talk(an, 100);
  process.kill(pid(), 'SIGTERM');
  expect(await an.closed()).toBe(1001);
  // Only now is the pipe read, so that it can be closed.
  await until(() => isOver(pid()));
  child.stdout?.resume();
  expect(await closed).toEqual([0, null]);
});

test('a log that goes to a terminal that nobody reads stalls neither the chat nor its end', async () => {
  const { child, closed, pid, url } = await start('pipe', true);
  const an = await newMemberSoon(url, 'An');
  await talk(an, 100);
  const server = pid();
  process.kill(server, 'SIGTERM');
  expect(await an.closed()).toBe(1001);
  await until(() => isOver(server));
  child.stdout?.resume();
  expect(await closed).toEqual([0, null]);
});

test('a terminal that is gone ends the server as a signal does, with 1001 and exit code 0', async () => {
  const { child, url, code } = await start('pipe', true);
  child.stdout?.resume();
  const an = await newMemberSoon(url, 'An');
  await talk(an, 10);
  child.kill('SIGKILL');
  expect(await an.closed()).toBe(1001);
  await until(() => Number.isInteger(code()));
  expect(code()).toBe(0);
});

test('a second signal ends a server at once even if nobody reads its log', async () => {
  const { child, closed, pid, url } = await start('pipe');
  const an = await newMemberSoon(url, 'An');
  // It does not answer the close frame, so the end takes its time.
  an.socket.pause();
  for (let number = 0; number < 100; number++) an.say({ data: 'send', content: longest });
  const server = pid();
  // What comes within a tenth of a second counts as the first one, so they go on until it has ended.
  await until(() => {
    if (!isOver(server)) process.kill(server, 'SIGTERM');
    return isOver(server);
  });
  child.stdout?.resume();
  expect(await closed).toEqual([1, null]);
});
