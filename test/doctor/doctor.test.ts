/** The doctor at servers without a proxy, good ones and others, and its command. */
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { newMember } from '../helpers/client.ts';
import { checksWith, findingsOf } from '../helpers/doctor.ts';
import { newProcess } from '../helpers/process.ts';
import { refusalOf } from '../helpers/raw.ts';
import { newFolder, newServer } from '../helpers/server.ts';

test('a good server has no fault, and its members do not notice the doctor', async () => {
  const { url } = await newServer({ pingInterval: 0.1 });
  const an = await newMember(url, 'An');
  const told = await findingsOf(url, { idleMs: 1000 });
  expect(checksWith(told, 'fail')).toEqual([]);
  expect(checksWith(told, 'pass')).toEqual(
    expect.arrayContaining(['tcp', 'page', 'upgrade', 'origin', 'protocol', 'close', 'idle']),
  );
  expect(told.idle?.text).toMatch(/survived 1 s; the server pings every \d\.\d s/);
  const frames = await an.pending();
  expect(frames.filter(({ type }) => type !== 'ping')).toEqual([]);
});

test('a server without a page, and one that hardly pings', async () => {
  const { url } = await newServer({ page: false });
  const told = await findingsOf(url, { idleMs: 50 });
  expect(told.page).toMatchObject({ result: 'pass', text: expect.stringContaining('no page') });
  expect(told.idle).toMatchObject({ result: 'warn', advice: expect.stringContaining('--ping-interval') });
});

test('a name is resolved, and each of its addresses is tried', async () => {
  const { url } = await newServer();
  const told = await findingsOf(url.replace('127.0.0.1', 'localhost'));
  expect(told.dns).toMatchObject({
    result: 'pass',
    text: expect.stringMatching(/^localhost: .*127\.0\.0\.1/),
  });
  expect(told.tcp?.result).not.toBe('fail');
});

test('an unknown name and a closed port end it', async () => {
  expect(await findingsOf('http://nowhere.invalid/')).toEqual({
    dns: {
      result: 'fail',
      text: expect.stringContaining('nowhere.invalid does not resolve'),
      advice: expect.any(String),
    },
  });
  const { url, chat } = await newServer();
  await chat.close();
  expect(await refusalOf(url)).toBe('ECONNREFUSED');
  expect(await findingsOf(url)).toEqual({
    tcp: {
      result: 'fail',
      text: expect.stringContaining('ECONNREFUSED'),
      advice: expect.stringContaining('start the server'),
    },
  });
});

type Fake = {
  onRequest?: RequestListener;
  /** The status with which handshakes are answered, and the body; without it they are accepted. */
  refuse?: (origin: string | undefined) => { status: string; body?: string } | undefined;
  onOpen?: (socket: WebSocket) => void;
};

/** A server that is not quite one of ours. */
async function newFake({
  onRequest = sendPage,
  refuse = () => undefined,
  onOpen = behave,
}: Fake): Promise<string> {
  const server = createServer(onRequest);
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const refusal = refuse(request.headers.origin);
    if (refusal === undefined) sockets.handleUpgrade(request, socket, head, onOpen);
    else socket.end(`HTTP/1.1 ${refusal.status}\r\nConnection: close\r\n\r\n${refusal.body ?? ''}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    for (const socket of sockets.clients) socket.terminate();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const policy = "default-src 'none'; script-src 'self'; connect-src 'self'";

function sendPage(_: unknown, response: ServerResponse, more: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy, ...more });
  response.end('<title>Chat</title>');
}

function behave(socket: WebSocket): void {
  socket.on('error', () => {});
  socket.on('message', () => socket.send('{"type":"get","status":false,"reason":"UnknownRegister"}'));
}

test.each<[string, RequestListener, RegExp, RegExp]>([
  [
    'leads elsewhere',
    (_, response) => response.writeHead(301, { location: 'https://other.example/' }).end(),
    /redirects \(301\) to https:\/\/other/,
    /use that address/,
  ],
  ['is not there', (_, response) => response.writeHead(404).end(), /no page at this path/, /sub-path/],
  ['is forbidden', (_, response) => response.writeHead(403).end(), /refused \(403\)/, /rules of the proxy/],
  [
    'has no server behind its proxy',
    (_, response) => response.writeHead(502).end(),
    /cannot reach the server \(502\)/,
    /proxy_pass/,
  ],
  [
    'is asked for under a strange name',
    (_, response) => response.writeHead(421).end('not a.example\n'),
    /does not know this host \(421\): not a\.example$/,
    /--hosts/,
  ],
  [
    'is a picture',
    (_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(),
    /got image\/png/,
    /address of the chat/,
  ],
  [
    'has lost its policy',
    (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(),
    /no Content-Security-Policy/,
    /proxy_hide_header/,
  ],
  [
    'has a policy that lets any script run',
    (request, response) =>
      sendPage(request, response, { 'content-security-policy': "script-src 'self' 'unsafe-inline'" }),
    /'unsafe-inline'/,
    /add_header/,
  ],
  [
    'has a second policy that keeps it from its server',
    (request, response) =>
      sendPage(request, response, {
        'content-security-policy': `${policy}, default-src https://cdn.example`,
      }),
    /script-src https:\/\/cdn\.example/,
    /add_header/,
  ],
])('a page that %s', async (_, onRequest, text, advice) => {
  const { page } = await findingsOf(await newFake({ onRequest }));
  expect(page).toMatchObject({
    result: 'fail',
    text: expect.stringMatching(text),
    advice: expect.stringMatching(advice),
  });
});

test.each<[string, string, RegExp, RegExp]>([
  ['200 OK', '<html>', /got a page \(200\)/, /proxy_set_header Upgrade/],
  ['301 Moved Permanently', '', /redirected \(301\)/, /redirects to/],
  ['400 Bad Request', 'lacks this', /refused \(400\): lacks this/, /proxy_set_header Upgrade/],
  [
    '426 Upgrade Required',
    'lacks that\nand more',
    /refused \(426\): lacks that$/,
    /proxy_set_header Upgrade/,
  ],
  ['401 Unauthorized', '', /requires an access token/, /\?access_token=/],
  ['403 Forbidden', 'not this host', /refused \(403\): not this host/, /--hosts/],
  ['421 Misdirected Request', 'not a.example', /refused \(421\): not a\.example/, /--hosts/],
  ['404 Not Found', '', /no chat at this path/, /slash/],
  ['429 Too Many Requests', '', /no more connections right now \(429\)/, /--max-per-address/],
  ['503 Service Unavailable', '', /no more connections right now \(503\)/, /--max-connections/],
  ['502 Bad Gateway', '', /cannot reach the server \(502\)/, /proxy_pass/],
  ['418 Teapot', '', /refused \(418\)/, /rules of the proxy/],
])('a handshake that is answered %s', async (status, body, text, advice) => {
  const told = await findingsOf(await newFake({ refuse: () => ({ status, body }) }));
  expect(told.upgrade).toMatchObject({
    result: 'fail',
    text: expect.stringMatching(text),
    advice: expect.stringMatching(advice),
  });
  expect(told.protocol).toBeUndefined();
});

test('a server that refuses its own page, one that lets in any, and one that does it right', async () => {
  const forbidden = { status: '403 Forbidden' };
  const own = await findingsOf(
    await newFake({ refuse: (origin) => (origin === undefined ? undefined : forbidden) }),
  );
  expect(own.upgrade).toMatchObject({
    result: 'fail',
    text: expect.stringContaining('programs can open'),
    advice: expect.stringContaining('Host $http_host'),
  });
  const any = await findingsOf(await newFake({}));
  expect(any.origin).toMatchObject({ result: 'warn', advice: expect.stringContaining('--origins') });
  const right = await findingsOf(
    await newFake({ refuse: (origin) => (origin?.includes('127.0.0.1') ? undefined : forbidden) }),
  );
  expect(right.origin).toMatchObject({ result: 'pass' });
  const full = await findingsOf(
    await newFake({
      refuse: (origin) => (origin?.includes('127.0.0.1') ? undefined : { status: '429 Too Many' }),
    }),
  );
  expect(full.origin).toMatchObject({ result: 'warn', text: expect.stringContaining('429') });
});

test('a server that loses close codes, and one of another protocol', async () => {
  const rude = await findingsOf(
    await newFake({
      onOpen: (socket) => {
        behave(socket);
        socket.removeAllListeners('message').on('message', () => socket.send('hello'));
        socket.on('error', () => socket.terminate());
      },
    }),
  );
  expect(rude.protocol).toMatchObject({ result: 'fail', text: expect.stringContaining('got the reply {}') });
  const lost = await findingsOf(
    await newFake({
      onOpen: (socket) => {
        socket.on('error', () => {});
        socket.on('message', () => {
          socket.send('{"type":"get","status":false,"reason":"UnknownRegister"}', () => socket.terminate());
        });
      },
    }),
  );
  expect(lost.close).toMatchObject({
    result: 'fail',
    text: expect.stringContaining('got 1006, 1007 instead'),
  });
});

test('a server that does not say what it sees', async () => {
  expect((await findingsOf(await newFake({}))).address).toMatchObject({
    result: 'warn',
    advice: expect.stringContaining('doctor.json'),
  });
});

/** Runs the command to its end. */
async function doctor(args: string[], env: Record<string, string> = {}) {
  const command = newProcess(['doctor', ...args], { env });
  const { code } = await command.exited;
  return { code, lines: command.lines, stderr: command.stderr };
}

async function newChat(): Promise<string> {
  return newProcess(['--port', '0', '--data', join(await newFolder(), 'data.json')]).url();
}

test('the command: one line a check, 0 if nothing is wrong, and never the token', async () => {
  const { code, lines, stderr } = await doctor([
    `${await newChat()}?access_token=geheim`,
    '--quick',
    '--lang',
    'en',
  ]);
  expect([code, stderr]).toEqual([0, '']);
  expect(lines[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(lines.filter((line) => /^[✓!✗] [a-z]+ +\S/.test(line)).map((line) => line.split(/ +/)[1])).toEqual([
    'node',
    'tcp',
    'page',
    'address',
    'upgrade',
    'origin',
    'protocol',
    'close',
  ]);
  expect(lines.at(-1)).toMatch(/^problems: 0, warnings: \d$/);
  expect(lines.join('\n')).not.toContain('geheim');
});

test('the command: 1 if something is wrong, with what to change, in the language of the log', async () => {
  const url = `${await newChat()}nothing`;
  const english = await doctor([url, '--quick'], { CHAT_LANG: 'en' });
  expect(english.code).toBe(1);
  expect(english.lines.join('\n')).toMatch(/^✗ page +no page at this path \(404\)\n +→ check the path/m);
  const vietnamese = await doctor([url, '--quick'], { LANG: 'vi_VN.UTF-8' });
  expect(vietnamese.lines.join('\n')).toMatch(
    /^✗ trang +không có trang nào ở đường dẫn này \(404\)\n +→ hãy kiểm tra/m,
  );
});

test('the command: --json prints one object', async () => {
  const { code, lines } = await doctor([
    `${await newChat()}nothing?access_token=geheim`,
    '--quick',
    '--json',
  ]);
  expect(lines).toHaveLength(1);
  const report = JSON.parse(`${lines[0]}`);
  expect(code).toBe(1);
  expect(report).toEqual({ url: expect.stringMatching(/\/nothing$/), ok: false, checks: expect.any(Array) });
  for (const { check, result, text, advice, ...rest } of report.checks) {
    expect([check, text]).toEqual([expect.any(String), expect.any(String)]);
    expect(['pass', 'warn', 'fail']).toContain(result);
    expect(typeof advice).toBe(result === 'pass' ? 'undefined' : 'string');
    expect(rest).toEqual({});
  }
});

test.each([
  [[]],
  [['chat.example']],
  [['http://a/', 'http://b/']],
  [['http://a/', '--fast']],
  [['http://a/', '--lang', 'fr']],
])('the command: %j is 2 and the usage', async (args) => {
  const { code, lines, stderr } = await doctor(args);
  expect([code, lines]).toEqual([2, []]);
  expect(stderr).toMatch(/^Usage: classic-chatbox-server doctor URL/);
});

test('the command: --help prints the usage', async () => {
  const { code, lines } = await doctor(['--help']);
  expect(code).toBe(0);
  expect(lines[0]).toMatch(/^Usage: classic-chatbox-server doctor URL/);
});

test('what a strange server says cannot control the terminal', async () => {
  const url = await newFake({ refuse: () => ({ status: '400 Bad Request', body: '\x1b[2J\u202ehidden' }) });
  const { lines } = await doctor([url, '--quick', '--lang', 'en']);
  expect(lines.join('\n')).toContain('\\u001b[2J');
  for (const character of ['\u001b', '\u202e']) expect(lines.join('\n')).not.toContain(character);
});
