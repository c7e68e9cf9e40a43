import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import type { AnyActorRef } from 'xstate';
import { Intake } from '../../src/actors/intake.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { clientFrame, opcodes } from '../helpers/frames.ts';
import { until } from '../helpers/gate.ts';
import { newServer } from '../helpers/server.ts';
import { guest, newSystem } from '../helpers/system.ts';

/** The chain from an actor to the root, by their ids. */
function chainOf(actor: AnyActorRef): string[] {
  const chain: string[] = [];
  for (let at: AnyActorRef | undefined = actor; at !== undefined; at = at._parent) chain.push(at.id);
  return chain;
}

test('an inspector sees the actor tree: server over room, heartbeat and connections, over c1, c2, …', async () => {
  const { system, url } = await newSystem({ pingSeconds: 0.1 });
  const chains = new Set<string>();
  system.inspect(({ actorRef }) => void chains.add(chainOf(actorRef as AnyActorRef).join(' < ')));
  const an = await newMember(url, 'An');
  await newClient(url);
  while ((await an.next())['type'] !== 'ping');
  await an.ask({ data: 'get' });
  const expected = [
    'beat < heartbeat < server',
    'c1 < connections < server',
    'c2 < connections < server',
    'heartbeat < server',
    'ledger < room < server',
    'mailbox < room < server',
    'room < server',
  ];
  expect([...chains]).toEqual(expect.arrayContaining(expected));
  // What is invoked for a while may be more; whoever lives longer is not.
  const lasting = [...chains].filter((chain) => !/^\w+ < heartbeat /.test(chain));
  expect(lasting.sort()).toEqual(expected.filter((chain) => !/^beat /.test(chain)));
});

test('an inspector is told each request of a connection until it unsubscribes', async () => {
  const { system, url } = await newSystem();
  const heard: string[] = [];
  const { unsubscribe } = system.inspect((event) => {
    if (event.type === '@xstate.event')
      heard.push(`${event.event.type} to ${(event.actorRef as AnyActorRef).id}`);
  });
  const an = await newMember(url, 'An');
  await an.ask({ data: 'send', content: 'x' });
  expect(heard).toEqual(
    expect.arrayContaining([
      'name to c1',
      'claim to mailbox',
      'changes to room',
      'commit to ledger',
      'committed to room',
      'settled to c1',
      'post to mailbox',
    ]),
  );
  unsubscribe();
  const { length } = heard;
  await an.ask({ data: 'send', content: 'y' });
  expect(heard).toHaveLength(length);
});

test('the end of the system: every connection is closed with the code, and every member leaves', async () => {
  const { url, entries, close } = await newSystem();
  const an = await newMember(url, 'An');
  const stranger = await newClient(url);
  await close();
  expect([await an.closed(), await stranger.closed()]).toEqual([1001, 1001]);
  const kinds = entries.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'leave')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'close')).toHaveLength(2);
});

test('the end of the system: a long history that is going out is finished first', async () => {
  const { chat, url } = await newServer({ maxContent: 60_000 });
  const an = await newMember(url, 'An');
  for (let number = 0; number < 200; number++) await an.ask({ data: 'send', content: 'x'.repeat(60_000) });
  const binh = await newMember(url, 'Bình');
  await an.next();
  binh.say({ data: 'get' });
  const got = binh.next();
  await an.ask({ data: 'get', limit: 0 });
  const closing = chat.close();
  expect(((await got) as { data: { message: unknown[] } }).data.message).toHaveLength(200);
  expect(await binh.closed()).toBe(1001);
  await closing;
});

test('the end of the system: every change under way is answered before the close frame', async () => {
  const { chat, url } = await newServer();
  const people = await Promise.all(Array.from({ length: 20 }, (_, at) => newMember(url, `n${at}`)));
  for (const client of people) await client.pending();
  for (const client of people) client.say({ data: 'send', content: 'x' });
  await people[0]?.pending();
  await chat.close();
  for (const client of people) expect(await client.closed()).toBe(1001);
});

test('twenty thousand connections are admitted, answered and closed', async () => {
  let closed = 0;
  const { system, close } = await newSystem({
    log: ({ kind }) => {
      if (kind === 'close') closed++;
    },
  });
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false });
  const request = handshake();
  const ask = clientFrame('{"data":"nothing"}');
  const goodbye = clientFrame(Buffer.from([0x03, 0xe8]), { opcode: opcodes.close });
  const count = 20_000;
  let answered = 0;
  const peers: Duplex[] = [];
  for (let number = 0; number < count; number++) {
    // Streams in memory, for want of so many sockets; `ws` unmasks in place, so each gets bytes of its own.
    const [near, far] = duplexPair();
    const intake = new Intake(far, Buffer.of());
    sockets.handleUpgrade(request, intake, Buffer.of(), (ws) => system.admit(ws, intake, guest('::1')));
    near.on('data', (chunk: Buffer) => {
      if (chunk.includes('UnknownType')) answered++;
    });
    near.write(Buffer.from(ask));
    peers.push(near);
  }
  await until(() => answered === count);
  for (const peer of peers.slice(count / 2)) peer.end(Buffer.from(goodbye));
  await until(() => closed === count / 2);
  for (const peer of peers.slice(0, count / 2)) peer.once('data', () => peer.end(Buffer.from(goodbye)));
  await close();
  expect(closed).toBe(count);
});

/** A WebSocket handshake, as node:http would have read it. */
function handshake(): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.method = 'GET';
  request.headers = {
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  return request;
}

test('P-LIM-1: the queues say what waits in a connection that asks faster than it may', async () => {
  const slow = { request: { perSecond: 0.001, burst: 1 } };
  const { system, url } = await newSystem({ rates: slow, localRates: slow });
  const an = await newClient(url);
  for (let count = 0; count < 5; count++) an.say({ data: 'get' });
  await an.next();
  const queues = () => [...system.queues().values()];
  await expect.poll(queues).toEqual([{ frames: 4, isPaused: false, waitingBytes: 0 }]);
});
