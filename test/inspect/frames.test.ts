/** The wire as a watcher is told of it: each message and control frame of each connection, in its order. */
import { expect, test } from 'vitest';
import { pingFrame, pongFrame, textFrame } from '../../src/actors/frame.ts';
import type { Traffic } from '../../src/actors/tap.ts';
import { countOf, framesOf as shownOf } from '../../src/inspect/frames.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { newRawPeer } from '../helpers/raw-peer.ts';
import { newGatedSystem, newSystem } from '../helpers/system.ts';
import { newInspector, newWatcher, type Seen, type TestWatcher } from '../helpers/watcher.ts';

/** What went over a connection's wire: `> {…}` to the server, `< {…}` from it. */
function wireOf(watcher: TestWatcher, name: string): string[] {
  return framesOf(watcher, name).map(
    ({ way, kind, text, code }) =>
      `${way === 'in' ? '>' : '<'} ${text ?? [kind, code].flat().join(' ').trim()}`,
  );
}

const framesOf = (watcher: TestWatcher, name: string) =>
  watcher.seen.filter(
    ({ type, sessionId }) => type === '@chat.frame' && watcher.names.get(sessionId) === name,
  );

test('every frame in and out is told in order, with its connection', async () => {
  const { system, url } = await newSystem({ pingSeconds: 0.5 });
  const watcher = await newWatcher((await newInspector(system, { withContent: true })).url);
  const an = await newMember(url, 'An');
  const binh = await newClient(url);
  binh.sayRaw('hello');
  binh.sayRaw(Buffer.from('{"data":"get"}'));
  binh.say({ data: 'name', name: 'Bình' });
  expect(await an.next()).toMatchObject({ datatype: 'register' });
  an.say({ data: 'send', content: 'một' });
  await watcher.sees(({ text = '', way }) => way === 'out' && text.includes('"datatype":"message"'));
  await until(() => wireOf(watcher, 'c2').includes('> pong'));
  await binh.leave();
  await until(() => wireOf(watcher, 'c2').at(-1) === '< close 1005');
  const at = expect.stringMatching(/^\d\d\/\d\d\/\d{4} \d\d\/\d{4}$/);
  const said = (name: string) =>
    framesOf(watcher, name)
      .flatMap(({ text }) => text ?? [])
      .filter((text) => !text.includes('"ping"'));
  expect(said('c2').map((text) => (text === 'hello' ? text : JSON.parse(text)))).toEqual([
    'hello',
    { status: false, reason: 'WrongFormatJSON' },
    { data: 'get' },
    { type: 'get', status: false, reason: 'UnknownRegister' },
    { data: 'name', name: 'Bình' },
    { type: 'name', action: 'register', name: 'Bình', status: true, timestamp: at },
    { type: 'receive', datatype: 'message', name: 'An', content: 'một', timestamp: at },
  ]);
  const kinds = said('c1').map((text) => JSON.parse(text)['datatype'] ?? JSON.parse(text)['type'] ?? '>');
  expect(kinds.slice(0, 5)).toEqual(['>', 'name', 'register', '>', 'send']);
  const beats = wireOf(watcher, 'c2').filter((line) => /ping|pong/.test(line));
  expect(beats.slice(0, 3)).toEqual(['< {"type":"ping","timeout":0.5}', '< ping', '> pong']);
  expect(framesOf(watcher, 'c2')[0]).toMatchObject({ kind: 'text', bytes: 5, way: 'in' });
  const headerOf = (line: string) => framesOf(watcher, 'c2')[wireOf(watcher, 'c2').indexOf(line)]?.header;
  expect(headerOf('> hello')).toEqual({ opcode: 1, isFinal: true, isMasked: true, length: 5 });
  expect(headerOf('< {"type":"ping","timeout":0.5}')).toEqual({
    opcode: 1,
    isFinal: true,
    isMasked: false,
    length: 29,
  });
  expect(headerOf('> pong')).toEqual({ opcode: 10, isFinal: true, isMasked: true, length: 0 });
  expect(headerOf('> close 1005')).toEqual({ opcode: 8, isFinal: true, isMasked: true });
  expect(framesOf(watcher, 'c2')[2]).toMatchObject({ kind: 'binary' });
});

test('without content the fields of the protocol are shown, and what people wrote has the same mask everywhere', async () => {
  const { system, url } = await newSystem();
  const watcher = await newWatcher((await newInspector(system)).url);
  const an = await newMember(url, 'An');
  await an.ask({ data: 'name', name: ['secret'], more: 'secret' });
  an.sayRaw('secret');
  an.sayRaw('"secret"');
  an.say({ secret: 'secret' });
  await an.pending();
  await until(() => framesOf(watcher, 'c1').length === 12);
  const texts = framesOf(watcher, 'c1').map(({ text = '' }) => text);
  const { name: mask } = JSON.parse(`${texts[0]}`);
  expect(mask).toMatch(/^•[\w-]{6}$/);
  expect(JSON.parse(`${texts[1]}`)).toMatchObject({
    type: 'name',
    action: 'register',
    name: mask,
    status: true,
  });
  expect(texts[2]).toBe('{"data":"name","name":"•array"}');
  expect(JSON.parse(`${texts[3]}`)).toMatchObject({
    oldname: mask,
    newname: '•array',
    reason: 'WrongFormatName',
  });
  expect(texts.slice(4)).toEqual([
    expect.stringMatching(/^•[\w-]{6}$/),
    '{"status":false,"reason":"WrongFormatJSON"}',
    '"•"',
    '{"type":null,"status":false,"reason":"UnknownType"}',
    '{}',
    '{"type":null,"status":false,"reason":"UnknownType"}',
    '{"data":"•"}',
    '{"type":null,"status":false,"reason":"UnknownType"}',
  ]);
  expect(watcher.texts.join()).not.toContain('secret');
  const { context } = watcher.alive()['c1'] as Seen['snapshot'];
  expect(context?.['nickname']).toBe(mask);
});

test.each([
  ['a field twice', '{"data":"send","data":"secret","content":"x","content":"secret"}'],
  [
    'a field in a prototype',
    '{"__proto__":{"data":"secret"},"data":"send","content":{"__proto__":"secret"}}',
  ],
  ['fields of replies', '{"data":"name","reason":"Errorsecret","error":"secret","timestamp":"secret"}'],
  ['values that are none', '{"data":["secret"],"type":{"secret":"secret"},"status":"secret"}'],
  ['a window', '{"data":"get","limit":"secret","before":["secret"],"after":{"secret":"secret"}}'],
  ['half a character', '{"data":"send","content":"\\ud800secret"}'],
  ['a list', '["secret",{"secret":"secret"}]'],
  ['great depth', `{"data":"name","name":${'['.repeat(20_000)}"secret"${']'.repeat(20_000)}}`],
  ['bytes', Buffer.from('{"data":"send","content":"secret"}')],
  ['bytes that are no text', Buffer.from('{"data":"send","content":"secret\xff"}', 'latin1')],
])('no text of a client is told from %s', async (_, frame) => {
  const { system, url } = await newSystem();
  const { url: inspector, errors } = await newInspector(system);
  const watcher = await newWatcher(inspector);
  const an = await newMember(url, 'An');
  const binh = await newClient(url);
  for (const client of [an, binh]) {
    client.sayRaw(frame);
    client.socket.ping('secret');
    client.socket.close(4000, 'secret');
  }
  await until(() => ['c1', 'c2'].every((name) => wireOf(watcher, name).at(-1) === '< close 4000'));
  expect(framesOf(watcher, 'c2')).toHaveLength(6);
  expect(watcher.texts.join()).not.toContain('secret');
  expect(errors).toEqual([]);
});

test('frames of every length are told, one after another in a buffer', () => {
  const lengths = [2, 125, 126, 65_535, 65_536];
  const messages = lengths.flatMap((length) => [textFrame(`"${'x'.repeat(length - 2)}"`), pingFrame]);
  const frames = [Buffer.concat(messages), pongFrame(Buffer.alloc(125))];
  const traffic: Traffic = { way: 'out', kind: 'frames', frames };
  expect(countOf(traffic)).toBe(11);
  expect(shownOf(traffic, () => '•').map(({ kind, bytes }) => bytes ?? kind)).toEqual([
    ...lengths.flatMap((length) => [length, 'ping']),
    'pong',
  ]);
});

test('P-GET-1: a history is told with its first messages, and a long one with its size', async () => {
  const { system, url } = await newSystem();
  const watcher = await newWatcher((await newInspector(system, { withContent: true })).url);
  const an = await newMember(url, 'An');
  for (let number = 0; number < 30; number++) await an.ask({ data: 'send', content: `${number}` });
  await an.ask({ data: 'get', limit: 25 });
  const isGotten = ({ way, text = '' }: Seen) => way === 'out' && text.startsWith('{"type":"get"');
  const short = await watcher.sees(isGotten);
  const { message, ...rest } = JSON.parse(`${short.text}`).data;
  expect(message).toHaveLength(21);
  expect(message.slice(-2)).toEqual([expect.objectContaining({ content: '24' }), { more: 5 }]);
  expect(rest).toEqual({ online: ['An'], total: 30, first: 5 });
  for (let number = 0; number < 1000; number++) an.say({ data: 'send', content: 'x'.repeat(90) });
  for (let number = 0; number < 1000; number++) await an.next();
  await an.ask({ data: 'get' });
  await until(() => watcher.seen.filter(isGotten).length === 2);
  const long = watcher.seen.filter(isGotten)[1];
  expect(long?.bytes).toBeGreaterThan(100_000);
  expect(JSON.parse(`${long?.text}`)).toMatchObject({
    type: 'get',
    status: true,
    name: 'An',
    data: { message: [] },
  });
});

test('closes of both sides are told, and who closed first; a connection without any is cut off', async () => {
  const { system, url } = await newSystem();
  const watcher = await newWatcher((await newInspector(system)).url);
  const an = await newClient(url);
  const peer = await newRawPeer(url);
  const broken = await newRawPeer(url);
  const binh = await newMember(url, 'Bình');
  await until(() => ['c1', 'c2', 'c3', 'c4'].every((name) => watcher.alive()[name] !== undefined));
  const answers = (name: string) =>
    framesOf(watcher, name).flatMap(({ kind, isAnswer }) => (kind === 'close' ? [isAnswer ?? false] : []));
  an.socket.close(4000, 'bye');
  await until(() => wireOf(watcher, 'c1').length === 2);
  expect(wireOf(watcher, 'c1')).toEqual(['> close 4000', '< close 4000']);
  expect(answers('c1')).toEqual([false, true]);
  peer.socket.destroy();
  await until(() => wireOf(watcher, 'c2').length > 0);
  expect(wireOf(watcher, 'c2')).toEqual(['> cutoff']);
  // It is not masked.
  broken.socket.write(Buffer.from([0x81, 0x00]));
  await until(() => wireOf(watcher, 'c3').includes('< close 1002'));
  expect(answers('c3')).toEqual([false]);
  const ending = system.close(1001, 'the server is closing', 2);
  await binh.closed();
  broken.socket.destroy();
  await ending;
  await until(() => wireOf(watcher, 'c4').length === 4);
  expect(wireOf(watcher, 'c4').slice(2)).toEqual(['< close 1001', '> close 1001']);
  expect(answers('c4')).toEqual([false, true]);
});

test('a close frame is told behind the requests that came before it', async () => {
  const { system, url, gate, entries } = await newGatedSystem();
  const watcher = await newWatcher((await newInspector(system)).url);
  const an = await newMember(url, 'An');
  gate.block();
  an.say({ data: 'send', content: 'một' });
  an.say({ data: 'send', content: 'hai' });
  an.socket.close(4000, 'bye');
  await until(() => entries.some(({ kind }) => kind === 'close'));
  gate.release();
  await until(() => watcher.alive()['c1'] === undefined);
  const kinds = framesOf(watcher, 'c1').map(({ way, kind }) => `${way} ${kind}`);
  expect(kinds).toEqual(['in text', 'out text', 'in text', 'in text', 'in close', 'out close']);
});

test('a limited number of frames is told in each tick, and the rest is counted', async () => {
  const { system, url } = await newSystem();
  const limits = { framesPerTick: 10, tickMs: 50 };
  const watcher = await newWatcher((await newInspector(system, limits)).url);
  const an = await newMember(url, 'An');
  for (let number = 0; number < 200; number++) an.say({ data: 'nothing' });
  for (let number = 0; number < 200; number++) await an.next();
  const told = () => watcher.seen.filter(({ type }) => type === '@chat.frame').length;
  const left = () => watcher.seen.reduce((sum, { frames = 0 }) => sum + frames, 0);
  await until(() => told() + left() === 402);
  expect(left()).toBeGreaterThan(0);
  expect(told()).toBeGreaterThan(0);
});

test('if too many frames are written at once, the first ones are told', async () => {
  const { system, url } = await newSystem({ pingSeconds: 0.2 });
  const limits = { framesPerTick: 1, tickMs: 10 };
  const watcher = await newWatcher((await newInspector(system, limits)).url);
  await newClient(url);
  // A beat is two.
  await watcher.sees(({ text }) => text === '{"type":"ping","timeout":0.2}');
  await watcher.sees(({ frames }) => frames === 1);
  expect(wireOf(watcher, 'c1')).not.toContain('< ping');
});

test('when nobody watches, nothing listens to the wire', async () => {
  const { system, url } = await newSystem();
  let listeners = 0;
  const tap: typeof system.tap = (listener) => {
    const untap = system.tap(listener);
    listeners++;
    return () => {
      listeners--;
      untap();
    };
  };
  const { url: inspector } = await newInspector({ ...system, tap });
  await newMember(url, 'An');
  expect(listeners).toBe(0);
  const watcher = await newWatcher(inspector);
  await until(() => listeners === 1);
  watcher.socket.close();
  await until(() => listeners === 0);
});

test('a message that comes in fragments is told with their number, and one behind it with FIN', async () => {
  const { system, url } = await newSystem();
  const watcher = await newWatcher((await newInspector(system, { withContent: true })).url);
  const an = await newClient(url);
  an.socket.send('{"data":', { fin: false });
  an.socket.ping();
  an.socket.send('', { fin: false });
  an.socket.send('"get"}');
  an.sayRaw('hello');
  await until(() => wireOf(watcher, 'c1').includes('> hello'));
  const texts = framesOf(watcher, 'c1').filter(({ way, kind }) => way === 'in' && kind === 'text');
  expect(texts.map(({ text, header }) => [text, header])).toEqual([
    ['{"data":"get"}', { opcode: 1, fragments: 3, isMasked: true, length: 14 }],
    ['hello', { opcode: 1, isFinal: true, isMasked: true, length: 5 }],
  ]);
});
