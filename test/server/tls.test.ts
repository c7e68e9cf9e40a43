import { once } from 'node:events';
import { truncateSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createChat } from '../../src/chat.ts';
import { createHttpServer } from '../../src/hosting/http.ts';
import { Certificate } from '../../src/hosting/tls.ts';
import { type CertificateFiles, newCertificate } from '../helpers/certificate.ts';
import { newClient } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { allOf, newPeer, upgrade } from '../helpers/raw.ts';
import { newFolder, newServer, newServerWith } from '../helpers/server.ts';
import { fetchTls, newTlsPeer, newTlsServer, trust } from '../helpers/tls.ts';

/** A connection over TLS that has registered. */
async function newTlsMember(url: string, name: string, files: CertificateFiles) {
  const client = await newClient(url, trust(files));
  expect(await client.ask({ data: 'name', name })).toMatchObject({ status: true });
  return client;
}

test('with a certificate the chat is at wss:// and its page at https://, with TLS 1.2 and up', async () => {
  const files = await newCertificate();
  const { url } = await newTlsServer(files);
  expect(url).toMatch(/^wss:\/\/127\.0\.0\.1:\d+\/$/);
  const an = await newTlsMember(url, 'An', files);
  const binh = await newTlsMember(url, 'Bình', files);
  expect(await an.next()).toMatchObject({ datatype: 'register', name: 'Bình' });
  expect(await an.ask({ data: 'send', content: 'chào' })).toMatchObject({ status: true });
  expect(await binh.next()).toMatchObject({ datatype: 'message', content: 'chào' });
  const page = await fetchTls(url.replace('wss', 'https'), trust(files));
  expect(page).toMatchObject({ status: 200, body: expect.stringContaining('<!doctype html>') });
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const peer = await newTlsPeer(url, { minVersion: version, maxVersion: version });
    expect(peer.getProtocol()).toBe(version);
  }
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  await expect(newTlsPeer(url, old)).rejects.toMatchObject({
    code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  });
});

test('a long history goes out over TLS whole, and what is said meanwhile comes behind it', async () => {
  const files = await newCertificate();
  const tls = { tlsCert: files.cert, tlsKey: files.key };
  const { url, messages } = await newServerWith(20_000, {}, tls);
  const an = await newTlsMember(url, 'An', files);
  const binh = await newTlsMember(url, 'Bình', files);
  await an.next();
  binh.socket.pause();
  binh.say({ data: 'get' });
  for (let count = 0; count < 20; count++) await an.ask({ data: 'send', content: `${count}` });
  binh.socket.resume();
  const { data } = (await binh.next()) as { data: { message: unknown[] } };
  const seen = [...data.message];
  while (seen.length < messages.length + 20) seen.push(await binh.next());
  expect(seen).toMatchObject([
    ...messages,
    ...Array.from({ length: 20 }, (_, count) => ({ name: 'An', content: `${count}` })),
  ]);
});

test('over TLS too a member that never reads is closed with 1013, and nobody waits for it', async () => {
  const files = await newCertificate();
  const { url } = await newTlsServer(files, { maxBuffered: 1024, sendRate: 0, maxContent: 10_000 });
  const an = await newTlsMember(url, 'An', files);
  const binh = await newTlsMember(url, 'Bình', files);
  await an.next();
  binh.socket.pause();
  const content = 'x'.repeat(10_000);
  let isGone = false;
  for (let count = 0; !isGone; count++) {
    an.say({ data: 'send', content });
    const frames = [await an.next()];
    if (frames[0]?.['datatype'] === 'leave') frames.push(await an.next());
    isGone = frames.some((frame) => frame['datatype'] === 'leave');
    expect(frames).toContainEqual(expect.objectContaining({ type: 'send', status: true }));
    expect(count).toBeLessThan(10_000);
  }
  binh.socket.resume();
  expect(await binh.closed()).toBe(1013);
});

test('certificate and key belong together: one without the other is no start', async () => {
  const { cert, key } = await newCertificate();
  for (const one of [{ tlsCert: cert }, { tlsKey: key }])
    await expect(createChat(one)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: '--tls-cert and --tls-key must be given together',
    });
});

/** Makes files that cannot be used, and the message about them. */
const unusable: Record<string, (files: CertificateFiles) => Promise<[Partial<CertificateFiles>, string]>> = {
  'a certificate that is not there': async () => [
    { cert: '/none/cert.pem' },
    'cannot use the TLS certificate /none/cert.pem: no such file or directory (ENOENT)',
  ],
  'a key that is a folder': async () => {
    const key = await newFolder();
    return [{ key }, `cannot use the TLS key ${key}: it is not a regular file`];
  },
  'a certificate that is none': async ({ cert }) => {
    writeFileSync(cert, 'hello');
    return [{}, `cannot use the TLS certificate ${cert}: it cannot be read as PEM: no start line`];
  },
  'an empty key': async ({ key }) => {
    truncateSync(key);
    return [{}, `cannot use the TLS key ${key}: it cannot be read as PEM: unsupported`];
  },
  'a certificate that is too large': async ({ cert }) => {
    truncateSync(cert, 2 ** 21);
    return [{}, `cannot use the TLS certificate ${cert}: it is too large`];
  },
  'the key of another certificate': async ({ cert }) => {
    const { key } = await newCertificate();
    return [{ key }, `the TLS key ${key} is not that of the certificate ${cert}`];
  },
};

test.each(Object.entries(unusable))('%s is no start, and the error names the file', async (_, spoil) => {
  const files = await newCertificate();
  const [others, message] = await spoil(files);
  const { cert, key } = { ...files, ...others };
  const data = join(await newFolder(), 'data.json');
  await expect(createChat({ data, port: 0, tlsCert: cert, tlsKey: key })).rejects.toMatchObject({
    code: 'TLS_UNUSABLE',
    message,
  });
});

test.each([
  ['has expired', { from: -30, to: -2 }, /^the TLS certificate .* expired on \d{4}-\d\d-\d\dT/],
  ['expires soon', { to: 13.5 }, /^the TLS certificate .* expires in 13 days, on \d{4}-/],
  ['expires tomorrow', { to: 1.5 }, /^the TLS certificate .* expires in 1 day, on \d{4}-/],
  ['is not valid yet', { from: 2 }, /^the TLS certificate .* is not valid before \d{4}-/],
  ['is valid for long', { to: 15 }, undefined],
])('a certificate that %s is only warned of', async (_, span, warning) => {
  const files = await newCertificate(span);
  const { url, entries } = await newTlsServer(files);
  await newTlsPeer(url);
  const warnings = entries.flatMap((entry) => (entry.kind === 'warning' ? entry.text : []));
  expect(warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
});

test.each([
  ['plain HTTP', upgrade()],
  ['noise', '\0\x01\x02'.repeat(1000)],
  ['half a TLS handshake', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])],
  ['nothing', ''],
])(
  'a peer that sends %s to a TLS port is let go in time; others do not notice, nor does the log',
  async (_, text) => {
    const files = await newCertificate();
    const { url, entries } = await newTlsServer(files, { handshakeTimeout: 0.3 });
    const an = await newTlsMember(url, 'An', files);
    const before = entries.length;
    const peers = await Promise.all(Array.from({ length: 50 }, () => newPeer(url)));
    const closed = peers.map((peer) => once(peer.resume(), 'close'));
    for (const peer of peers) peer.write(text);
    await Promise.all(closed);
    expect(entries).toHaveLength(before);
    expect(await an.ask({ data: 'send', content: 'còn đây' })).toMatchObject({ status: true });
  },
);

test('the end of a chat waits for no TLS handshake', async () => {
  const files = await newCertificate();
  const { url, chat } = await newTlsServer(files, { handshakeTimeout: 3600 });
  const an = await newTlsMember(url, 'An', files);
  const peer = await newPeer(url);
  peer.write(Buffer.from([0x16, 0x03, 0x01]));
  const answer = allOf(peer);
  // The server has read what came before this.
  await an.pending();
  await setImmediate();
  await chat.close();
  expect(await answer).toBe('');
  expect(await an.closed()).toBe(1001);
});

test('the end cuts off every TLS handshake, those that share an address too, as on a Unix socket', async () => {
  const { cert, key } = await newCertificate();
  const certificate = new Certificate({ tlsCert: cert, tlsKey: key }, () => {});
  const server = createHttpServer(3600, () => {}, certificate.options);
  certificate.serve(server, () => {});
  const path = join(await newFolder(), 'chat.sock');
  await once(server.listen(path), 'listening');
  let arrived = 0;
  server.on('connection', () => arrived++);
  const peers = Array.from({ length: 3 }, () =>
    connect(path)
      .on('error', () => {})
      .resume(),
  );
  const closed = Promise.all(peers.map((peer) => once(peer, 'close')));
  await until(() => arrived === 3);
  certificate.end();
  await closed;
  server.close();
});

test('the lab can add its peers to a chat with TLS', async () => {
  const files = await newCertificate();
  const { chat, url } = await newTlsServer(files);
  const an = await newTlsMember(url, 'An', files);
  const inspector = await chat.inspect({ port: 0 });
  const watcher = await newClient(inspector.replace('http', 'ws').replace('/?', '/events?'));
  watcher.say({ do: 'open', peer: 'p1', nickname: 'Ghost' });
  expect(await an.next()).toMatchObject({ datatype: 'register', name: 'Ghost' });
});

test('a server without a certificate speaks no TLS', async () => {
  const { url } = await newServer();
  await expect(newTlsPeer(url)).rejects.toMatchObject({
    code: expect.stringMatching(/^(ERR_SSL|ECONNRESET|EPROTO)/),
  });
});
