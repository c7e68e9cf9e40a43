import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { newMember } from '../helpers/client.ts';
import { newServer } from '../helpers/server.ts';

const folder = new URL('../../dist/web/chat/', import.meta.url);

const pageOf = (url: string) => url.replace('ws:', 'http:');

/** Requests whose encoding is not undone. */
async function rawGet(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const { request } = await import('node:http');
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>(
    (resolve, reject) => {
      request(url, { method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
        response.on('error', reject);
      })
        .on('error', reject)
        .end();
    },
  );
}

async function scripts(): Promise<string[]> {
  const html = await readFile(new URL('index.html', folder), 'utf8');
  const files = new Set(html.match(/(?<=\.\/)assets\/[^"]+\.js(?=")/g));
  // What a script imports at its beginning is loaded with it.
  for (const file of files) {
    const script = await readFile(new URL(file, folder), 'utf8');
    for (const [, name] of script.matchAll(/\b(?:from|import)\s?["'`]\.\/([^"'`]+\.js)["'`]/g))
      files.add(`assets/${name}`);
  }
  return [...files];
}

test('the page and the WebSocket are at one address', async () => {
  const { url } = await newServer();
  const { status, headers, body } = await rawGet(pageOf(url));
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/html;charset=utf-8');
  expect(String(body)).toContain('<title>Classic Chatbox');
  await newMember(url, 'An');
});

test('nothing may run in the page but its own script files', async () => {
  const { url } = await newServer();
  for (const path of ['', 'index.html', 'config.json', ...(await scripts())]) {
    const { headers } = await rawGet(pageOf(url) + path);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
  const html = String((await rawGet(pageOf(url))).body);
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon[a-z]+=|https?:\/\//);
});

test('files are sent compressed as the client likes, and hold the same', async () => {
  const { url } = await newServer();
  const [script = ''] = await scripts();
  for (const path of ['', script]) {
    const plain = await rawGet(pageOf(url) + path, { 'accept-encoding': 'identity' });
    const brotli = await rawGet(pageOf(url) + path, { 'accept-encoding': 'gzip, deflate, br' });
    const gzip = await rawGet(pageOf(url) + path, { 'accept-encoding': 'gzip' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
    expect(gzip.headers['vary']).toBe('Accept-Encoding');
  }
});

test('a cached file is not sent again; hashed files are cached for ever, others revalidated', async () => {
  const { url } = await newServer();
  const [script = ''] = await scripts();
  for (const path of ['', script, 'widget.js']) {
    const first = await rawGet(pageOf(url) + path);
    const again = await rawGet(pageOf(url) + path, { 'if-none-match': String(first.headers['etag']) });
    expect([first.status, again.status, again.body.length]).toEqual([200, 304, 0]);
    expect(first.headers['cache-control']).toMatch(path.startsWith('assets/') ? /immutable/ : /^no-cache$/);
  }
  const tags = await Promise.all(
    ['', script].map(async (path) => (await rawGet(pageOf(url) + path)).headers['etag']),
  );
  expect(new Set(tags).size).toBe(2);
});

test('P-TIME-1: the page is told the limits, times and zone of this server, what its host calls it, and how many are online', async () => {
  vi.stubEnv('TZ', 'America/St_Johns');
  onTestFinished(() => void vi.unstubAllEnvs());
  const settings = { maxName: 9, maxContent: 7, pingInterval: 60, resumeSeconds: 3 };
  const host = { title: 'Lớp 7A', color: '#7a0d4c' };
  const { url } = await newServer({ ...settings, ...host });
  const { body, headers } = await rawGet(`${pageOf(url)}config.json`);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  const config = { ...settings, ...host, timeZone: 'America/St_Johns', online: 0, isFull: false };
  expect(JSON.parse(String(body))).toEqual(config);
  await newMember(url, 'An');
  const later = await rawGet(`${pageOf(url)}config.json`);
  expect(JSON.parse(String(later.body))).toEqual({ ...config, online: 1 });
});

test('in place of a script that is not there the page is told to load itself again; other paths are not found', async () => {
  const { url } = await newServer();
  const { status, headers, body } = await rawGet(`${pageOf(url)}assets/room-earlier0.js`);
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'no-store',
    'cross-origin-resource-policy': 'same-origin',
  });
  expect(String(body)).toContain('location.reload()');
  for (const path of [
    'assets/room.js',
    'room-earlier0.js',
    'assets/room-earlier0.css',
    'assets/x/room-earlier0.js',
  ])
    expect((await rawGet(pageOf(url) + path)).status).toBe(404);
});

test.each([
  ['bytes=5-2', 200],
  ['bytes=99999999-', 200],
  ['bytes=-1', 200],
  ['lines=x', 200],
])('a range of %s is passed over, and the server lives', async (range, status) => {
  const { url } = await newServer();
  expect((await rawGet(pageOf(url), { range })).status).toBe(status);
  await newMember(url, 'An');
});

test.each([
  '/nothing',
  '/assets/',
  '/../package.json',
  '/%2e%2e/package.json',
  '/%',
  '/index.html/',
  '//etc/passwd',
  '/assets/..%2f..%2f..%2fpackage.json',
])('there is no %s', async (path) => {
  const { url } = await newServer();
  const { request } = await import('node:http');
  const { port } = new URL(url);
  const status = await new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(404);
  await newMember(url, 'An');
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('a %s of the page is refused', async (method) => {
  const { url } = await newServer();
  const { status, headers } = await rawGet(pageOf(url), {}, method);
  expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
});

test('a HEAD of the page has the headers of a GET, without the body', async () => {
  const { url } = await newServer();
  const head = await rawGet(pageOf(url), {}, 'HEAD');
  const get = await rawGet(pageOf(url));
  expect([head.status, head.body.length]).toEqual([200, 0]);
  expect(head.headers['content-length']).toBe(get.headers['content-length']);
});

test('other sites may show the page in a frame only where the host says so', async () => {
  const { url } = await newServer({ embedOrigins: 'https://blog.example https://shop.example:8443' });
  const { headers } = await rawGet(pageOf(url));
  expect(headers['content-security-policy']).toMatch(
    /frame-ancestors 'self' https:\/\/blog\.example https:\/\/shop\.example:8443$/,
  );
});

test('without the page a plain request is told to upgrade', async () => {
  const { url } = await newServer({ page: false });
  expect((await rawGet(pageOf(url))).status).toBe(426);
  await newMember(url, 'An');
});

test("on a program's own server the page answers where it is put, and leaves the rest to it", async () => {
  const { chat } = await newServer();
  const own: Server = createServer((request, response) => {
    if (request.url?.startsWith('/chat/')) {
      request.url = request.url.slice('/chat'.length);
      chat.page(request, response, () => response.writeHead(404).end('mine'));
    } else response.end('home');
  });
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void own.close());
  const url = `http://127.0.0.1:${(own.address() as AddressInfo).port}`;
  expect(String((await rawGet(`${url}/`)).body)).toBe('home');
  expect(String((await rawGet(`${url}/chat/`)).body)).toContain('<title>Classic Chatbox');
  expect((await rawGet(`${url}/chat/${(await scripts())[0]}`)).status).toBe(200);
  expect(String((await rawGet(`${url}/chat/other`)).body)).toBe('mine');
});

test('an address without a slash at its end leads to the one with it, and nowhere else', async () => {
  const { chat } = await newServer();
  const own: Server = createServer((request, response) => {
    const mounted = Object.assign(request, { originalUrl: request.url });
    request.url = request.url?.replace(/^.*\/chat(?=$|\?)/, '') || '/';
    chat.page(mounted, response);
  });
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void own.close());
  const url = `http://127.0.0.1:${(own.address() as AddressInfo).port}`;
  for (const path of ['/chat', '/a/chat?embed=1', '//evil.example/chat']) {
    const { status, headers } = await rawGet(url + path);
    expect([status, headers['location']]).toEqual([308, './chat/']);
  }
});

test.each(['"x", W/"y", TAG', 'TAG', '*', 'STRONG'])(
  'If-None-Match is read according to RFC 9110: %s',
  async (form) => {
    const { url } = await newServer();
    const { headers } = await rawGet(pageOf(url));
    const tag = String(headers['etag']);
    const header = form.replace('TAG', tag).replace('STRONG', tag.replace('W/', ''));
    const again = await rawGet(pageOf(url), { 'if-none-match': header });
    expect([again.status, again.headers['vary']]).toEqual([304, 'Accept-Encoding']);
    expect((await rawGet(pageOf(url), { 'if-none-match': '"x", W/"y"' })).status).toBe(200);
  },
);

test('a missing page is answered under the same policy', async () => {
  const { url } = await newServer();
  for (const [path, method] of [
    ['nothing', 'GET'],
    ['', 'POST'],
  ] as const) {
    const { headers } = await rawGet(pageOf(url) + path, {}, method);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
});

test('the page loads less than 40 KB of compressed JavaScript before it shows a message, 48 KB in all, and 8 KB each for moderators and for a projector', async () => {
  const files = await scripts();
  const all = (await readdir(new URL('assets/', folder))).filter((name) => name.endsWith('.js'));
  const bytes = async (names: readonly string[], encoding: string) => {
    const sizes = names.map(async (name) => (await readFile(new URL(`${name}.${encoding}`, folder))).length);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  };
  const named = (name: string) =>
    all.filter((one) => one.startsWith(`${name}-`)).map((one) => `assets/${one}`);
  // Fetched by those only who ask for it.
  const [forModerators, forProjector] = [named('moderate'), named('card')];
  expect([forModerators.length, forProjector.length]).toEqual([1, 1]);
  const extras = [...forModerators, ...forProjector];
  const assets = all.map((name) => `assets/${name}`).filter((name) => !extras.includes(name));
  expect(assets.length).toBeGreaterThan(files.length);
  expect(await bytes(files, 'br')).toBeGreaterThan(0);
  // The texts of one language come before the first message too; the Vietnamese ones are longer.
  const texts = named('vi');
  expect(texts).toHaveLength(1);
  expect(await bytes([...files, ...texts], 'gz')).toBeLessThan(40 * 1024);
  expect(await bytes(assets, 'gz')).toBeLessThan(48 * 1024);
  expect(await bytes(forModerators, 'gz')).toBeLessThan(8 * 1024);
  expect(await bytes(forProjector, 'gz')).toBeLessThan(8 * 1024);
});
