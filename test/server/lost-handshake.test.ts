/** Handshakes that a proxy on their way has spoilt, or that are wrong by themselves: one clear answer for each. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { newMember } from '../helpers/client.ts';
import { allOf, newPeer, upgrade } from '../helpers/raw.ts';
import { newServer } from '../helpers/server.ts';

async function answerTo(url: string, request: string): Promise<{ head: string; body: string }> {
  const peer = await newPeer(url);
  peer.write(request);
  const [head = '', body = ''] = (await allOf(peer)).split(/\r\n\r\n(.*)/s);
  return { head: head.toLowerCase(), body };
}

const without = (...names: string[]) =>
  names.reduce((text, name) => text.replace(new RegExp(`^${name}: .*\r\n`, 'm'), ''), upgrade());

const nginxLines = [
  'proxy_http_version 1.1;',
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection "upgrade";',
];

const lost: [what: string, request: string, lacks: string][] = [
  ['Upgrade', without('Upgrade'), 'lacks the header "Upgrade: websocket".'],
  ['Connection', without('Connection'), 'lacks the header "Connection: Upgrade".'],
  [
    'both, as nginx does unless told otherwise',
    without('Upgrade').replace('Connection: Upgrade', 'Connection: close').replace('HTTP/1.1', 'HTTP/1.0'),
    'lacks HTTP/1.1 (it came as HTTP/1.0), the header "Upgrade: websocket", the header "Connection: Upgrade".',
  ],
  ['HTTP/1.1', upgrade().replace('HTTP/1.1', 'HTTP/1.0'), 'lacks HTTP/1.1 (it came as HTTP/1.0).'],
  [
    'all but the key',
    without('Upgrade', 'Connection', 'Sec-WebSocket-Version'),
    'lacks the header "Upgrade: websocket", the header "Connection: Upgrade".',
  ],
];

test.each(lost)(
  'a handshake without %s is answered 426, which says what it lacks',
  async (_, request, lacks) => {
    for (const page of [true, false]) {
      const { url, entries } = await newServer({ page });
      const { head, body } = await answerTo(url, request);
      expect(head).toMatch(/^http\/1\.1 426 upgrade required\r\n/);
      expect(head).toMatch(/^content-type: text\/plain; charset=utf-8\r?$/m);
      expect(head).toMatch(/^upgrade: websocket\r?$/m);
      expect(body).toContain(lacks);
      for (const line of nginxLines) expect(body).toContain(line);
      expect(entries).toEqual([{ kind: 'rejection', address: '127.0.0.1', status: 426, reason: 'proxy' }]);
    }
  },
);

test.each([
  ['POST', upgrade().replace('GET', 'POST'), 405, 'opened with GET, not POST', /^allow: get\r?$/m],
  ['no key', without('Sec-WebSocket-Key'), 400, 'a valid Sec-WebSocket-Key', /^/],
  [
    'a short key',
    upgrade().replace('dGhlIHNhbXBsZSBub25jZQ==', 'dGhl'),
    400,
    'a valid Sec-WebSocket-Key',
    /^/,
  ],
  [
    'version 12',
    upgrade().replace('Version: 13', 'Version: 12'),
    426,
    'version 13',
    /^sec-websocket-version: 13/m,
  ],
  [
    'a protocol that is none',
    upgrade().replace('\r\n\r\n', '\r\nSec-WebSocket-Protocol: a,,b\r\n\r\n'),
    400,
    'Sec-WebSocket-Protocol',
    /^/,
  ],
] as const)('a handshake with %s is answered in the same form', async (_, request, status, text, header) => {
  const { url, entries } = await newServer();
  const { head, body } = await answerTo(url, request);
  expect(head).toMatch(new RegExp(`^http/1\\.1 ${status} `));
  expect(entries).toEqual([{ kind: 'rejection', address: '127.0.0.1', status, reason: 'handshake' }]);
  expect(head).toMatch(/^content-type: text\/plain; charset=utf-8\r?$/m);
  expect(head).toMatch(new RegExp(`^content-length: ${Buffer.byteLength(body)}\r?$`, 'm'));
  expect(head).toMatch(header);
  expect(body).toContain(text);
});

test('an ordinary request gets the page, over HTTP/1.0 too, and a whole handshake is accepted', async () => {
  const { url } = await newServer();
  for (const version of ['1.0', '1.1']) {
    const { head, body } = await answerTo(
      url,
      `GET / HTTP/${version}\r\nHost: chat\r\nConnection: close\r\n\r\n`,
    );
    expect(head).toMatch(/^http\/1\.1 200 /);
    expect(body).toContain('<title>');
  }
  await newMember(url, 'An');
});

test("on a program's own server the chat's page says it, and the rest of the site is left alone", async () => {
  const { chat } = await newServer();
  const site = createServer((request, response) => {
    if (request.url === '/chat/') chat.page(request, response);
    else response.end('mine');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    site.close();
    site.closeAllConnections();
  });
  await once(site, 'listening');
  const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  const spoilt = (path: string) => without('Upgrade').replace('GET /', `GET ${path}`);
  expect((await answerTo(url, spoilt('/chat/'))).body).toContain('lacks the header "Upgrade: websocket"');
  expect(
    (await answerTo(url, spoilt('/').replace('Connection: Upgrade', 'Connection: close'))).body,
  ).toContain('mine');
});
