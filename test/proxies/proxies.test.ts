/** The server behind real proxies that are configured with the files in deploy/proxies. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { type Certificate, newAuthority } from '../helpers/authority.ts';
import { openChat, useBrowser } from '../helpers/browser.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { newPort } from '../helpers/port.ts';
import { newCaddy, newNginx, nginxHere, snippet } from '../helpers/reverse-proxy.ts';
import { newServer } from '../helpers/server.ts';
import { newTarget } from '../helpers/target.ts';

const browser = useBrowser();

type WithTls = (target: string, certificate: Certificate) => Promise<string>;
type UnderPath = (target: string) => Promise<string>;

const portOf = (url: string) => new URL(url).port;

/** Each resolves to the address at which the target is reached through the proxy. */
const proxies: Record<string, { whole: WithTls; underPath: UnderPath }> = {
  nginx: {
    async whole(target, { cert, key }) {
      const [port, plainPort] = [await newPort(), await newPort()];
      const blocks = await snippet('nginx.conf', {
        ...nginxHere(port, plainPort),
        '/etc/ssl/chat.example/fullchain.pem': cert,
        '/etc/ssl/chat.example/privkey.pem': key,
        '127.0.0.1:5000': `127.0.0.1:${portOf(target)}`,
      });
      await newNginx(blocks, port);
      return `wss://localhost:${port}/`;
    },
    async underPath(target) {
      const port = await newPort();
      const location = await snippet('nginx-subpath.conf', {
        '127.0.0.1:5000': `127.0.0.1:${portOf(target)}`,
      });
      await newNginx(`server { listen 127.0.0.1:${port};\n${location}}`, port);
      return `ws://127.0.0.1:${port}/chat/`;
    },
  },
  caddy: {
    async whole(target, { cert, key }) {
      const port = await newPort();
      const blocks = await snippet('Caddyfile', {
        'chat.example {': `https://localhost:${port} {\n\ttls ${cert} ${key}`,
        '127.0.0.1:5000': `127.0.0.1:${portOf(target)}`,
      });
      await newCaddy(blocks, port);
      return `wss://localhost:${port}/`;
    },
    async underPath(target) {
      const port = await newPort();
      const blocks = await snippet('Caddyfile.subpath', {
        'www.example {': `http://127.0.0.1:${port} {`,
        '127.0.0.1:5000': `127.0.0.1:${portOf(target)}`,
      });
      await newCaddy(blocks, port);
      return `ws://127.0.0.1:${port}/chat/`;
    },
  },
};

const kinds = Object.keys(proxies).map((name) => [name, proxies[name] as (typeof proxies)[string]] as const);

test.each(kinds)(
  'behind %s with TLS, people chat in a browser under the page’s own policy',
  async (_, { whole }) => {
    const { url } = await newServer();
    const certificate = await (await newAuthority()).issue(['localhost']);
    const outside = await whole(url, certificate);
    const { chat: an } = await openChat(browser(), outside.replace('wss:', 'https:'), {
      ignoreHTTPSErrors: true,
    });
    await an.join('An');
    await an.say('qua một máy chủ đứng trước');
    await an.sees('qua một máy chủ đứng trước');
  },
);

test.each(kinds)('%s says who is calling, and how', async (_, { whole }) => {
  const target = await newTarget();
  const authority = await newAuthority();
  const outside = await whole(target.url, await authority.issue(['localhost']));
  const client = await newClient(outside, { ca: authority.ca });
  await client.next();
  const host = new URL(outside).host;
  expect(target.headers).toMatchObject([
    { host, 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' },
  ]);
});

test.each(kinds)(
  'what a caller claims of itself, %s does not pass on as its own word',
  async (_, { whole }) => {
    const target = await newTarget();
    const authority = await newAuthority();
    const outside = await whole(target.url, await authority.issue(['localhost']));
    const headers = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'gopher' };
    await (await newClient(outside, { ca: authority.ca, headers })).next();
    const [seen] = target.headers;
    // The server reads it from the right.
    expect(seen?.['x-forwarded-for']).toMatch(/(?:^|, )127\.0\.0\.1$/);
    expect(seen?.['x-forwarded-proto']).toBe('https');
  },
);

test.each(kinds)(
  '%s leads a path of a site to the chat: its page, and its WebSocket',
  async (_, { underPath }) => {
    const { url } = await newServer();
    const outside = await underPath(url);
    const { chat: an } = await openChat(browser(), outside.replace(/\/$/, ''));
    await an.join('An');
    const binh = await newMember(outside, 'Bình');
    await an.say('dưới một đường dẫn');
    expect(await binh.next()).toMatchObject({ datatype: 'message', content: 'dưới một đường dẫn' });
  },
);

test('nginx sends whoever comes without TLS to the address with it', async () => {
  const { url } = await newServer();
  const { cert, key } = await (await newAuthority()).issue(['localhost']);
  const [port, plainPort] = [await newPort(), await newPort()];
  const blocks = await snippet('nginx.conf', {
    'listen 80;': `listen 127.0.0.1:${plainPort};`,
    'listen 443 ssl;': `listen 127.0.0.1:${port} ssl;`,
    '/etc/ssl/chat.example/fullchain.pem': cert,
    '/etc/ssl/chat.example/privkey.pem': key,
    '127.0.0.1:5000': `127.0.0.1:${portOf(url)}`,
  });
  await newNginx(blocks, port);
  const asking = request({
    host: '127.0.0.1',
    port: plainPort,
    path: '/x?y',
    headers: { host: 'chat.example' },
  });
  const [response] = (await once(asking.end(), 'response')) as [IncomingMessage];
  expect(response.resume().headers.location).toBe('https://chat.example/x?y');
});

/** nginx with the snippet's location, but another time limit for silence. */
async function impatientNginx(target: string): Promise<string> {
  const port = await newPort();
  const location = await snippet('nginx-subpath.conf', {
    '127.0.0.1:5000': `127.0.0.1:${portOf(target)}`,
    'proxy_read_timeout 60s;': 'proxy_read_timeout 1s;',
    'proxy_send_timeout 60s;': 'proxy_send_timeout 1s;',
  });
  await newNginx(`server { listen 127.0.0.1:${port};\n${location}}`, port);
  return `ws://127.0.0.1:${port}/chat/`;
}

test('pings keep a connection open on which nobody says anything for longer than nginx waits', async () => {
  const { url } = await newServer({ pingInterval: 0.25 });
  const an = await newMember(await impatientNginx(url), 'An');
  for (let pings = 0; pings < 8; pings++) expect(await an.next()).toMatchObject({ type: 'ping' });
  expect(await an.ask({ data: 'send', content: 'vẫn còn đây' })).toMatchObject({ status: true });
});

test('without pings nginx cuts such a connection off', async () => {
  const { url } = await newServer({ pingInterval: 3600 });
  const an = await newMember(await impatientNginx(url), 'An');
  expect(await an.closed()).toBe(1006);
});

test.each([
  ['proxy_http_version 1.1;', 'HTTP/1.1 (it came as HTTP/1.0)'],
  ['proxy_set_header Upgrade    $http_upgrade;', 'the header "Upgrade: websocket"'],
  ['proxy_set_header Connection "upgrade";', 'the header "Connection: Upgrade"'],
])('an nginx without %s is told so', async (line, lacks) => {
  const { url } = await newServer();
  const port = await newPort();
  const location = await snippet('nginx-subpath.conf', {
    '127.0.0.1:5000': `127.0.0.1:${portOf(url)}`,
    [line]: '',
  });
  await newNginx(`server { listen 127.0.0.1:${port};\n${location}}`, port);
  const headers = {
    ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  const asking = request({ host: '127.0.0.1', port, path: '/chat/', headers }).end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  const body = await text(response);
  expect(response.statusCode).toBe(426);
  expect(body).toContain(lacks);
});
