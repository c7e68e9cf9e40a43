/** Redis as deploy/redis.conf and deploy/redis-acl.conf set it up. */
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createChat } from '../src/chat.ts';
import { connectRedis } from '../src/ledger/redis/client.ts';
import { newAuthority } from './helpers/authority.ts';
import { newMember } from './helpers/client.ts';
import { newPort } from './helpers/port.ts';
import { newProcess } from './helpers/process.ts';
import { newRedis } from './helpers/redis.ts';
import { newFolder } from './helpers/server.ts';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => `${found}`);

/** A Redis that includes both files, as they say. Resolves to the URL of the user that they make. */
async function newConfiguredRedis(): Promise<string> {
  const include = join(await newFolder(), 'redis.conf');
  const files = ['redis.conf', 'redis-acl.conf'].map((name) => `include ${at(`deploy/${name}`)}\n`);
  await writeFile(include, files.join(''));
  const { port } = await newRedis({ include });
  const [url = ''] =
    /redis:\/\/chat:\S+(?=\.\n)/.exec(readFileSync(at('deploy/redis-acl.conf'), 'utf8')) ?? [];
  return url.replace('6379', `${port}`);
}

async function newServerOn(ledger: string): Promise<{ url: string; close: () => Promise<void> }> {
  const chat = await createChat({ port: 0, pingInterval: 3600, ledger });
  onTestFinished(() => chat.close());
  return { url: await chat.listen(), close: () => chat.close() };
}

test('processes share a room in it, and one that ends leaves it', async () => {
  const ledger = await newConfiguredRedis();
  const [first, second] = [await newServerOn(ledger), await newServerOn(ledger)];
  const [an, binh] = [await newMember(first.url, 'An'), await newMember(second.url, 'Bình')];
  expect(await an.next()).toMatchObject({ datatype: 'register', name: 'Bình' });
  expect(await binh.ask({ data: 'send', content: 'chào' })).toMatchObject({ status: true });
  expect(await an.next()).toMatchObject({ datatype: 'message', content: 'chào' });
  expect(await binh.ask({ data: 'name', name: 'Cúc' })).toMatchObject({ status: true });
  expect(await an.next()).toMatchObject({ datatype: 'change', newname: 'Cúc' });
  await second.close();
  expect(await an.next()).toMatchObject({ datatype: 'leave', name: 'Cúc' });
  expect(await an.ask({ data: 'get' })).toMatchObject({ data: { online: ['An'] } });
});

test('nobody gets in without a password, and the server’s user reaches nothing but its room', async () => {
  const url = await newConfiguredRedis();
  const connect = (as: string) => connectRedis({ url: as, timeoutMs: 30_000, onLost: () => {} });
  const stranger = await connect(url.replace(/\/\/.*@/, '//'));
  await expect(stranger.call(['PING'])).rejects.toThrow('NOAUTH');
  stranger.close();
  const user = await connect(url);
  await expect(user.call(['LLEN', '{chat}:history'])).resolves.toBe(0);
  for (const command of ['LLEN {other}:history', 'FLUSHALL', 'CONFIG SET maxmemory 1', 'KEYS *'])
    await expect(user.call(command.split(' ')), command).rejects.toThrow('NOPERM');
  user.close();
});

test('its user may do exactly what the server and `data copy` do, and choose a database', () => {
  const folders = ['src/ledger/redis/', 'src/data/'].map(at);
  const source = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(folder + name, 'utf8')),
  );
  const used = [...source.join('').matchAll(/\bcall\('([A-Z]+)'|(?:call\(|command = )\[\s*'([A-Z]+)'/g)].map(
    ([, inScript, outside]) => `${inScript ?? outside}`,
  );
  const commands = used.map((name) => (name === 'CONFIG' ? 'config|get' : name.toLowerCase()));
  const allowed = all(readFileSync(at('deploy/redis-acl.conf'), 'utf8'), / \+(\S+)/g);
  expect(allowed.toSorted()).toEqual([...new Set([...commands, 'select'])].toSorted());
});

test('by TLS, the server trusts an authority that it is told of, and only for the name in the certificate', async () => {
  const authority = await newAuthority();
  const { cert, key } = await authority.issue(['localhost']);
  const ca = join(await newFolder(), 'ca.pem');
  await writeFile(ca, authority.ca);
  const port = `${await newPort()}`;
  const tls = {
    'tls-cert-file': cert,
    'tls-key-file': key,
    'tls-ca-cert-file': ca,
    'tls-auth-clients': 'no',
  };
  await newRedis({ 'tls-port': port, ...tls });
  const start = (host: string, env: Record<string, string>) =>
    newProcess(['--port', '0', '--ledger', `rediss://${host}:${port}/0`], { env });
  const an = await newMember(await start('localhost', { NODE_EXTRA_CA_CERTS: ca }).url(), 'An');
  expect(await an.ask({ data: 'send', content: 'chào' })).toMatchObject({ status: true });
  for (const server of [start('localhost', {}), start('127.0.0.1', { NODE_EXTRA_CA_CERTS: ca })]) {
    expect(await server.exited).toEqual({ code: 1, signal: null });
    expect(server.stderr).toMatch(/^cannot use Redis at rediss:.*certificate.*\n$/i);
  }
});
