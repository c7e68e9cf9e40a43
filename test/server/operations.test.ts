import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createChat } from '../../src/chat.ts';
import { FileLedger } from '../../src/ledger/file-ledger.ts';
import { newCertificate } from '../helpers/certificate.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { newLimitedProcess } from '../helpers/limited.ts';
import { answerOf, changesOf, scrape } from '../helpers/metrics.ts';
import { newPort } from '../helpers/port.ts';
import { newProcess } from '../helpers/process.ts';
import { newPeer, refusalOf, upgrade } from '../helpers/raw.ts';
import { newFolder, newServer } from '../helpers/server.ts';
import { newTlsServer } from '../helpers/tls.ts';

test('the executable prints the address of its operations port, which only this machine reaches', async () => {
  const data = join(await newFolder(), 'data.json');
  const server = newProcess(['--port', '0', '--data', data, '--ops-port', '0']);
  await server.url();
  const operations = await server.operations();
  expect(operations).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(await answerOf(operations, 'healthz')).toMatchObject({ status: 200, text: 'ok\n' });
  expect(await answerOf(operations, 'readyz')).toMatchObject({ status: 200, text: 'ready\n' });
  expect((await scrape(operations)).get('chat_unready{reason="ledger"}')).toBe(0);
  expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(await refusalOf(operations)).toBe('ECONNREFUSED');
});

test('without an operations port there is none', async () => {
  const { chat } = await newServer();
  expect(chat.operations).toBeUndefined();
});

test.each([
  ['without an operations port the library for metrics is not loaded', '{}', 'false'],
  ['with an operations port it is', '{ opsPort: 0 }', 'true'],
])('%s', async (_, options, isLoaded) => {
  const data = join(await newFolder(), 'data.json');
  const module = `
    import { createRequire } from 'node:module';
    import { createChat } from '${new URL('../../dist/chat.js', import.meta.url)}';
    const chat = await createChat({ data: ${JSON.stringify(data)}, ...${options} });
    const { cache } = createRequire(import.meta.url);
    console.log(Object.keys(cache).some((path) => path.includes('prom-client')));
    process.exit();`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', module], {
    encoding: 'utf8',
  });
  expect(output).toBe(`${isLoaded}\n`);
});

test('there are only three addresses, to be read', async () => {
  const { chat } = await newServer({ opsPort: 0 });
  for (const path of ['', 'metrics/', 'healthz/x', 'toString', '../metrics%00'])
    expect(await answerOf(chat.operations, path), path).toMatchObject({ status: 404 });
  for (const path of ['healthz', 'readyz', 'metrics']) {
    const { headers, ...read } = await answerOf(chat.operations, path, 'HEAD');
    expect(read, path).toEqual({ status: 200, text: '' });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await answerOf(chat.operations, path, method);
      expect([status, headers.get('allow')], path).toEqual([405, 'GET, HEAD']);
    }
    expect(headers.get('cache-control'), path).toBe('no-store');
  }
  const { headers } = await answerOf(chat.operations, 'metrics?x=1');
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
});

test('the operations port takes 64 connections, and no more', async () => {
  const { chat, url } = await newServer({ opsPort: 0 });
  const peers = await Promise.all(Array.from({ length: 64 }, () => newPeer(`${chat.operations}`)));
  const extra = await newPeer(`${chat.operations}`);
  await once(extra.resume(), 'close');
  expect(peers.filter((peer) => peer.destroyed)).toEqual([]);
  await newMember(url, 'An');
  const closed = once((peers[0] as Socket).resume(), 'close');
  peers[0]?.end();
  await closed;
  expect(await answerOf(chat.operations, 'healthz')).toMatchObject({ status: 200 });
});

test('a port that is taken is no start, and a start that fails leaves the port free', async () => {
  const { chat } = await newServer({ opsPort: 0 });
  const data = join(await newFolder(), 'data.json');
  const opsPort = Number(new URL(`${chat.operations}`).port);
  await expect(createChat({ data, port: 0, opsPort })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  const free = await newPort();
  await expect(createChat({ data: '/dev/null', port: 0, opsPort: free })).rejects.toMatchObject({
    code: 'DATA_UNUSABLE',
  });
  expect(await refusalOf(`http://127.0.0.1:${free}/`)).toBe('ECONNREFUSED');
});

test('a chat is alive, but not ready, while its history is read and until it listens', async () => {
  const open = FileLedger.open;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const spy = vi.spyOn(FileLedger, 'open').mockImplementation(async (...args) => {
    await held;
    return open(...args);
  });
  const opsPort = await newPort();
  const operations = `http://127.0.0.1:${opsPort}/`;
  const starting = createChat({ port: 0, opsPort, data: join(await newFolder(), 'data.json') });
  await vi.waitUntil(() => spy.mock.calls.length > 0);
  spy.mockRestore();
  const expectStarting = async () => {
    expect(await answerOf(operations, 'healthz')).toMatchObject({ status: 200 });
    expect(await answerOf(operations, 'readyz')).toMatchObject({ status: 503, text: 'starting\n' });
    expect((await scrape(operations)).get('chat_unready{reason="starting"}')).toBe(1);
  };
  await expectStarting();
  release();
  const chat = await starting;
  await expectStarting();
  await chat.listen();
  expect(await answerOf(operations, 'readyz')).toMatchObject({ status: 200 });
  await chat.close();
});

test('a chat that is attached to a server is ready', async () => {
  const data = join(await newFolder(), 'data.json');
  const chat = await createChat({ opsPort: 0, data });
  chat.attach(createServer());
  expect(await answerOf(chat.operations, 'readyz')).toMatchObject({ status: 200 });
  await chat.close();
});

test('a chat that ends is not ready, says so until the end, and then its port is closed', async () => {
  const { chat, url } = await newServer({ opsPort: 0 });
  const an = await newMember(url, 'An');
  // It does not answer the close frame, so that the end waits for it.
  an.socket.pause();
  const ended = chat.close();
  expect(await answerOf(chat.operations, 'readyz')).toMatchObject({ status: 503, text: 'draining\n' });
  expect((await scrape(chat.operations)).get('chat_unready{reason="draining"}')).toBe(1);
  an.socket.resume();
  expect(await an.closed()).toBe(1001);
  await ended;
  expect(await refusalOf(`${chat.operations}`)).toBe('ECONNREFUSED');
});

test('a history that is full makes the chat unready, and it says why', async () => {
  const { chat, url } = await newServer({ opsPort: 0, maxHistory: 1024, sendRate: 0 });
  const an = await newMember(url, 'An');
  while ((await an.ask({ data: 'send', content: 'x'.repeat(90) }))['status'] === true);
  const text = 'messages cannot be stored: the history is full: it may have 1 KiB\n';
  expect(await answerOf(chat.operations, 'readyz')).toMatchObject({ status: 503, text });
  const samples = await scrape(chat.operations);
  expect(samples.get('chat_unready{reason="ledger"}')).toBe(1);
  expect(samples.get('chat_max_data_bytes')).toBe(1024);
  expect(samples.get('chat_requests_total{command="send",result="failed"}')).toBe(1);
});

test('a disk that takes nothing makes the chat unready until a message is stored', async () => {
  const { chat, url, dataFile } = await newServer({ opsPort: 0 });
  const an = await newMember(url, 'An');
  rmSync(dataFile);
  expect(await an.ask({ data: 'send', content: 'x' })).toMatchObject({ reason: 'ErrorWhenSend' });
  const answer = await answerOf(chat.operations, 'readyz');
  expect(answer).toMatchObject({
    status: 503,
    text: expect.stringMatching(/^messages cannot be stored: \S/),
  });
  expect(answer.text).not.toContain(dataFile);
});

test('on a full disk a server is not ready, and it is again once a message is stored', async () => {
  const data = join(await newFolder(), 'data.json');
  const server = newLimitedProcess('-S -f 8', ['--port', '0', '--data', data, '--ops-port', '0']);
  const an = await newMember(await server.url(), 'An');
  const operations = await server.operations();
  while ((await an.ask({ data: 'send', content: 'x'.repeat(90) }))['status'] === true);
  expect(await answerOf(operations, 'readyz')).toMatchObject({
    status: 503,
    text: 'messages cannot be stored: file too large (EFBIG)\n',
  });
  expect(await answerOf(operations, 'healthz')).toMatchObject({ status: 200 });
  execFileSync('sh', ['-c', `prlimit --pid=${server.child.pid} --fsize=unlimited:unlimited`]);
  expect(await an.ask({ data: 'send', content: 'x' })).toMatchObject({ status: true });
  expect(await answerOf(operations, 'readyz')).toMatchObject({ status: 200 });
});

test('metrics count exactly what has happened', async () => {
  const { chat, url } = await newServer({ opsPort: 0 });
  const an = await newMember(url, 'An');
  const before = await scrape(chat.operations);
  await an.ask({ data: 'send', content: 'chào' });
  await an.ask({ data: 'name', name: 'Ân' });
  await an.ask({ data: 'get' });
  await an.ask({ data: 'get', limit: -1 });
  await an.ask({ data: 'send', content: '' });
  await an.ask({ data: 'send' });
  await an.ask({ data: 'say' });
  await an.ask({ data: 'say' });
  an.sayRaw('{');
  await an.next();
  const stranger = await newClient(url);
  await stranger.ask({ data: 'get' });
  await stranger.ask({ data: 'send', content: 'x' });
  await stranger.ask({ data: 'name', name: 'ân' });
  await stranger.ask({ data: 'name', name: '' });
  const peer = await newPeer(url);
  peer.write(upgrade());
  await once(peer, 'data');
  // An opcode that is reserved.
  peer.write(Buffer.from([0x83, 0x80, 0, 0, 0, 0]));
  await once(peer.resume(), 'close');
  const changes = changesOf(before, await scrape(chat.operations));
  const {
    chat_commit_seconds_sum: seconds = 0,
    chat_delivered_bytes_total: delivered = 0,
    chat_data_bytes: dataBytes = 0,
    ...counts
  } = changes;
  expect(counts).toMatchObject({
    'chat_connections{state="unregistered.idle"}': 1,
    chat_history_messages: 1,
    'chat_requests_total{command="send",result="ok"}': 1,
    'chat_requests_total{command="send",result="refused"}': 3,
    'chat_requests_total{command="name",result="ok"}': 1,
    'chat_requests_total{command="name",result="refused"}': 2,
    'chat_requests_total{command="get",result="ok"}': 1,
    'chat_requests_total{command="get",result="refused"}': 2,
    'chat_requests_total{command="unknown",result="refused"}': 3,
    'chat_refusals_total{reason="ErrorWhenGet"}': 1,
    'chat_refusals_total{reason="WrongFormatContent"}': 1,
    'chat_refusals_total{reason="NotEnoughKey"}': 1,
    'chat_refusals_total{reason="UnknownType"}': 2,
    'chat_refusals_total{reason="WrongFormatJSON"}': 1,
    'chat_refusals_total{reason="UnknownRegister"}': 2,
    'chat_refusals_total{reason="NameAlreadyUsed"}': 1,
    'chat_refusals_total{reason="WrongFormatName"}': 1,
    'chat_refusals_total{reason="InvalidFrame"}': 1,
    chat_commit_seconds_count: 3,
    chat_commit_changes_count: 3,
    chat_commit_changes_sum: 3,
  });
  const others = Object.keys(counts).filter(
    (series) => !/_(bucket|count|sum)|_total|_connections|_messages/.test(series),
  );
  expect(others).toEqual([]);
  expect(seconds).toBeGreaterThan(0);
  expect(dataBytes).toBeGreaterThan(50);
  expect(delivered).toBeGreaterThan(500);
});

test('metrics: handshakes that were refused are counted by a word for the reason', async () => {
  const { chat, url } = await newServer({ opsPort: 0 });
  const before = await scrape(chat.operations);
  for (let count = 0; count < 3; count++)
    await expect(newClient(url, { origin: 'https://elsewhere.example' })).rejects.toThrow('403');
  expect(changesOf(before, await scrape(chat.operations))).toEqual({
    'chat_handshakes_refused_total{reason="origin"}': 3,
  });
});

test('metrics: bytes delivered are those of the frames, also of connections that are gone', async () => {
  const { chat, url } = await newServer({ opsPort: 0 });
  const an = await newClient(url);
  let bytes = 0;
  for (let count = 0; count < 10; count++) {
    an.say({ data: 'nothing' });
    bytes += Buffer.byteLength(await an.nextRaw()) + 2;
  }
  expect((await scrape(chat.operations)).get('chat_delivered_bytes_total')).toBe(bytes);
  await an.leave();
  await vi.waitUntil(
    async () => (await scrape(chat.operations)).get('chat_connections{state="unregistered.idle"}') === 0,
  );
  expect((await scrape(chat.operations)).get('chat_delivered_bytes_total')).toBe(bytes);
});

test('metrics: the states of the connections, what waits for those that do not read, and delays', async () => {
  const { chat, url } = await newServer({ opsPort: 0, sendRate: 100, sendBurst: 1, maxContent: 10_000 });
  const [an, slow, lost] = [await newMember(url, 'An'), await newMember(url, 'Chậm'), await newClient(url)];
  await lost.ask({ data: 'name', name: 'Lạc', resume: true });
  lost.socket.terminate();
  const state = async (name: string) =>
    (await scrape(chat.operations)).get(`chat_connections{state="${name}"}`);
  await vi.waitUntil(async () => (await state('registered.lost')) === 1);
  expect([await state('registered.idle'), await state('unregistered.idle')]).toEqual([2, 0]);
  await an.pending();
  for (let count = 0; count < 3; count++) an.say({ data: 'send', content: 'x' });
  for (let count = 0; count < 3; count++) await an.next();
  expect((await scrape(chat.operations)).get('chat_delayed_seconds_total')).toBeGreaterThan(0);
  chat.reconfigure({ maxContent: 10_000 });
  slow.socket.pause();
  let buffered: number | undefined = 0;
  while (buffered === 0) {
    for (let count = 0; count < 50; count++) an.say({ data: 'send', content: 'x'.repeat(10_000) });
    for (let count = 0; count < 50; count++) await an.next();
    buffered = (await scrape(chat.operations)).get('chat_buffered_bytes');
  }
  expect(buffered).toBeGreaterThan(0);
});

test('metrics contain no nickname, no message, no address and no name of a file', async () => {
  const files = await newCertificate();
  const { chat, url, dataFile } = await newTlsServer(files, { opsPort: 0 });
  const an = await newClient(url, { rejectUnauthorized: false });
  await an.ask({ data: 'name', name: 'Nguyễn' });
  await an.ask({ data: 'send', content: 'bí mật' });
  await an.ask({ data: 'toString', content: 'bí mật' });
  const { text } = await answerOf(chat.operations, 'metrics');
  for (const secret of ['Nguyễn', 'bí mật', 'toString', '127.0.0.1', dataFile, files.cert])
    expect(text).not.toContain(secret);
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
  expect(text).toMatch(/^process_cpu_seconds_total \d/m);
  expect((await scrape(chat.operations)).get('chat_certificate_expiry_timestamp_seconds')).toBeCloseTo(
    Date.now() / 1000 + 90 * 86_400,
    -3,
  );
});

test('two chats of one process have their own counts, and share those of the process', async () => {
  const [one, other] = [await newServer({ opsPort: 0 }), await newServer({ opsPort: 0 })];
  await newMember(one.url, 'An');
  const registered = 'chat_requests_total{command="name",result="ok"}';
  expect((await scrape(one.chat.operations)).get(registered)).toBe(1);
  expect((await scrape(other.chat.operations)).get(registered)).toBe(0);
  expect((await scrape(other.chat.operations)).has('process_open_fds')).toBe(true);
});
