/** Coming back, as it depends on how long a holding waits and on where its connection is cut off. */
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Client, newClient, newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { newPipedPeer } from '../helpers/raw-peer.ts';
import { newServer } from '../helpers/server.ts';
import { newGatedSystem } from '../helpers/system.ts';

async function register(client: Client, name: string, resume: string | true = true): Promise<string> {
  const reply = await client.ask({ data: 'name', name, resume });
  expect(reply).toMatchObject({ action: 'register', name, status: true });
  return String(reply['resume']);
}

test.each([0.05, 0])(
  'P-RES-3: a holding for which nobody comes back leaves, once (after %d s)',
  async (resumeSeconds) => {
    const { url, entries } = await newServer({ resumeSeconds });
    const witness = await newMember(url, 'Witness');
    const an = await newClient(url);
    const secret = await register(an, 'An');
    await witness.next();
    an.socket.terminate();
    expect(await witness.next()).toMatchObject({ datatype: 'leave', name: 'An' });
    expect(await register(await newClient(url), 'An', secret)).not.toBe(secret);
    expect(await witness.next()).toMatchObject({ datatype: 'register', name: 'An' });
    expect(await witness.pending()).toEqual([]);
    expect(entries.filter(({ kind }) => kind === 'leave')).toHaveLength(1);
  },
);

test('P-RES-3: a closing chat does not wait for lost peers', async () => {
  const { chat, url } = await newServer({ resumeSeconds: 3600 });
  const an = await newClient(url);
  await register(an, 'An');
  an.socket.terminate();
  await an.closed();
  await chat.close();
});

test('P-RES-3: a member that reads too slowly may come back', async () => {
  const { url, ends } = await newGatedSystem({
    maxBufferedBytes: 1024,
    limits: { name: 100, content: 60_000, comparison: 'nickname' },
  });
  const slow = await newClient(url);
  const secret = await register(slow, 'Slow');
  const an = await newMember(url, 'An');
  slow.socket.pause();
  while (ends[0]?.ws.readyState === 1) await an.ask({ data: 'send', content: 'x'.repeat(60_000) });
  await register(await newClient(url), 'Slow', secret);
  expect(await an.pending()).toEqual([]);
});

test('P-RES-2: a client that is cut off before the reply comes back with the secret that it has', async () => {
  const { url, gate, entries } = await newGatedSystem();
  const witness = await newMember(url, 'Witness');
  let last = await newClient(url);
  const secret = await register(last, 'An');
  await witness.next();
  for (let round = 0; round < 3; round++) {
    gate.block();
    const { length } = gate.commits;
    const cut = await newClient(url);
    cut.say({ data: 'name', name: 'An', resume: secret });
    await until(() => gate.commits.length > length);
    const closes = () => entries.filter(({ kind }) => kind === 'close').length;
    const before = closes();
    cut.socket.terminate();
    await until(() => closes() > before);
    gate.release();
    expect(await witness.pending()).toEqual([]);
  }
  last = await newClient(url);
  await register(last, 'An', secret);
  expect(await witness.pending()).toEqual([]);
  expect(await last.ask({ data: 'get' })).toMatchObject({ data: { online: ['Witness', 'An'] } });
});

test('P-RES-2: requests of a connection after the takeover of its holding do nothing', async () => {
  const { url, gate } = await newGatedSystem();
  const witness = await newMember(url, 'Witness');
  const old = await newClient(url);
  const secret = await register(old, 'An');
  await witness.next();
  gate.block();
  witness.say({ data: 'send', content: 'first' });
  const isAsked = (type: string) => gate.commits.at(-1)?.some((change) => change.type === type) ?? false;
  await until(() => isAsked('post'));
  const next = await newClient(url);
  next.say({ data: 'name', name: 'An', resume: secret });
  // Its ping is answered behind the claim, so that the room has it before what follows.
  next.socket.ping();
  await new Promise((resolve) => next.socket.once('pong', resolve));
  old.say({ data: 'send', content: 'too late' });
  old.socket.ping();
  await new Promise((resolve) => old.socket.once('pong', resolve));
  gate.passOne();
  await until(() => isAsked('claim'));
  expect(gate.commits.at(-1)?.map(({ type }) => type)).toEqual(['claim', 'post']);
  gate.release();
  expect(await next.next()).toMatchObject({ action: 'register', status: true });
  expect(await old.next()).toMatchObject({ type: 'receive', content: 'first' });
  expect(await old.closed()).toBe(4000);
  expect(await witness.next()).toMatchObject({ type: 'send', content: 'first' });
  expect(await witness.pending()).toEqual([]);
});

test('P-RES-3: a member that is too slow for its refusals waits like any other, and leaves', async () => {
  const { url, server, entries, system } = await newGatedSystem({
    maxBufferedBytes: 1024,
    resumeMs: 50,
  });
  const witness = await newMember(url, 'Witness');
  const slow = await newPipedPeer(server);
  slow.say({ data: 'name', name: 'Slow', resume: true });
  await slow.nextFrame();
  expect(await witness.next()).toMatchObject({ datatype: 'register' });
  slow.socket.pause();
  const isLost = () => entries.some(({ kind }) => kind === 'leave');
  while (!isLost()) {
    slow.say({ data: 'nothing' });
    await setImmediate();
  }
  expect(await witness.next()).toMatchObject({ datatype: 'leave', name: 'Slow' });
  await system.close(1001, 'the server is closing', 0.1);
});

test('P-RES-3: a chat that is closed does not wait for a member that it has closed as too slow', async () => {
  const { server, url, system, entries } = await newGatedSystem({
    maxBufferedBytes: 2000,
    resumeMs: 3_600_000,
  });
  const slow = await newPipedPeer(server);
  slow.say({ data: 'name', name: 'Slow', resume: true });
  await slow.nextFrame();
  const an = await newMember(url, 'An');
  slow.socket.pause();
  const isLost = () =>
    system.actors().some((actor) => actor.id === 'c1' && actor.getSnapshot().matches({ registered: 'lost' }));
  while (!isLost()) await an.ask({ data: 'send', content: 'x'.repeat(100) });
  await system.close(1001, 'the server is closing', 0.1);
  expect(entries.filter((entry) => entry.kind === 'leave' && entry.nickname === 'Slow')).toHaveLength(1);
});

test('P-EVT-4: a connection that waits for its peer is not cut off again', async () => {
  const { url, entries } = await newServer({ pingInterval: 0.05, resumeSeconds: 0.5 });
  const an = await newClient(url);
  an.say({ data: 'name', name: 'An', resume: true });
  await until(() => entries.some(({ kind }) => kind === 'register'));
  an.socket.terminate();
  await until(() => entries.some(({ kind }) => kind === 'leave'));
  expect(entries.filter(({ kind }) => kind === 'cutoff')).toEqual([]);
});

test('P-RES-2: a connection whose holding is taken over has seen all that happened before', async () => {
  const { url, gate } = await newGatedSystem();
  const witness = await newMember(url, 'Witness');
  const old = await newClient(url);
  const secret = await register(old, 'An');
  await witness.next();
  const answered = async (client: Client) => {
    client.socket.ping();
    await new Promise((resolve) => client.socket.once('pong', resolve));
  };
  gate.block();
  const { length } = gate.commits;
  witness.say({ data: 'send', content: 'first' });
  await until(() => gate.commits.length > length);
  const next = await newClient(url);
  witness.say({ data: 'send', content: 'before' });
  await answered(witness);
  next.say({ data: 'name', name: 'An', resume: secret });
  await answered(next);
  witness.say({ data: 'send', content: 'after' });
  await answered(witness);
  gate.release();
  expect(await old.next()).toMatchObject({ content: 'first' });
  expect(await old.next()).toMatchObject({ content: 'before' });
  expect(await old.closed()).toBe(4000);
  expect(await next.next()).toMatchObject({ action: 'register', status: true });
  expect(await next.next()).toMatchObject({ content: 'after' });
});
