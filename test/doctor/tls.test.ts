import { once } from 'node:events';
import { appendFile, readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Authority, type Certificate, newAuthority, selfSigned } from '../helpers/authority.ts';
import { checksWith, findingsOf } from '../helpers/doctor.ts';
import { newPort } from '../helpers/port.ts';
import { newCaddy, snippet } from '../helpers/reverse-proxy.ts';
import { newServer } from '../helpers/server.ts';

const dayMs = 86_400_000;

/** A chat behind TLS, at `https://localhost/`. */
async function newSecure({ cert, key }: Certificate): Promise<string> {
  const { chat } = await newServer();
  const files = { cert: await readFile(cert), key: await readFile(key) };
  const server = createServer(files, (request, response) => chat.page(request, response));
  chat.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://localhost:${(server.address() as AddressInfo).port}/`;
}

test('a certificate that is trusted, until it is about to expire', async () => {
  const authority = await newAuthority();
  const url = await newSecure(await authority.issue(['localhost'], 30));
  const good = await findingsOf(url, { ca: authority.ca });
  expect(good.tls).toMatchObject({
    result: 'pass',
    text: expect.stringMatching(/^TLSv1\.3; .* valid for (29|30) more/),
  });
  expect(checksWith(good, 'fail')).toEqual([]);
  const soon = await findingsOf(url, { ca: authority.ca, now: new Date(Date.now() + 20 * dayMs) });
  expect(soon.tls).toMatchObject({ result: 'warn', advice: expect.stringContaining('renew') });
});

test('Caddy in front, with what it does by itself', async () => {
  const { url } = await newServer({ pingInterval: 0.1 });
  const authority = await newAuthority();
  const { cert, key } = await authority.issue(['localhost']);
  const port = await newPort();
  const blocks = await snippet('Caddyfile', {
    'chat.example {': `https://localhost:${port} {\n\ttls ${cert} ${key}`,
    '127.0.0.1:5000': `127.0.0.1:${new URL(url).port}`,
  });
  await newCaddy(blocks, port);
  const told = await findingsOf(`https://localhost:${port}/`, { ca: authority.ca, idleMs: 500 });
  expect(checksWith(told, 'fail')).toEqual([]);
  expect(Object.keys(told)).toEqual(
    expect.arrayContaining(['tls', 'page', 'upgrade', 'protocol', 'close', 'idle']),
  );
});

test.each<[string, (authority: Authority) => Promise<Certificate>, RegExp, RegExp]>([
  ['has expired', ({ issue }) => issue(['localhost'], -1), /expired on/, /renew/],
  [
    'is for another name',
    ({ issue }) => issue(['chat.example']),
    /for DNS:chat\.example, not for localhost/,
    /covers/,
  ],
  ['is self-signed', () => selfSigned('localhost'), /self-signed/, /Let's Encrypt/],
])(
  'a certificate that %s is a fault, and what comes behind it is looked at all the same',
  async (_, issue, text, advice) => {
    const authority = await newAuthority();
    const url = await newSecure(await issue(authority));
    const told = await findingsOf(url, { ca: authority.ca });
    expect(told.tls).toMatchObject({
      result: 'fail',
      text: expect.stringMatching(text),
      advice: expect.stringMatching(advice),
    });
    expect(checksWith(told, 'fail')).toEqual(['tls']);
    expect(told.protocol?.result).toBe('pass');
  },
);

test('a certificate of an authority that nobody trusts, over which no token is sent', async () => {
  const url = await newSecure(await (await newAuthority()).issue(['localhost']));
  const open = await findingsOf(url);
  expect(open.tls).toMatchObject({ result: 'fail', text: expect.stringContaining('not trusted: ') });
  expect(open.upgrade?.result).toBe('pass');
  const guarded = await findingsOf(`${url}?access_token=geheim`);
  expect(guarded.tls).toMatchObject({ result: 'fail', text: expect.stringContaining('access token') });
  expect(Object.keys(guarded)).not.toContain('page');
});

test("a certificate of an authority of one's own, whose root the server sends too", async () => {
  const authority = await newAuthority();
  const { cert, key } = await authority.issue(['localhost']);
  await appendFile(cert, authority.ca);
  const { tls } = await findingsOf(await newSecure({ cert, key }));
  expect(tls).toMatchObject({
    result: 'fail',
    text: expect.stringContaining('authority that this machine does not know'),
    advice: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  });
});

test('a port without TLS is told so, and that is the end of it', async () => {
  const { url } = await newServer();
  const told = await findingsOf(url.replace('ws:', 'https:'));
  expect(told.tls).toMatchObject({
    result: 'fail',
    text: expect.stringMatching(/^cannot establish TLS: .+/),
    advice: expect.stringContaining('http://'),
  });
  expect(Object.keys(told)).toEqual(['tcp', 'tls']);
});

test('a port with TLS is told so when it is called without', async () => {
  const authority = await newAuthority();
  const url = await newSecure(await authority.issue(['localhost']));
  const told = await findingsOf(url.replace('https:', 'http:'));
  expect(told.page).toMatchObject({ result: 'fail', advice: expect.stringContaining('http or https') });
});
