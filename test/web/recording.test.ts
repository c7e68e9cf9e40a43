/** A recording as a file: what is read as it was written, and what is none. */
import { expect, test } from 'vitest';
import type { Told } from '../../src/inspect/told.ts';
import { leafOf } from '../../web/lab/leaf.ts';
import { readRecording, textOf } from '../../web/lab/recording.ts';
import { World } from '../../web/lab/world.ts';
import { newMember } from '../helpers/client.ts';
import { newServer } from '../helpers/server.ts';
import { newWatcher } from '../helpers/watcher.ts';
import { recordingOf, worldOf } from '../helpers/world.ts';

/** What is in the picture of a world. */
const pictureOf = ({ actors, clients, lines, flows, skipped, framesSkipped }: World) => ({
  actors: [...actors.values()],
  clients: [...clients.values()],
  lines,
  flows,
  skipped: [skipped, framesSkipped],
});

/** As a file has it: without what is undefined. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

test('a recording is read as it was written, and its beginning can be put as a picture', async () => {
  const { chat, url } = await newServer();
  const watcher = await newWatcher(await chat.inspect({ port: 0 }));
  const an = await newMember(url, 'An');
  await an.ask({ data: 'send', content: 'một' });
  await an.leave();
  await watcher.sees(({ event }) => event?.type === 'hangup');
  const { entries } = readRecording(`[${watcher.texts.join()}]`);
  const whole = worldOf(entries);
  expect(pictureOf(worldOf(readRecording(textOf(entries, undefined)).entries))).toEqual(pictureOf(whole));
  for (const [session, { value, status }] of watcher.snapshots)
    if (status === 'active') expect(whole.actors.get(session)?.leaf).toBe(leafOf(value ?? ''));
  for (const cut of [1, Math.floor(entries.length / 2), entries.length]) {
    const shortened = [worldOf(entries.slice(0, cut)).picture, ...entries.slice(cut)];
    const read = readRecording(textOf(shortened, undefined)).entries;
    expect(plain(pictureOf(worldOf(read)))).toEqual(plain(pictureOf(whole)));
  }
});

test('a recording without its beginning keeps the page’s clients, and the number of skipped events', () => {
  const at = 1;
  const clientsAndCounts = ({ clients, skipped, framesSkipped }: World) => [
    [...clients.values()],
    skipped,
    framesSkipped,
  ];
  const whole = worldOf([
    { at, kind: 'client', client: 'A', status: 'connecting' },
    { at, kind: 'client', client: 'B', status: 'connecting' },
    { at, kind: 'client', client: 'A', status: 'open' },
    { at, kind: 'got', client: 'A', text: '{"type":"name","name":"An","status":true}' },
    { at, kind: 'client', client: 'B', status: 'closed', code: 1013 },
    { at, kind: 'told', told: { type: '@chat.skipped', count: 3, frames: 4 } },
  ]);
  const shortened = worldOf([whole.picture]);
  expect(clientsAndCounts(shortened)).toEqual(clientsAndCounts(whole));
  expect(clientsAndCounts(shortened)).toEqual([
    [
      { id: 'A', status: 'open', code: undefined, nickname: 'An', session: undefined },
      { id: 'B', status: 'closed', code: 1013, nickname: undefined, session: undefined },
    ],
    3,
    4,
  ]);
});

test.each([
  '',
  '7',
  'null',
  '{}',
  '[7]',
  '[null]',
  '[{"type":"@xstate.event"}]',
  '{"format":"classic-chatbox-lab","version":1,"entries":[{}]}',
  '{"format":"classic-chatbox-lab","version":1,"entries":[{"at":1,"kind":"picture"}]}',
  '{"format":"classic-chatbox-lab","version":1,"entries":[{"at":1,"kind":"picture","picture":{"actors":[7],"clients":[],"lines":[],"flows":[]}}]}',
  '{"format":"classic-chatbox-lab","version":1,"entries":[{"at":1,"kind":"picture","picture":{"actors":[],"clients":[],"lines":[{}],"flows":[]}}]}',
  '{"format":"classic-chatbox-lab","version":1,"entries":[{"at":1,"kind":"picture","picture":{"actors":[],"clients":[],"lines":[{"text":"","whose":{},"rules":[],"ending":"x"}],"flows":[]}}]}',
  '{"format":"classic-chatbox-lab","version":1,"entries":[{"at":1,"kind":"picture","picture":{"actors":[],"clients":[],"lines":[],"flows":[],"batches":[{"at":1,"acts":[7]}]}}]}',
  '{"format":"classic-chatbox-lab","version":1,"entries":[{"at":1,"kind":"picture","picture":{"actors":[],"clients":[],"lines":[],"flows":[],"depths":[{"at":1}]}}]}',
])('%s is no recording', (text) => {
  expect(() => readRecording(text)).toThrow();
});

test('what a frame says of itself stands in its line, and anything else in its place makes no recording', () => {
  const header = { opcode: 9, isFinal: true, isMasked: false, length: 0 };
  const base = { sessionId: 'x:1', rootId: 'x:0', id: '1', createdAt: '5', _version: '0.7.2' } as const;
  const told: Told = { type: '@chat.frame', ...base, way: 'out', kind: 'close', code: 1001, header };
  const world = new World({});
  for (const entry of readRecording(JSON.stringify([told])).entries) world.apply(entry);
  expect(world.lines).toMatchObject([{ text: 'CLOSE 1001', header }]);
  for (const broken of [7, {}, { opcode: '9' }])
    expect(() => readRecording(JSON.stringify([{ ...told, header: broken }]))).toThrow(
      'this is no recording',
    );
});

test('a handshake is part of a recording, if it is told in full; a refused one is the connection of nobody', () => {
  const told = { type: '@chat.handshake', request: ['GET / HTTP/1.1'], response: ['HTTP/1.1 403 Forbidden'] };
  const entries = recordingOf({ 'x:1': 'connections', 'x:2': 'c1' }, []);
  const withTold = (handshake: object) =>
    JSON.stringify({
      format: 'classic-chatbox-lab',
      version: 1,
      entries: [...entries, { at: 1, kind: 'told', told: handshake }],
    });
  const { lines, actors, picture } = worldOf(readRecording(withTold({ ...told, sessionId: 'x:1' })).entries);
  expect(lines).toMatchObject([
    { isHandshake: true, isOut: true, text: 'GET / HTTP/1.1', whose: { name: 'connections' } },
    { isHandshake: true, isOut: false, text: 'HTTP/1.1 403 Forbidden' },
  ]);
  expect([...actors.values()].filter(({ handshake }) => handshake !== undefined)).toEqual([]);
  const accepted = { ...told, sessionId: 'x:2', isEarlier: true };
  const world = worldOf(readRecording(withTold(accepted)).entries);
  expect(world.lines).toEqual([]);
  expect(world.actors.get('x:2')?.handshake).toEqual({ request: told.request, response: told.response });
  expect(worldOf([world.picture]).actors.get('x:2')?.handshake).toBeDefined();
  for (const broken of [{ sessionId: 7 }, { request: 'GET /' }, { response: [7] }])
    expect(() => readRecording(withTold({ ...accepted, ...broken }))).toThrow('this is no recording');
  expect(picture.picture.lines).toEqual(lines);
});

test('what waits is part of a recording, if it is told in full', () => {
  const queue = { sessionId: 'x:1', frames: 4, isPaused: false, waitingBytes: 0 };
  const read = (queues: unknown) => readRecording(JSON.stringify([{ type: '@chat.queues', queues }]));
  expect(read([queue]).entries).toMatchObject([{ told: { queues: [queue] } }]);
  for (const broken of [7, [null], [{ ...queue, frames: '4' }], [{ ...queue, sessionId: 1 }]])
    expect(() => read(broken)).toThrow('this is no recording');
});

test('what waited in a connection is known at each place of a recording, and its beginning can be put as a picture', () => {
  const queue = { sessionId: 'x:1', frames: 4, isPaused: true, waitingBytes: 0 };
  const empty = { frames: 0, isPaused: false, waitingBytes: 0 };
  const world = new World({});
  const put = (at: number, queues: (typeof queue)[]) =>
    world.apply({ at, kind: 'told', told: { type: '@chat.queues', queues } });
  put(5, [queue]);
  put(6, []);
  const later = new World({});
  for (const entry of readRecording(textOf([world.picture], undefined)).entries) later.apply(entry);
  for (const { waiting } of [world, later])
    expect(waiting.of('x:1')).toEqual([queue, empty].map((wait) => expect.objectContaining(wait)));
  later.apply({ at: 7, kind: 'reset' });
  expect(later.waiting.of('x:1')).toEqual([]);
});

test('events that a test has saved say which machine they are of', () => {
  const told: Told = {
    type: '@xstate.actor',
    sessionId: 'x:1',
    rootId: 'x:0',
    id: '1',
    createdAt: '1795320000000',
    _version: '0.7.2',
    name: 'room',
    definition: '{"id":"room"}',
    snapshot: { status: 'active', value: { open: 'idle' } },
  };
  const [entry] = readRecording(JSON.stringify([told])).entries;
  expect(entry).toMatchObject({ at: 1_795_320_000_000, told: { machine: 'room' } });
  expect(JSON.stringify(entry)).not.toContain('definition');
});
