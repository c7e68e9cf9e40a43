/** How the files of a page are kept and sent. */
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serveFiles } from '../../src/hosting/files.ts';
import { newMember } from '../helpers/client.ts';
import { descriptorsOf } from '../helpers/descriptors.ts';
import { newProcess } from '../helpers/process.ts';
import { allOf, newPeer } from '../helpers/raw.ts';
import { newFolder } from '../helpers/server.ts';

/** Serves a folder whose page has all variants, and whose picture has none. */
async function newSite(): Promise<{ url: string; folder: string }> {
  const folder = await newFolder();
  await mkdir(join(folder, 'assets'));
  for (const [name, text] of [
    ['index.html', 'plain'],
    ['index.html.br', 'brotli'],
    ['index.html.gz', 'gzip'],
    ['assets/picture.svg', 'drawn'],
  ] as const)
    await writeFile(join(folder, name), text);
  const page = serveFiles({ folder, policy: [], config: () => ({}), headersOf: () => ({}) });
  const server = createServer(page).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close().closeAllConnections());
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, folder };
}

/** Sends a request as it is written here. Resolves to the status and the body. */
async function get(url: string, path: string, headers: string): Promise<[number, string]> {
  const peer = await newPeer(url);
  peer.write(`GET ${path} HTTP/1.1\r\nHost: chat\r\nConnection: close\r\n${headers}\r\n`);
  const [head = '', body = ''] = (await allOf(peer)).split('\r\n\r\n');
  return [Number(head.split(' ')[1]), body];
}

test.each([
  ['gzip, deflate, br, zstd', 'brotli'],
  ['gzip, deflate', 'gzip'],
  ['BR;Q=0.5, gzip;q=0.8', 'gzip'],
  ['br;q=0, gzip;q=0.001', 'gzip'],
  ['br ; q=1.0 , gzip', 'brotli'],
  ['*', 'brotli'],
  ['*;q=0.5, br;q=0', 'gzip'],
  ['identity, br;q=0.5', 'plain'],
  ['identity;q=0, *', 'brotli'],
  ['identity;q=0, gzip', 'gzip'],
  ['deflate', 'plain'],
  ['br;q=0', 'plain'],
  ['br;q=none, gzip', 'gzip'],
  ['bread, gzipped', 'plain'],
  ['', 'plain'],
])('Accept-Encoding: %s is answered with the variant %s', async (header, expected) => {
  const { url } = await newSite();
  expect(await get(url, '/', `Accept-Encoding: ${header}\r\n`)).toEqual([200, expected]);
});

test('without an Accept-Encoding a file is sent as it is', async () => {
  const { url } = await newSite();
  expect(await get(url, '/', '')).toEqual([200, 'plain']);
});

test.each(['identity;q=0', '*;q=0', 'br;q=0, gzip;q=0, identity;q=0', 'deflate, *;q=0'])(
  'Accept-Encoding: %s leaves no variant, and is answered 406',
  async (header) => {
    const { url } = await newSite();
    expect((await get(url, '/', `Accept-Encoding: ${header}\r\n`))[0]).toBe(406);
  },
);

test('a file without variants is sent as it is, and not to those who accept only variants', async () => {
  const { url } = await newSite();
  const path = '/assets/picture.svg';
  expect(await get(url, path, 'Accept-Encoding: br, gzip\r\n')).toEqual([200, 'drawn']);
  expect((await get(url, path, 'Accept-Encoding: br, identity;q=0\r\n'))[0]).toBe(406);
});

test('files that are rewritten or removed under a running server change nothing', async () => {
  const { url, folder } = await newSite();
  await writeFile(join(folder, 'index.html'), 'longer than it was');
  expect(await get(url, '/', '')).toEqual([200, 'plain']);
  await rm(folder, { recursive: true });
  expect(await get(url, '/', 'Accept-Encoding: br\r\n')).toEqual([200, 'brotli']);
});

test.each(['chat', 'lab'])(
  '2,000 aborted requests of the %s page leave no descriptor open',
  async (which) => {
    const data = join(await newFolder(), 'data.json');
    const ports = ['--port', '0', '--inspect', '--inspect-port', '0'];
    const server = newProcess([...ports, '--data', data, '--ping-interval', '3600']);
    const chat = await server.url();
    await expect.poll(() => server.lines.join()).toContain('inspector on');
    const [, lab = ''] = /inspector on (\S+)\?/.exec(server.lines.join('\n')) ?? [];
    const [url, path] = which === 'chat' ? [chat, '/'] : [lab, '/assets/lab.json'];
    const { host } = new URL(url);
    const an = await newMember(chat, 'An');
    const before = descriptorsOf(server.child.pid);
    const abort = async (afterHead: boolean) => {
      const peer = await newPeer(url);
      peer.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      if (afterHead) await once(peer, 'data');
      peer.resetAndDestroy();
    };
    for (let round = 0; round < 40; round++)
      await Promise.all(Array.from({ length: 50 }, (_, index) => abort(index % 2 === 0)));
    await expect.poll(() => descriptorsOf(server.child.pid)).toBeLessThanOrEqual(before);
    expect(await an.ask({ data: 'send', content: 'còn đây' })).toMatchObject({ status: true });
  },
);
