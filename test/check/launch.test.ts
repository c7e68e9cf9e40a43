import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { accepts, Launch } from '../../src/check/launch.ts';
import { until } from '../helpers/gate.ts';
import { newLastingPort } from '../helpers/port.ts';

/** Accepts WebSockets without a package, and starts a child that would outlive it. */
const program = (port: number) => `
  const { spawn } = require('node:child_process');
  const { createHash } = require('node:crypto');
  const child = spawn('sleep', ['600']);
  const server = require('node:http').createServer().listen(${port});
  server.on('upgrade', ({ headers }, socket) => {
    const key = headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
    const accept = createHash('sha1').update(key).digest('base64');
    socket.on('error', () => {});
    socket.write(['HTTP/1.1 101 Go', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Accept: ' + accept, '', ''].join('\\r\\n'));
    console.log(process.pid, child.pid);
  });
`;
const commandFor = (port: number) => `echo before; ${process.execPath} -e "$PROGRAM_${port}"`;

async function newLaunch(): Promise<Launch & { url: string }> {
  const port = await newLastingPort();
  process.env[`PROGRAM_${port}`] = program(port);
  const url = `ws://127.0.0.1:${port}/`;
  const launch = new Launch({ command: commandFor(port), url, patienceMs: 60_000 });
  onTestFinished(() => launch.kill());
  return Object.assign(launch, { url });
}

/** Whether it runs. A process that nobody has asked about since its end is still listed, as a zombie. */
function lives(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

async function pidsOf(launch: Launch): Promise<number[]> {
  await until(() => launch.lines.some((line) => /^\d+ \d+$/.test(line)));
  return (launch.lines.find((line) => /^\d+ \d+$/.test(line)) ?? '').split(' ').map(Number);
}

test('check starts a server, kills it with all that it has started, and starts it again', async () => {
  const launch = await newLaunch();
  expect(await launch.start()).toBe('accepting');
  const before = await pidsOf(launch);
  expect(before.map(lives)).toEqual([true, true]);

  expect(await launch.restart()).toBe('accepting');
  await until(() => !before.some(lives));
  const after = await pidsOf(launch);
  expect(after).not.toEqual(before);

  await launch.kill();
  await until(() => !after.some(lives));
  expect(await accepts(launch.url)).toBe(false);
});

test('check does not start a server where another one answers', async () => {
  const launch = await newLaunch();
  await launch.start();
  const other = new Launch({ command: 'echo never', url: launch.url, patienceMs: 60_000 });
  expect(await other.start()).toBe('occupied');
  expect(other.lines).toEqual([]);
});

test('check keeps what a server said before it died', async () => {
  const url = `ws://127.0.0.1:${await newLastingPort()}/`;
  const command = 'seq 1 30; echo "no \\033[2J such file" >&2; exit 3';
  const launch = new Launch({ command, url, patienceMs: 60_000 });
  expect(await launch.start()).toBe('exited');
  expect(launch.lines).toHaveLength(20);
  expect(launch.lines).toContain('30');
  expect(launch.lines).toContain('no \\u001b[2J such file');
});

test('check gives up on a server that never accepts, and ends it', async () => {
  const url = `ws://127.0.0.1:${await newLastingPort()}/`;
  const launch = new Launch({ command: 'echo $$; exec sleep 600', url, patienceMs: 300 });
  expect(await launch.start()).toBe('silent');
  const [pid = 0] = launch.lines.map(Number);
  expect(lives(pid)).toBe(true);
  await launch.kill();
  await until(() => !lives(pid));
});

test('a check that is killed takes the server with it', async () => {
  const module = new URL('../../dist/check/launch.js', import.meta.url).href;
  const url = `ws://127.0.0.1:${await newLastingPort()}/`;
  const script = `
    const { Launch } = await import('${module}');
    const launch = new Launch({ command: 'echo $$; exec sleep 600', url: '${url}', patienceMs: 600000 });
    void launch.start();
    const timer = setInterval(() => launch.lines.length > 0 && console.log(launch.lines[0]), 10);
  `;
  const check = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: check.stdout }), 'line');
  const pid = Number(line);
  expect(lives(pid)).toBe(true);
  check.kill('SIGKILL');
  await until(() => !lives(pid));
});
