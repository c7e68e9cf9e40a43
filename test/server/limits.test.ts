/** The limits of a connection, over real sockets. Peers on this machine have them only where they are set. */
import { expect, test } from 'vitest';
import { newClient, newMember } from '../helpers/client.ts';
import { clientFrame, opcodes } from '../helpers/frames.ts';
import { until } from '../helpers/gate.ts';
import { allOf, newPeer, upgrade } from '../helpers/raw.ts';
import { newPipedPeer, newRawMember, newRawPeer, register } from '../helpers/raw-peer.ts';
import { newServer } from '../helpers/server.ts';
import { newSystem } from '../helpers/system.ts';

test('P-LIM-1, P-REQ-7: a member that sends too fast is answered later, in order, and nothing is refused', async () => {
  const { url } = await newServer({ sendRate: 200, sendBurst: 1, rate: 400, burst: 1, byteRate: 65_536 });
  const an = await newMember(url, 'An');
  for (let number = 0; number < 30; number++)
    an.say({ data: 'send', content: number % 3 ? `${number}` : '' });
  an.say({ data: 'get', limit: 0 });
  for (let number = 0; number < 30; number++)
    expect(await an.next()).toMatchObject({ type: 'send', content: number % 3 ? `${number}` : '' });
  expect(await an.next()).toMatchObject({ type: 'get', status: true });
});

test('P-LIM-1: what one connection has to wait for, another one does not', async () => {
  const { url } = await newServer({ sendRate: 0.001, sendBurst: 1 });
  const an = await newMember(url, 'An');
  const binh = await newMember(url, 'Bình');
  await an.next();
  for (const content of ['one', 'two']) an.say({ data: 'send', content });
  expect(await an.next()).toMatchObject({ content: 'one' });
  expect(await binh.next()).toMatchObject({ content: 'one' });
  expect(await binh.ask({ data: 'send', content: 'three' })).toMatchObject({ status: true });
  expect(await an.next()).toMatchObject({ datatype: 'message', content: 'three' });
});

test('P-LIM-1: all connections of one address have as much as thirty-two', async () => {
  const { url } = await newServer({ nameRate: 0.001, nameBurst: 1 });
  const crowd = await Promise.all(Array.from({ length: 40 }, () => newClient(url)));
  let answered = 0;
  for (const [number, client] of crowd.entries()) {
    client.say({ data: 'name', name: `n${number}`.repeat(200) });
    void client.next().then(() => answered++);
  }
  await until(() => answered === 32);
  // A request that costs no name is answered behind none of those that wait.
  expect(await (await newClient(url)).ask({ data: 'get' })).toMatchObject({ reason: 'UnknownRegister' });
  expect(answered).toBe(32);
});

test('P-LIM-1: a connection that breaks before its request is due gives back what that would have cost', async () => {
  let ms = 0;
  const localRates = { name: { perSecond: 0.001, burst: 1 } };
  const { url, system } = await newSystem({ localRates, now: () => ms });
  const an = await newMember(url, 'An');
  an.say({ data: 'name', name: 'Anh' });
  an.say({ data: 'name', name: 'Ánh' });
  await (await newClient(url)).ask({ data: 'nothing' });
  an.socket.terminate();
  await until(() => system.actors().every((actor) => actor.getSnapshot().context?.nickname !== 'An'));
  ms = 1_000_000;
  await newMember(url, 'An');
});

test('P-LIM-1: a peer that floods with bytes is not read beyond its rate, and its pongs are waited for', async () => {
  const limits = { localRates: { byte: { perSecond: 1024, burst: 4096 } }, pingSeconds: 0.1 };
  const { url, ends } = await newSystem(limits);
  const an = await newMember(url, 'An');
  const flood = await newRawPeer(url);
  flood.socket.write(Buffer.concat(Array(100_000).fill(clientFrame('x', { opcode: opcodes.pong }))));
  await until(() => ends[1]?.socket.isPaused() === true);
  const { bytesRead } = ends[1]?.socket ?? { bytesRead: 0 };
  for (let beat = 0; beat < 5; beat++) while ((await an.next())['type'] !== 'ping');
  expect(ends[1]?.socket.bytesRead).toBe(bytesRead);
  expect(ends[1]?.ws.readyState).toBe(1);
});

test('P-LIM-1: a class of 40 behind one address that talks is answered at once', async () => {
  // The rates of a stranger.
  const { url, entries } = await newServer({ rate: 50, byteRate: 16_384, sendRate: 2, nameRate: 0.2 });
  const pupils = [];
  for (let number = 0; number < 40; number++) pupils.push(await newMember(url, `pupil ${number}`));
  for (let second = 0; second < 5; second++) {
    const said = pupils.map(async (pupil) => {
      pupil.say({ data: 'send', content: 'x'.repeat(100) });
      while ((await pupil.next())['type'] !== 'send');
    });
    await Promise.all(said);
  }
  expect(entries.filter(({ kind }) => kind === 'send')).toHaveLength(200);
});

test('P-LIM-2: histories wait for their turn, in order, and all of them arrive whole', async () => {
  const limits = { name: 100, content: 60_000, comparison: 'nickname' } as const;
  const { url, server, entries } = await newSystem({ limits, maxGetBytes: 1 });
  const an = await newMember(url, 'An');
  for (let count = 0; count < 10; count++) await an.ask({ data: 'send', content: 'x'.repeat(60_000) });
  // A stream in memory, without the kernel's buffers.
  const slow = await newPipedPeer(server);
  await register(slow, 'Slow');
  const binh = await newMember(url, 'Bình');
  slow.socket.pause();
  slow.say({ data: 'get' });
  const got = () => entries.flatMap((entry) => (entry.kind === 'get' ? entry.connection : []));
  await until(() => got().length === 1);
  for (const reader of [binh, an]) {
    reader.say({ data: 'get', after: 0 });
    // One that asks for little does not wait, and it stands behind what this connection has asked before.
    expect(await (await newMember(url, `${Math.random()}`)).ask({ data: 'get', limit: 1 })).toMatchObject({
      status: true,
    });
  }
  expect(got()).toEqual(['c2', 'c4', 'c5']);
  slow.socket.resume();
  for (const reader of [binh, an]) {
    let reply = await reader.next();
    while (reply['type'] !== 'get') reply = await reader.next();
    expect((reply['data'] as { message: unknown[] }).message).toHaveLength(10);
  }
  expect(got()).toEqual(['c2', 'c4', 'c5', 'c3', 'c1']);
});

/** A system of which one reader's history fills the bound, and who got one so far. */
async function newSlowReader() {
  const limits = { name: 100, content: 60_000, comparison: 'nickname' } as const;
  const { url, server, entries, ends } = await newSystem({ limits, maxGetBytes: 1 });
  const an = await newMember(url, 'An');
  for (let count = 0; count < 10; count++) await an.ask({ data: 'send', content: 'x'.repeat(60_000) });
  const slow = await newPipedPeer(server);
  await register(slow, 'Slow');
  slow.socket.pause();
  slow.say({ data: 'get' });
  const got = () => entries.flatMap((entry) => (entry.kind === 'get' ? entry.connection : []));
  await until(() => got().length === 1);
  return { url, server, ends, an, slow, got };
}

test('P-LIM-2: a reader that is gone keeps nobody waiting', async () => {
  const { an, ends } = await newSlowReader();
  an.say({ data: 'get' });
  ends[1]?.socket.destroy();
  let reply = await an.next();
  while (reply['type'] !== 'get') reply = await an.next();
  expect(reply).toMatchObject({ status: true });
});

/** The same with two members that wait for their histories. */
async function newLine() {
  const system = await newSlowReader();
  const { url, an, got } = system;
  const first = await newRawPeer(url);
  first.say({ data: 'name', name: 'First', resume: '' });
  const { resume } = await first.nextFrame();
  const last = await newRawMember(url, 'Last');
  for (const peer of [first, last]) {
    peer.say({ data: 'get' });
    // It waits in line once a later request of somebody else has been answered.
    await an.pending();
  }
  expect(got()).toEqual(['c2']);
  return { ...system, first, last, resume };
}

test('P-LIM-2: a reader that is closed in line keeps nobody waiting, even if it does not answer the close frame', async () => {
  const { url, slow, first, last, resume, got } = await newLine();
  const taker = await newRawPeer(url);
  taker.say({ data: 'name', name: 'First', resume });
  expect(await first.closeCode()).toBe(4000);
  slow.socket.resume();
  while ((await last.nextFrame())['type'] !== 'get');
  expect(got()).toEqual(['c2', 'c4']);
});

test('P-LIM-2: a reader in line that does not read keeps nobody waiting, and gets its history when it does', async () => {
  const { ends, an, slow, first, last, got } = await newLine();
  first.socket.pause();
  while (ends[2]?.socket.writableNeedDrain === false)
    await an.ask({ data: 'send', content: 'x'.repeat(60_000) });
  slow.socket.resume();
  while ((await last.nextFrame())['type'] !== 'get');
  first.socket.resume();
  while ((await first.nextFrame())['type'] !== 'get');
  expect(got()).toEqual(['c2', 'c4', 'c3']);
});

test('P-LIM-2: a peer that has said goodbye in line is not waited for', async () => {
  const { ends, first, got, an } = await newLine();
  first.sayGoodbye();
  await until(() => ends[2]?.socket.destroyed === true);
  while ((await an.next())['datatype'] !== 'leave');
  expect(got()).toEqual(['c2', 'c3']);
});

test('P-LIM-2: a small part of the history waits for nobody, whichever window names it', async () => {
  const { an, got } = await newLine();
  an.say({ data: 'get', after: 9 });
  while ((await an.next())['type'] !== 'get');
  expect(got()).toEqual(['c2', 'c1']);
});

test('P-LIM-1: a message that is not finished in time is closed with 1008', async () => {
  const { url } = await newSystem({ messageMs: 50 });
  const whole = await newRawMember(url, 'Bình');
  const peers = [await newRawPeer(url), await newRawPeer(url), await newRawPeer(url)];
  const frame = clientFrame('{"data":"nothing"}');
  const beginnings = [
    clientFrame('{"data":', { isFinal: false }),
    frame.subarray(0, 10),
    frame.subarray(0, 1),
  ];
  for (const [at, peer] of peers.entries()) peer.socket.write(beginnings[at] as Buffer);
  for (const peer of peers) expect(await peer.closeCode()).toBe(1008);
  whole.say({ data: 'nothing' });
  expect(await whole.nextFrame()).toMatchObject({ reason: 'UnknownType' });
});

test('P-REQ-7: a broken frame among those that come with the handshake closes its connection and no other', async () => {
  const { url } = await newServer();
  const an = await newMember(url, 'An');
  const frames = ['{"data":"nothing"}', Buffer.from([0xff]), 'x', 'x'].map((payload) => clientFrame(payload));
  const peer = await newPeer(url);
  const answer = allOf(peer);
  peer.write(Buffer.concat([Buffer.from(upgrade()), ...frames]));
  // The close frame with 1007.
  expect(await answer).toContain('UnknownType');
  expect(await an.ask({ data: 'get', limit: 0 })).toMatchObject({ status: true });
});

test('P-LIM-1: a message may have 64 fragments, and no more', async () => {
  const { url } = await newServer();
  const peer = await newRawPeer(url);
  const { continuation, text } = opcodes;
  const inFragments = (count: number) =>
    Array.from({ length: count }, (_, at) =>
      clientFrame(at === 0 ? '"' : at === count - 1 ? '"' : 'x', {
        opcode: at === 0 ? text : continuation,
        isFinal: at === count - 1,
      }),
    );
  peer.socket.write(Buffer.concat(inFragments(64)));
  expect(await peer.nextFrame()).toMatchObject({ reason: 'UnknownType' });
  peer.socket.write(Buffer.concat(inFragments(65)));
  expect(await peer.closeCode()).toBe(1008);
});
