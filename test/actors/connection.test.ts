import { expect, test } from 'vitest';
import type { AnyActorRef } from 'xstate';
import type { LogEntry } from '../../src/actors/log.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { newRawMember } from '../helpers/raw-peer.ts';
import { newGatedSystem, newSystem } from '../helpers/system.ts';

/** Two members of a system whose commits can be blocked; their ends are the first two. */
async function newGated() {
  const test = await newGatedSystem();
  const an = await newMember(test.url, 'An');
  const binh = await newMember(test.url, 'Bình');
  await an.next();
  const [first] = test.ends;
  if (first === undefined) throw new Error('no connection was admitted');
  return { ...test, an, binh, first };
}

/** A system in which a content that is refused breaks the connection's machine. */
async function newBreakable() {
  const entries: LogEntry[] = [];
  const log = (entry: LogEntry) => {
    if (entry.kind === 'refusal' && entry.reason === 'WrongFormatContent') throw new Error('a bug');
    entries.push(entry);
  };
  return { ...(await newGatedSystem({ log })), entries };
}

test('a connection actor is a child of its parent, in its system', async () => {
  const { system, url } = await newSystem();
  const seen: { id: string; parent: string | undefined; root: string }[] = [];
  system.inspect(({ type, actorRef, rootId }) => {
    const { id, _parent } = actorRef as AnyActorRef;
    if (type === '@xstate.actor') seen.push({ id, parent: _parent?.id, root: rootId });
  });
  await newClient(url);
  await newMember(url, 'An');
  expect(seen.slice(0, 2)).toMatchObject([
    { id: 'c1', parent: 'connections' },
    { id: 'c2', parent: 'connections' },
  ]);
  expect(new Set(seen.map(({ root }) => root)).size).toBe(1);
});

test('a connection whose machine fails is closed with 1011, the parent is told, and no other connection suffers', async () => {
  const { url, entries, faults, system } = await newBreakable();
  const told: string[] = [];
  system.inspect((event) => {
    if (event.type === '@xstate.event' && event.event.type.startsWith('xstate.error'))
      told.push(`${event.event.type} to ${(event.actorRef as AnyActorRef).id}`);
  });
  const an = await newMember(url, 'An');
  const binh = await newMember(url, 'Bình');
  await an.next();
  binh.say({ data: 'send', content: '' });
  expect(await binh.closed()).toBe(1011);
  expect(await an.next()).toMatchObject({ type: 'receive', datatype: 'leave', name: 'Bình' });
  expect(told).toEqual(['xstate.error.actor.c2 to connections']);
  expect(entries).toContainEqual({ kind: 'error', connection: 'c2', error: new Error('a bug') });
  expect(faults).toEqual([]);
  const again = await newMember(url, 'Bình');
  expect(await an.next()).toMatchObject({ datatype: 'register', name: 'Bình' });
  expect(await again.ask({ data: 'get' })).toMatchObject({ data: { online: ['An', 'Bình'] } });
  expect(await an.pending()).toEqual([]);
});

test('a bug on the way of a frame ends its connection only', async () => {
  const { url, entries, system } = await newSystem();
  const an = await newMember(url, 'An');
  const binh = await newMember(url, 'Bình');
  await an.next();
  const bug = new Error('a bug');
  system.tap(({ id }, { way, kind }) => {
    if (id === 'c2' && way === 'in' && kind === 'text') throw bug;
  });
  for (let count = 0; count < 3; count++) binh.say({ data: 'send', content: 'x' });
  expect(await binh.closed()).toBe(1011);
  expect(await an.next()).toMatchObject({ datatype: 'leave', name: 'Bình' });
  expect(entries.filter(({ kind }) => kind === 'error')).toEqual([
    { kind: 'error', connection: 'c2', error: bug },
  ]);
  expect(await an.ask({ data: 'send', content: 'y' })).toMatchObject({ status: true });
});

test('P-EVT-2: a member whose machine fails leaves once, and its waiting frames are not handled', async () => {
  const { url, entries } = await newBreakable();
  const an = await newMember(url, 'An');
  const binh = await newMember(url, 'Bình');
  await an.next();
  binh.say({ data: 'send', content: 'one' });
  binh.say({ data: 'send', content: '' });
  binh.say({ data: 'send', content: 'two' });
  expect(await binh.next()).toMatchObject({ content: 'one', status: true });
  expect(await binh.closed()).toBe(1011);
  expect(await an.next()).toMatchObject({ content: 'one' });
  expect(await an.next()).toMatchObject({ datatype: 'leave' });
  expect(entries.filter(({ kind }) => kind === 'send')).toHaveLength(1);
});

test('a connection whose machine fails after its socket is closed is gone at once', async () => {
  const { url, entries, gate, system } = await newBreakable();
  const codes: number[] = [];
  system.tap((_, traffic) => {
    if (traffic.way === 'in' && traffic.kind === 'close') codes.push(traffic.code);
  });
  const an = await newMember(url, 'An');
  const binh = await newMember(url, 'Bình');
  await an.next();
  gate.block();
  binh.say({ data: 'send', content: 'one' });
  binh.say({ data: 'send', content: '' });
  binh.socket.close(1000);
  await until(() => entries.some(({ kind }) => kind === 'close'));
  expect(codes).toEqual([]);
  gate.release();
  expect(await an.next()).toMatchObject({ content: 'one' });
  expect(await an.next()).toMatchObject({ datatype: 'leave', name: 'Bình' });
  expect(codes).toEqual([1000]);
});

test('a flood pauses its own socket, delays nobody else, and is not refused', async () => {
  const { gate, an, binh, first } = await newGated();
  gate.block();
  const before = first.socket.bytesRead;
  const pad = 'x'.repeat(40_000);
  for (let number = 0; number < 300; number++) an.say({ data: 'send', content: `${number}`, pad });
  await until(() => first.socket.isPaused());
  // 12 MB are on their way; during a hundred round trips of somebody else's a chunk of them is read at the most.
  for (let round = 0; round < 100; round++) expect(await binh.pending()).toEqual([]);
  expect(first.socket.bytesRead - before).toBeLessThan(256 * 1024 + pad.length + 200_000);
  gate.release();
  for (let number = 0; number < 300; number++) {
    expect(await an.next()).toMatchObject({ content: `${number}`, status: true });
    expect(await binh.next()).toMatchObject({ content: `${number}`, datatype: 'message' });
  }
  expect(await an.pending()).toEqual([]);
});

test.each([50, 200])('a goodbye behind %i requests comes after them', async (count) => {
  const { gate, an, binh, entries } = await newGated();
  gate.block();
  for (let number = 0; number < count; number++) an.say({ data: 'send', content: `${number}` });
  an.socket.close();
  if (count < 64) await until(() => entries.some(({ kind }) => kind === 'close'));
  expect(await binh.pending()).toEqual([]);
  gate.release();
  for (let number = 0; number < count; number++) {
    expect(await binh.next()).toMatchObject({ content: `${number}`, name: 'An' });
  }
  expect(await binh.next()).toMatchObject({ datatype: 'leave', name: 'An' });
  expect(await binh.pending()).toEqual([]);
  const { data } = (await binh.ask({ data: 'get' })) as { data: { message: unknown[]; online: unknown } };
  expect(data.message).toHaveLength(count);
  expect(data.online).toEqual(['Bình']);
});

test('P-SEND-4: a get does not wait for a commit, and still shows one place in the order', async () => {
  const { gate, an, binh } = await newGated();
  expect(await an.ask({ data: 'send', content: 'stored' })).toMatchObject({ status: true });
  expect(await binh.next()).toMatchObject({ content: 'stored' });
  gate.block();
  const { length } = gate.commits;
  an.say({ data: 'send', content: 'under way' });
  await until(() => gate.commits.length > length);
  const { data } = (await binh.ask({ data: 'get' })) as { data: { message: unknown[] } };
  expect(data.message).toMatchObject([{ content: 'stored' }]);
  gate.release();
  expect(await binh.next()).toMatchObject({ datatype: 'message', content: 'under way' });
  expect(await an.next()).toMatchObject({ type: 'send', content: 'under way' });
  expect(await an.ask({ data: 'get' })).toMatchObject({
    data: { message: [{ content: 'stored' }, { content: 'under way' }] },
  });
});

test('P-REQ-7: a get, a change and a refusal behind sends wait for all of them', async () => {
  const { gate, an, entries } = await newGated();
  gate.block();
  for (const content of ['một', 'hai', '', 'ba']) an.say({ data: 'send', content });
  an.say({ data: 'get', limit: 2 });
  an.say({ data: 'send', content: 'bốn' });
  an.say({ data: 'name', name: 'Anh' });
  an.say({ data: 'send', content: 'năm' });
  await until(() => entries.filter(({ kind }) => kind === 'request').length === 4);
  gate.release();
  const heard = [];
  for (let reply = 0; reply < 8; reply++) heard.push(await an.next());
  expect(heard).toMatchObject([
    { type: 'send', content: 'một', status: true },
    { type: 'send', content: 'hai', status: true },
    { type: 'send', content: '', reason: 'WrongFormatContent' },
    { type: 'send', content: 'ba', status: true },
    { type: 'get', data: { message: [{ content: 'hai' }, { content: 'ba' }], total: 3 } },
    { type: 'send', content: 'bốn', status: true },
    { type: 'name', oldname: 'An', newname: 'Anh', status: true },
    { type: 'send', name: 'Anh', content: 'năm', status: true },
  ]);
});

test('sends of one connection that are under way together share a commit', async () => {
  const { gate, an, entries } = await newGated();
  gate.block();
  const { length } = gate.commits;
  for (let number = 0; number < 100; number++) an.say({ data: 'send', content: `${number}` });
  await until(() => entries.filter(({ kind }) => kind === 'request').length === 2 + 64);
  gate.release();
  for (let number = 0; number < 100; number++)
    expect(await an.next()).toMatchObject({ content: `${number}`, status: true });
  expect(gate.commits.length - length).toBeLessThan(10);
});

test('a broken connection loses its waiting frames, but not the changes that the room has taken', async () => {
  const { gate, an, binh, entries } = await newGated();
  gate.block();
  an.say({ data: 'send', content: '0' });
  an.say({ data: 'name', name: 'Anh' });
  for (let number = 1; number < 10; number++) an.say({ data: 'send', content: `${number}` });
  await until(() => gate.commits.at(-1)?.[0]?.type === 'post');
  an.socket.terminate();
  await until(() => entries.some(({ kind }) => kind === 'close'));
  gate.release();
  expect(await binh.next()).toMatchObject({ content: '0', datatype: 'message' });
  expect(await binh.next()).toMatchObject({ datatype: 'leave', name: 'An' });
  expect(await binh.pending()).toEqual([]);
});

test('P-EVT-2: a connection that ends while its claim is under way is never seen, or seen to join and leave', async () => {
  const { gate, an, url, entries } = await newGated();
  gate.block();
  const chi = await newClient(url);
  chi.say({ data: 'name', name: 'Chi' });
  await until(() => entries.filter(({ kind }) => kind === 'request').length === 3);
  chi.socket.terminate();
  await until(() => entries.some(({ kind }) => kind === 'close'));
  gate.release();
  // Its leave is in the room already, and so comes before what is asked now.
  an.say({ data: 'get', limit: 0 });
  const events: unknown[] = [];
  for (let frame = await an.next(); frame['type'] !== 'get'; frame = await an.next()) {
    events.push([frame['datatype'], frame['name']]);
  }
  expect([
    [],
    [
      ['register', 'Chi'],
      ['leave', 'Chi'],
    ],
  ]).toContainEqual(events);
  await newMember(url, 'Chi');
});

test('a member that never reads is closed with 1013, and nobody waits for it', async () => {
  const limits = { name: 100, content: 60_000, comparison: 'nickname' } as const;
  const { url, entries } = await newSystem({ limits });
  const an = await newMember(url, 'An');
  const slow = await newRawMember(url, 'Slow');
  const binh = await newMember(url, 'Bình');
  slow.socket.pause();
  await an.next();
  await an.next();
  const content = 'x'.repeat(60_000);
  const hasLeft = () => entries.some((entry) => entry.kind === 'leave' && entry.nickname === 'Slow');
  for (let number = 0; !hasLeft() && number < 300; number++) {
    expect(await an.ask({ data: 'send', content })).toMatchObject({ status: true });
    expect(await binh.next()).toMatchObject({ content });
  }
  expect(await binh.next()).toMatchObject({ datatype: 'leave', name: 'Slow' });
  expect(await an.next()).toMatchObject({ datatype: 'leave', name: 'Slow' });
  slow.socket.resume();
  expect(await slow.closeCode()).toBe(1013);
  expect([await an.pending(), await binh.pending()]).toEqual([[], []]);
});
