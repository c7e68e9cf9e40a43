/** Peers that send much and read nothing, or send it all at once: bounded memory, fair turns, no refusal. */
import type { Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import type { LogEntry } from '../../src/actors/log.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { newFlood } from '../helpers/flood.ts';
import { clientFrame, opcodes } from '../helpers/frames.ts';
import { until } from '../helpers/gate.ts';
import { upgrade } from '../helpers/raw.ts';
import { newPipedPeer, newRawMember, newRawPeer, register } from '../helpers/raw-peer.ts';
import { newServer } from '../helpers/server.ts';
import { newGatedSystem, newSystem } from '../helpers/system.ts';

const limits = { name: 100, content: 60_000, comparison: 'nickname' } as const;
const megabyte = 1_048_576;

test('one connection handles only a few frames before others get their turn', async () => {
  let handled = 0;
  let most = 0;
  const { url } = await newSystem({
    log: ({ kind }) => {
      if (kind === 'refusal') most = Math.max(most, ++handled);
    },
  });
  let next: NodeJS.Immediate | undefined;
  const onTurn = () => {
    handled = 0;
    next = setImmediate(onTurn);
  };
  onTurn();
  const peer = await newRawPeer(url);
  const count = 20_000;
  peer.socket.write(Buffer.concat(Array(count).fill(clientFrame(''))));
  for (let number = 0; number < count; number++) await peer.next();
  clearImmediate(next);
  expect(most).toBeLessThan(1000);
});

test('P-NAME-5: claims that come at once cost each member a few writes, and not one each', async () => {
  const { url, ends } = await newSystem();
  const count = 300;
  const clients = await Promise.all(Array.from({ length: count }, () => newClient(url)));
  const writes = ends.map(({ socket }) => vi.spyOn(socket, 'write'));
  for (const [number, client] of clients.entries()) client.say({ data: 'name', name: `n${number}` });
  // Each sees its own reply and one event for each that registered after it: in all as many as there are pairs.
  const sees = clients.map(async (client) => {
    let events = 0;
    while ((await client.next())['type'] !== 'name');
    client.say({ data: 'get' });
    while ((await client.next())['type'] !== 'get') events++;
    return events;
  });
  expect((await Promise.all(sees)).every((events) => events < count)).toBe(true);
  const total = writes.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  expect(total).toBeLessThan((count * count) / 6);
});

test('many slow authors of one stretch share the bytes that wait for them', async () => {
  const { url, ends, entries, gate } = await newGatedSystem();
  const authors = [await newMember(url, 'An'), await newMember(url, 'Bình'), await newMember(url, 'Chi')];
  const requests = () => entries.filter(({ kind }) => kind === 'request').length;
  const before = requests();
  gate.block();
  const writes = ends.map(({ socket }) => vi.spyOn(socket, 'write'));
  for (const author of authors) author.say({ data: 'send', content: 'x'.repeat(100) });
  await until(() => requests() === before + authors.length);
  gate.release();
  for (const author of authors) while ((await author.next())['type'] !== 'send');
  await authors[0]?.pending();
  const buffers = writes.flatMap(({ mock }) => mock.calls.map(([chunk]) => chunk as Buffer));
  const places = buffers.map(
    (chunk) => `${buffers.findIndex(({ buffer }) => buffer === chunk.buffer)} ${chunk.byteOffset}`,
  );
  // The first event stands at one place in memory for the second and the third author.
  expect(new Set(places).size).toBeLessThan(places.length);
});

test('short histories that nobody reads do not pile up in memory', async () => {
  const { url, ends } = await newSystem({ limits });
  const an = await newMember(url, 'An');
  await an.ask({ data: 'send', content: 'x'.repeat(16_000) });
  const flood = await newRawMember(url, 'Flood');
  await an.next();
  flood.socket.pause();
  const count = 3000;
  flood.socket.write(Buffer.concat(Array(count).fill(clientFrame('{"data":"get"}'))));
  // As many rounds of the room as the flood would need.
  for (let round = 0; round < count; round++) {
    an.say({ data: 'get', limit: 0 });
    while ((await an.next())['type'] !== 'get');
  }
  expect(ends[1]?.socket.writableLength).toBeLessThan(8 * megabyte);
});

test('pongs that nobody reads do not pile up in memory', async () => {
  const { url, ends } = await newSystem();
  const an = await newMember(url, 'An');
  const flood = await newRawMember(url, 'Flood');
  await an.next();
  flood.socket.pause();
  const ping = clientFrame('x'.repeat(125), { opcode: opcodes.ping });
  flood.socket.write(Buffer.concat(Array(200_000).fill(ping)));
  for (let round = 0; round < 1000; round++) {
    await an.ask({ data: 'get', limit: 0 });
    expect(ends[1]?.socket.writableLength).toBeLessThan(2 * megabyte);
  }
});

test('after a burst of pings the latest is answered, and the pongs have payloads of the pings, in order', async () => {
  const { url } = await newServer();
  const peer = await newRawMember(url, 'An');
  const payloads = Array.from({ length: 2000 }, (_, number) => `${number}`.padEnd(number % 126, '.'));
  peer.socket.write(Buffer.concat(payloads.map((payload) => clientFrame(payload, { opcode: opcodes.ping }))));
  let last = -1;
  while (last < payloads.length - 1) {
    const { kind, payload } = await peer.next();
    const place = payloads.indexOf(payload.toString());
    expect([kind, place > last]).toEqual(['pong', true]);
    last = place;
  }
});

test.each(['ping', 'pong'] as const)(
  'a flood of %ss is delayed like a flood of texts, and delays no other connection',
  async (kind) => {
    const { url, ends } = await newSystem();
    const an = await newMember(url, 'An');
    const floods = [];
    for (let number = 0; number < 4; number++) floods.push(await newRawMember(url, `Flood ${number}`));
    let turns = 0;
    let next: NodeJS.Immediate | undefined;
    const onTurn = () => {
      turns++;
      next = setImmediate(onTurn);
    };
    onTurn();
    const before = ends.map(({ socket }) => socket.bytesRead);
    const frame = clientFrame('', { opcode: opcodes[kind] });
    for (const { socket } of floods) socket.write(Buffer.concat(Array(100_000).fill(frame)));
    for (let round = 0; round < 50; round++) {
      an.say({ data: 'send', content: `${round}` });
      while ((await an.next())['type'] !== 'send');
    }
    clearImmediate(next);
    const read = ends.slice(1).map(({ socket }, at) => socket.bytesRead - (before[at + 1] ?? 0));
    // What the socket had read already when the inbox was full, and 64 frames a turn.
    expect(Math.max(...read)).toBeLessThan(2 * 65_536 + turns * 64 * frame.length);
    expect(Math.max(...read)).toBeGreaterThan(65_536);
  },
);

test('P-LIM-2: a long history goes out a little in each turn, however much the system would take', async () => {
  const { url, ends } = await newSystem({ limits });
  const an = await newMember(url, 'An');
  for (let count = 0; count < 100; count++) await an.ask({ data: 'send', content: 'x'.repeat(60_000) });
  const reader = await newMember(url, 'Bình');
  const write = vi.spyOn(ends[1]?.socket as Socket, 'write');
  let most = 0;
  let next: NodeJS.Immediate | undefined;
  const onTurn = () => {
    const bytes = write.mock.calls.reduce((sum, [chunk]) => sum + (chunk as Buffer).length, 0);
    most = Math.max(most, bytes);
    write.mockClear();
    next = setImmediate(onTurn);
  };
  onTurn();
  reader.say({ data: 'get' });
  let reply = await reader.next();
  while (reply['type'] !== 'get') reply = await reader.next();
  clearImmediate(next);
  expect((reply['data'] as { message: unknown[] }).message).toHaveLength(100);
  expect(most).toBeGreaterThan(0);
  // The turn that goes on while the request comes, and the next one.
  expect(most).toBeLessThan(1.5 * megabyte);
});

test('a member that reads is not closed for one batch that is larger than the limit', async () => {
  const { url, server, entries, gate } = await newGatedSystem({ limits });
  const watcher = await newPipedPeer(server);
  await register(watcher, 'Watcher');
  const authors = [];
  for (let number = 0; number < 25; number++) {
    authors.push(await newMember(url, `n${number}`));
    await watcher.nextFrame();
  }
  const requests = () => entries.filter(({ kind }) => kind === 'request').length;
  const before = requests();
  gate.block();
  for (const author of authors) author.say({ data: 'send', content: 'x'.repeat(60_000) });
  await until(() => requests() === before + authors.length);
  gate.release();
  for (const _ of authors) expect(await watcher.nextFrame()).toMatchObject({ datatype: 'message' });
  watcher.say({ data: 'get', limit: 0 });
  expect(await watcher.nextFrame()).toMatchObject({ type: 'get' });
});

test('P-REQ-7: requests that come faster than their replies go are delayed, never refused', async () => {
  const { server } = await newSystem();
  const peer = await newPipedPeer(server);
  const name = ['x'.repeat(60_000)];
  const count = 100;
  peer.socket.write(Buffer.concat(Array(count).fill(clientFrame(JSON.stringify({ data: 'name', name })))));
  for (let number = 0; number < count; number++) {
    expect(await peer.nextFrame()).toMatchObject({ name, reason: 'WrongFormatName' });
  }
});

test('at the end of the server a peer that answers its close frame is not cut off, even behind a flood', async () => {
  const { url, ends, close, gate } = await newGatedSystem({ limits });
  const an = await newMember(url, 'An');
  const [end] = ends;
  if (end === undefined) throw new Error('no connection came');
  gate.block();
  for (let number = 0; number < 500; number++) an.say({ data: 'send', content: `${number}` });
  await until(() => end.socket.isPaused());
  const terminate = vi.spyOn(end.ws, 'terminate');
  const closing = close();
  gate.release();
  await closing;
  expect(await an.closed()).toBe(1001);
  expect(terminate).not.toHaveBeenCalled();
});

test('at the end of the server peers that flood on are cut off like silent ones', async () => {
  const { system, url } = await newSystem();
  for (const [opcode, payload] of [
    [opcodes.text, ''],
    [opcodes.text, 'x'.repeat(60_000)],
    [opcodes.ping, ''],
  ] as const)
    await newFlood(url, 5, upgrade(), clientFrame(payload, { opcode }));
  await newMember(url, 'An');
  await system.close(1001, 'the server is closing', 0.5);
});

test('a peer that is closed in the middle of its flood is heard when it answers the close frame', async () => {
  const entries: LogEntry[] = [];
  const { url, ends, gate } = await newGatedSystem({
    log: (entry) => {
      if (entry.kind === 'refusal') throw new Error('a bug');
      entries.push(entry);
    },
  });
  const peer = await newRawMember(url, 'An');
  gate.block();
  const pad = 'x'.repeat(5000);
  const flood = Array(500).fill(clientFrame(JSON.stringify({ data: 'nothing', pad })));
  peer.say({ data: 'send', content: 'x' });
  peer.socket.write(Buffer.concat(flood));
  await until(() => ends[0]?.socket.isPaused() === true);
  gate.release();
  expect(await peer.closeCode()).toBe(1011);
  peer.sayGoodbye(1011);
  await until(() => entries.some(({ kind }) => kind === 'close'));
  expect(entries).toContainEqual({ kind: 'close', connection: 'c1', code: 1011 });
});
