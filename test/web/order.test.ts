import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ShownFrame, Told } from '../../src/inspect/told.ts';
import { Incoming } from '../../web/lab/incoming.ts';
import { momentOf } from '../../web/lab/moments.ts';
import type { Flow } from '../../web/lab/picture.ts';
import { Playback } from '../../web/lab/playback.ts';
import type { Draft, Recorded } from '../../web/lab/recorded.ts';
import { World } from '../../web/lab/world.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1000 }));
afterEach(() => void vi.useRealTimers());

const base = (sessionId: string, at: number) => ({
  sessionId,
  rootId: 'x:0',
  id: '1',
  createdAt: `${at}`,
  _version: '0.7.2' as const,
});
const told = (event: Told): Draft => ({
  kind: 'told',
  told: event as Extract<Draft, { kind: 'told' }>['told'],
});
const born = (number: number, at: number): Draft => ({
  kind: 'told',
  told: {
    type: '@xstate.actor',
    ...base(`x:${number}`, at),
    name: `c${number}`,
    machine: 'connection',
    snapshot: { status: 'active' },
  },
});
const event = (session: string, type: string, at: number) =>
  told({ type: '@xstate.event', ...base(session, at), event: { type } });
const frame = (session: string, at: number, shown: ShownFrame) =>
  told({ type: '@chat.frame', ...base(session, at), ...shown });
/** A message that the server has sent, masked as the inspector tells it: here with other letters of the same number. */
const sentTo = (session: string, at: number, text: string) =>
  frame(session, at, { way: 'out', kind: 'text', text: text.replaceAll('An', '••'), bytes: text.length });
const got = (client: string, text: string): Draft => ({ kind: 'got', client, text });

/** The entries in the order in which the page records them, if they arrive at these times. */
function recorded(arrivals: [at: number, draft: Draft][]): Recorded[] {
  const entries: Recorded[] = [];
  const incoming = new Incoming((ripe) => entries.push(...ripe));
  for (const [at, draft] of arrivals) {
    vi.setSystemTime(at);
    incoming.take(draft);
  }
  vi.advanceTimersByTime(1000);
  return entries;
}

/** The client A connects, and gets the connection c1. */
const beginning: [number, Draft][] = [
  [1000, { kind: 'client', client: 'A', status: 'connecting' }],
  [1001, born(1, 1001)],
  [1002, { kind: 'client', client: 'A', status: 'open' }],
];

/** The picture that a page with that client makes. */
function worldOf(arrivals: [at: number, draft: Draft][]): World {
  const world = new World({});
  for (const entry of recorded([...beginning, ...arrivals])) world.apply(entry);
  return world;
}

const reply = '{"type":"name","name":"An","status":true}';
const ping = '{"type":"ping","timeout":5}';
const labels = ({ flows }: Pick<World, 'flows'>) => flows.map(({ label }) => label);
const texts = ({ lines }: Pick<World, 'lines'>) => lines.map(({ text }) => text);

test('a reply stands before the `settled` that follows it, although the client gets it later', () => {
  const world = worldOf([
    [2000, sentTo('x:1', 2000, reply)],
    [2001, event('x:1', 'settled', 2000)],
    [2003, got('A', reply)],
  ]);
  expect(labels(world)).toEqual(['name ✓', 'settled']);
  expect(texts(world)).toEqual([reply]);
});

test('a ping’s JSON stands before PING and PONG, although the client gets it later', () => {
  const world = worldOf([
    [2000, sentTo('x:1', 2000, ping)],
    [2000, frame('x:1', 2000, { way: 'out', kind: 'ping' })],
    [2001, frame('x:1', 2001, { way: 'in', kind: 'pong' })],
    [2004, got('A', ping)],
  ]);
  expect(texts(world.pings)).toEqual([ping, 'PING', 'PONG']);
  expect(labels(world.pings)).toEqual(['ping', 'PING', 'PONG']);
  expect([...texts(world), ...labels(world)]).toEqual([]);
});

test('a ping that the inspector has told takes no text but its own, and is awaited by a picture too', () => {
  const answer = '{"type":"xy","status":true}';
  expect(answer).toHaveLength(ping.length);
  const before = worldOf([[2000, sentTo('x:1', 2000, ping)]]);
  const after = new World({});
  after.apply(before.picture);
  after.apply({ at: 2010, kind: 'got', client: 'A', text: answer });
  after.apply({ at: 2020, kind: 'got', client: 'A', text: ping });
  expect(texts(after.pings)).toEqual([ping]);
  expect(texts(after)).toEqual([answer]);
  expect(after.pings.lines[0]?.awaited).toBeUndefined();
});

test('a ping to all is one row, as is any event', () => {
  const world = worldOf([
    [2000, born(2, 2000)],
    ...[1, 2].flatMap((number): [number, Draft][] => [
      [3000, sentTo(`x:${number}`, 3000, ping)],
      [3000, frame(`x:${number}`, 3000, { way: 'out', kind: 'ping' })],
    ]),
    [3001, frame('x:1', 3001, { way: 'in', kind: 'pong' })],
    [3001, frame('x:2', 3001, { way: 'in', kind: 'pong' })],
  ]);
  const rows = world.pings.flows.map(({ label, spread }) => [label, spread?.others]);
  expect(rows).toEqual([
    ['ping', ['x:2']],
    ['PING', ['x:2']],
    ['PONG', undefined],
    ['PONG', undefined],
  ]);
});

test('a line leads to the moment at which the client got the frame, and its arrow to that at which the server sent it', () => {
  const playback = new Playback({}, () => {});
  playback.record(
    recorded([
      ...beginning,
      [2000, sentTo('x:1', 2000, reply)],
      [2001, event('x:1', 'settled', 2000)],
      [2003, got('A', reply)],
      [2500, { kind: 'sent', client: 'A', text: '{"data":"get"}' }],
    ]),
  );
  playback.catchUp();
  const [line] = playback.world.lines;
  const [flow] = playback.world.flows;
  playback.goTo(Number(line?.moment));
  expect([texts(playback.world), labels(playback.world)]).toEqual([[reply], ['name ✓', 'settled']]);
  expect(playback.world.clients.get('A')?.nickname).toBe('An');
  playback.goTo(Number(flow?.number));
  expect([texts(playback.world), labels(playback.world)]).toEqual([[reply.replace('An', '••')], ['name ✓']]);
});

test('a frame that the client gets before the inspector tells it is shown once', () => {
  const world = worldOf([
    [2000, got('A', reply)],
    [2080, sentTo('x:1', 2080, reply)],
    [2090, event('x:1', 'settled', 2090)],
  ]);
  expect(texts(world)).toEqual([reply]);
  expect(labels(world)).toEqual(['name ✓', 'settled']);
});

test('a frame that the inspector has left out is shown when the client gets it', () => {
  const world = worldOf([
    [2000, got('A', reply)],
    [3000, got('A', reply)],
    [3000, sentTo('x:1', 3000, reply)],
  ]);
  expect(texts(world)).toEqual([reply, reply]);
  expect(labels(world)).toEqual(['name ✓', 'name ✓']);
});

test('a picture that stands for the oldest entries still awaits what the client has not got', () => {
  const before = worldOf([[2000, sentTo('x:1', 2000, reply)]]);
  expect(texts(before)).toEqual([reply.replace('An', '••')]);
  const after = new World({});
  after.apply(before.picture);
  after.apply({ at: 2010, kind: 'got', client: 'A', text: reply });
  expect(texts(after)).toEqual([reply]);
});

test('within a millisecond a request stands before what it leads to, and the next one after its reply', () => {
  const next = '{"data":"get"}';
  const entries = recorded([
    [2000, got('A', reply)],
    [2000, { kind: 'sent', client: 'A', text: next }],
    [2000, sentTo('x:1', 2000, reply)],
    [2000, event('x:1', 'get', 2000)],
  ]);
  const shown = entries.map((entry) =>
    entry.kind === 'told' && entry.told.type === '@xstate.event' ? entry.told.event.type : entry.kind,
  );
  expect(shown).toEqual(['told', 'got', 'sent', 'get']);
});

test('one message to 50 clients is one row with all of them, and the next one another row', () => {
  const message = '{"type":"receive","datatype":"message","name":"An","content":"Hi"}';
  const clients = Array.from({ length: 50 }, (_, index) => index + 2);
  const world = worldOf([
    ...clients.flatMap((number): [number, Draft][] => [
      [1000 * number, { kind: 'client', client: `${number}`, status: 'connecting' }],
      [1000 * number, born(number, 1000 * number)],
      [1000 * number, { kind: 'client', client: `${number}`, status: 'open' }],
    ]),
    // The inspector has left out every fifth frame.
    ...clients
      .filter((number) => number % 5 !== 0)
      .map((number): [number, Draft] => [90_000, sentTo(`x:${number}`, 90_000, message)]),
    [90_001, event('x:1', 'settled', 90_000)],
    ...clients.map((number): [number, Draft] => [90_002, got(`${number}`, message)]),
    [95_000, sentTo('x:2', 95_000, message)],
    [95_000, sentTo('x:3', 95_000, message)],
  ]);
  const rows = world.flows.map(({ label, from, spread }) => [label, from, spread?.others.length]);
  expect(rows).toEqual([
    ['receive message', 'x:2', 49],
    ['settled', undefined, undefined],
    ['receive message', 'x:2', 1],
  ]);
  expect(world.lines).toHaveLength(52);
  // The row leads to the moment at which the last client got the message, behind `settled`.
  const [row, settled] = world.flows;
  expect(momentOf(row as Flow)).toBeGreaterThan(Number(settled?.number));
});

test('when the inspector begins anew no arrow of the last run stays', () => {
  const world = worldOf([[2000, sentTo('x:1', 2000, reply)]]);
  world.apply({ at: 2001, ...frame('x:1', 2001, { way: 'out', kind: 'ping' }) });
  expect([labels(world), labels(world.pings)]).toEqual([['name ✓'], ['PING']]);
  world.apply({ at: 2010, kind: 'reset' });
  expect([labels(world), labels(world.pings)]).toEqual([[], []]);
});
