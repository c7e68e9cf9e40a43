/** What a watcher may order: peers that behave as no browser's, and a full disk. What they do is seen from the chat's side. */
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ChatOptions } from '../../../src/chat.ts';
import { Faults } from '../../../src/inspect/faults/faults.ts';
import { FullDisk } from '../../../src/inspect/faults/full-disk.ts';
import { newMember } from '../../helpers/client.ts';
import { until } from '../../helpers/gate.ts';
import { messagesIn } from '../../helpers/history-file.ts';
import { newServer } from '../../helpers/server.ts';
import { newSystem } from '../../helpers/system.ts';
import { newInspector, newWatcher, type TestWatcher } from '../../helpers/watcher.ts';

type Told = Record<string, unknown>;

async function newStage(options: ChatOptions = {}) {
  const { chat, url, dataFile } = await newServer(options);
  const watcher = await newWatcher(await chat.inspect({ port: 0 }));
  const an = await newMember(url, 'An');
  return { chat, url, dataFile, watcher, an };
}

/** The results of the orders, without other events. */
const toldOf = (watcher: TestWatcher) =>
  (watcher.seen as unknown as Told[]).filter(({ type }) => /^@chat\.(peer|disk|error)$/.test(`${type}`));

/** Gives an order and waits for the inspector's answer. */
async function order(watcher: TestWatcher, command: unknown): Promise<Told> {
  const { length } = toldOf(watcher);
  watcher.socket.send(typeof command === 'string' ? command : JSON.stringify(command));
  await until(() => toldOf(watcher).length > length);
  return toldOf(watcher)[length] as Told;
}

const closeOf = (watcher: TestWatcher, peer: string) =>
  until(() => toldOf(watcher).some((told) => told['peer'] === peer && told['status'] === 'closed')).then(
    () => toldOf(watcher).find((told) => told['peer'] === peer && told['status'] === 'closed')?.['code'],
  );

test('P-EVT-4: a peer that is hushed reads nothing, and is cut off by the heartbeat', async () => {
  const { watcher, an } = await newStage({ pingInterval: 0.5 });
  const told = await order(watcher, { do: 'open', peer: 'p', nickname: 'Silent' });
  expect(watcher.names.get(`${told['session']}`)).toBe('c2');
  expect(told).toMatchObject({ type: '@chat.peer', peer: 'p', status: 'open' });
  await until(() =>
    watcher.seen.some(({ sessionId, kind }) => sessionId === told['session'] && kind === 'pong'),
  );
  expect(await order(watcher, { do: 'hush', peer: 'p' })).toMatchObject({ status: 'done', did: 'hush' });
  for (;;) {
    const { type, datatype, name } = await an.next();
    if (type === 'ping') continue;
    if (datatype === 'leave') {
      expect(name).toBe('Silent');
      break;
    }
  }
  const wire = watcher.seen.filter(
    ({ type, sessionId }) => type === '@chat.frame' && sessionId === told['session'],
  );
  const last = wire.map(({ kind }) => kind).lastIndexOf('pong');
  expect(wire.slice(last + 1).filter(({ kind }) => kind === 'ping')).toHaveLength(1);
  // A timer of Node's may run a millisecond early.
  const silentSeconds = expect.toSatisfy((seconds) => seconds >= 0.499);
  expect(wire.at(-1)).toMatchObject({ way: 'out', kind: 'cutoff', silentSeconds });
  await order(watcher, { do: 'read', peer: 'p' });
  expect(await closeOf(watcher, 'p')).toBe(1006);
});

test('a peer that reads a little at a time is closed with 1013 when more waits for it than may', async () => {
  const { watcher, an } = await newStage({ maxBuffered: 65_536 });
  await order(watcher, { do: 'open', peer: 'slow', nickname: 'Sipper' });
  await order(watcher, { do: 'open', peer: 'loud', nickname: 'Chatterbox' });
  await order(watcher, { do: 'sip', peer: 'slow' });
  await order(watcher, { do: 'chatter', peer: 'loud' });
  let changes = 0;
  for (;;) {
    const { datatype, name, newname } = await an.next();
    if (datatype === 'leave') {
      expect(name).toBe('Sipper');
      break;
    }
    if (datatype !== 'change') continue;
    changes++;
    expect(Array.from(`${newname}`)).toHaveLength(100);
  }
  expect(changes).toBeGreaterThan(1000);
  const rested = await order(watcher, { do: 'rest', peer: 'loud' });
  expect(rested).toMatchObject({ peer: 'loud', status: 'resting', left: ['slow'] });
  expect(rested['changes']).toBeGreaterThanOrEqual(changes);
  watcher.socket.send('{"do":"read","peer":"slow"}');
  expect(await closeOf(watcher, 'slow')).toBe(1013);
});

test('P-EVT-2: a peer that is reset sends one message and half of another, and leaves once', async () => {
  const { watcher, an } = await newStage();
  await order(watcher, { do: 'open', peer: 'p', nickname: 'Victim' });
  watcher.socket.send('{"do":"cut","peer":"p"}');
  await closeOf(watcher, 'p');
  const heard: unknown[] = [];
  while (heard.at(-1) !== 'leave') heard.push((await an.next())['datatype']);
  heard.push(...(await an.pending()).map(({ datatype }) => datatype));
  expect(heard.filter((kind) => kind !== 'message')).toEqual(['register', 'leave']);
  const contents = JSON.stringify(await an.ask({ data: 'get' }));
  expect(contents).not.toContain('two');
});

test('P-RES-2: a peer with a secret is cut off, another one comes back for its nickname, and nobody sees it leave', async () => {
  const { watcher, an } = await newStage();
  const stateOf = (told: Told) => watcher.snapshots.get(`${told['session']}`)?.value;
  const lost = await order(watcher, { do: 'open', peer: 'p', nickname: 'Bình', isResumable: true });
  expect(await an.next()).toMatchObject({ datatype: 'register', name: 'Bình' });
  watcher.socket.send('{"do":"cut","peer":"p"}');
  expect(await closeOf(watcher, 'p')).toBe(1006);
  await until(() => JSON.stringify(stateOf(lost)) === '{"registered":"lost"}');
  const back = await order(watcher, { do: 'comeBack', peer: 'q', lost: 'p' });
  expect(back).toMatchObject({ peer: 'q', status: 'open' });
  await until(() => stateOf(lost) === 'closed');
  await until(() => JSON.stringify(stateOf(back)) === '{"registered":"idle"}');
  const seen = (await an.pending()).map(({ datatype }) => datatype);
  expect(seen.filter((datatype) => datatype !== 'message')).toEqual([]);
  // It says goodbye, so its nickname does not wait for it.
  await order(watcher, { do: 'close', peer: 'q' });
  expect(await an.next()).toMatchObject({ datatype: 'leave', name: 'Bình' });
});

test('nobody comes back for a peer that has asked for no secret, or for one that somebody has come back for', async () => {
  const { watcher } = await newStage();
  await order(watcher, { do: 'open', peer: 'p', nickname: 'Bình' });
  await order(watcher, { do: 'open', peer: 'q', nickname: 'Chi', isResumable: true });
  await order(watcher, { do: 'comeBack', peer: 'r', lost: 'q' });
  expect(await closeOf(watcher, 'q')).toBe(4000);
  await until(() => toldOf(watcher).length === 4);
  for (const lost of ['p', 'q', 'x'])
    expect(await order(watcher, { do: 'comeBack', peer: 's', lost })).toMatchObject({
      status: 'failed',
      error: `there is no secret of ${JSON.stringify(lost)}`,
    });
});

test('P-SEND-3: the disk is full from one order to the other: messages are refused, and everything else goes on', async () => {
  const { url, dataFile, watcher, an } = await newStage();
  const send = (content: string) => an.ask({ data: 'send', content });
  await send('trước');
  expect(await order(watcher, { do: 'fill' })).toEqual({ type: '@chat.disk', isFull: true });
  const refused = { reason: 'ErrorWhenSend', error: 'no space left on device (ENOSPC)' };
  for (const content of ['một', 'hai']) expect(await send(content)).toMatchObject(refused);
  const binh = await newMember(url, 'Bình');
  expect(await an.next()).toMatchObject({ datatype: 'register', name: 'Bình' });
  expect(await binh.ask({ data: 'get', limit: 5 })).toMatchObject({ status: true, data: { total: 1 } });
  await binh.leave();
  expect(await an.next()).toMatchObject({ datatype: 'leave', name: 'Bình' });
  expect(await order(watcher, { do: 'free' })).toEqual({ type: '@chat.disk', isFull: false });
  expect(await send('sau')).toMatchObject({ status: true });
  expect((await messagesIn(dataFile)).map(({ content }) => content)).toEqual(['trước', 'sau']);
});

test('P-MOD-3: a peer is muted, may speak again and is kicked', async () => {
  const { chat, watcher, an } = await newStage();
  await order(watcher, { do: 'open', peer: 'p', nickname: 'Talker' });
  expect(await order(watcher, { do: 'mute', peer: 'p' })).toMatchObject({ status: 'done', did: 'mute' });
  const [mute] = await chat.moderation.mutes();
  expect(Date.parse(`${mute?.until}`) - Date.parse(`${mute?.since}`)).toBe(300_000);
  const say = { do: 'say', peer: 'p', content: 'xin chào' };
  expect(await order(watcher, say)).toMatchObject({ status: 'answered', reason: 'ErrorWhenSend' });
  expect(await order(watcher, { do: 'unmute', peer: 'p' })).toMatchObject({ status: 'done', did: 'unmute' });
  const { reason, ...answer } = await order(watcher, say);
  expect([reason, answer]).toEqual([undefined, { type: '@chat.peer', peer: 'p', status: 'answered' }]);
  watcher.socket.send(JSON.stringify({ do: 'kick', peer: 'p' }));
  expect(await closeOf(watcher, 'p')).toBe(4001);
  const events = (await an.pending()).map(({ datatype }) => datatype);
  expect(events).toEqual(['register', 'message', 'leave']);
  expect(await order(watcher, { do: 'mute', peer: 'p' })).toMatchObject({ status: 'gone' });
  expect(await order(watcher, say)).toMatchObject({ status: 'gone' });
});

test('an act that cannot be is told in words, and so is one where nobody can moderate', async () => {
  const { watcher } = await newStage();
  await order(watcher, { do: 'open', peer: 'p', nickname: 'Talker' });
  expect(await order(watcher, { do: 'unmute', peer: 'p' })).toMatchObject({
    status: 'failed',
    error: 'Talker is not muted',
  });
  const { system, url } = await newSystem();
  const chat = { host: '127.0.0.1', port: Number(new URL(url).port) };
  const other = await newWatcher((await newInspector(system, { chat })).url);
  await order(other, { do: 'open', peer: 'p', nickname: 'Talker' });
  expect(await order(other, { do: 'mute', peer: 'p' })).toMatchObject({
    status: 'failed',
    error: 'nobody here can moderate',
  });
});

test('a disk that nobody frees is full for half a minute after each time that it is filled', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const disk = new FullDisk();
  const told: Told[] = [];
  const tell = (outcome: Told) => void told.push(outcome);
  const nobody = { chatUrl: undefined, moderation: undefined, hang: undefined, sessionOf: () => undefined };
  const faults = new Faults({ ...nobody, maxName: 100, disk, tell });
  faults.take('{"do":"fill"}');
  vi.advanceTimersByTime(20_000);
  faults.take('{"do":"fill"}');
  vi.advanceTimersByTime(29_999);
  expect(disk.isFull).toBe(true);
  vi.advanceTimersByTime(1);
  expect(disk.isFull).toBe(false);
  expect(told.map((outcome) => outcome['isFull'])).toEqual([true, true, false]);
});

test('a disk that two watchers have filled is free when both have freed it', async () => {
  const { chat, watcher, an } = await newStage();
  const other = await newWatcher(await chat.inspect({ port: 0 }));
  const send = async () => (await an.ask({ data: 'send', content: 'một' }))['status'];
  await order(watcher, { do: 'fill' });
  await order(other, { do: 'fill' });
  await order(watcher, { do: 'free' });
  expect(await send()).toBe(false);
  await order(other, { do: 'free' });
  expect(await send()).toBe(true);
});

test('every watcher is told of each order for the disk, also one that comes later, and one that goes frees it', async () => {
  const { chat, watcher } = await newStage();
  const inspector = await chat.inspect({ port: 0 });
  const [other, third] = [await newWatcher(inspector), await newWatcher(inspector)];
  await order(watcher, { do: 'fill' });
  await order(third, { do: 'fill' });
  await order(watcher, { do: 'free' });
  const later = await newWatcher(inspector);
  await until(() => toldOf(later).length === 1);
  third.socket.close();
  for (const [one, states] of [
    [watcher, [true, true, true, false]],
    [other, [true, true, true, false]],
    [later, [true, false]],
  ] as const) {
    await until(() => toldOf(one).length >= states.length);
    expect(toldOf(one).map(({ isFull }) => isFull)).toEqual(states);
  }
});

test('an order to a peer that has gone, or never was, is no error, and what it has seen is still told', async () => {
  const { watcher, an } = await newStage();
  const deeds = ['hush', 'sip', 'read', 'cut', 'chatter', 'close'];
  await order(watcher, { do: 'open', peer: 'p', nickname: 'Bình' });
  await order(watcher, { do: 'open', peer: 'q', nickname: 'Chi' });
  await order(watcher, { do: 'close', peer: 'p' });
  await closeOf(watcher, 'p');
  for (let heard: unknown; heard !== 'leave'; ) heard = (await an.next())['datatype'];
  await order(watcher, { do: 'rest', peer: 'q' });
  await order(watcher, { do: 'close', peer: 'q' });
  await closeOf(watcher, 'q');
  for (const peer of ['p', 'x'])
    for (const deed of deeds)
      expect(await order(watcher, { do: deed, peer })).toEqual({ type: '@chat.peer', peer, status: 'gone' });
  expect(await order(watcher, { do: 'rest', peer: 'q' })).toMatchObject({ status: 'resting', left: ['p'] });
  expect(await order(watcher, { do: 'rest', peer: 'x' })).toMatchObject({ status: 'gone' });
});

test('the faults of a watcher end with it', async () => {
  const { chat, url, watcher, an } = await newStage();
  await order(watcher, { do: 'open', peer: 'p', nickname: 'Bình' });
  await order(watcher, { do: 'fill' });
  watcher.socket.close();
  expect(await an.next()).toMatchObject({ datatype: 'register' });
  expect(await an.next()).toMatchObject({ datatype: 'leave', name: 'Bình' });
  expect(await an.ask({ data: 'send', content: 'một' })).toMatchObject({ status: true });
  await newMember(url, 'Bình');
  const other = await newWatcher(await chat.inspect({ port: 0 }));
  await order(other, { do: 'open', peer: 'p', nickname: 'Chi' });
  await order(other, { do: 'hush', peer: 'p' });
  await chat.close();
});

test('a nickname that is taken, a name that is, and a ninth peer are refused in words', async () => {
  const { watcher } = await newStage();
  const open = (peer: string, nickname: string) => order(watcher, { do: 'open', peer, nickname });
  expect(await open('p', 'An')).toMatchObject({
    status: 'failed',
    error: 'the nickname was refused: NameAlreadyUsed',
  });
  await closeOf(watcher, 'p');
  for (let number = 1; number <= 8; number++) await open(`${number}`, `n${number}`);
  expect(await open('8', 'again')).toMatchObject({ status: 'failed', error: 'too many peers' });
  expect(await open('9', 'n9')).toMatchObject({ status: 'failed', error: 'too many peers' });
});

test('peers of one name are one: the others are refused, and it ends with its watcher', async () => {
  const { watcher, an } = await newStage();
  for (let number = 0; number < 4; number++)
    watcher.socket.send(JSON.stringify({ do: 'open', peer: 'p', nickname: `n${number}` }));
  const statuses = () => toldOf(watcher).map(({ status }) => status);
  await until(() => statuses().length === 4);
  expect(statuses()).toEqual(['failed', 'failed', 'failed', 'open']);
  watcher.socket.close();
  expect(await an.next()).toMatchObject({ datatype: 'register', name: 'n0' });
  expect(await an.next()).toMatchObject({ datatype: 'leave', name: 'n0' });
  expect((await an.ask({ data: 'get' }))['data']).toMatchObject({ online: ['An'] });
});

test('an order that is given again and again leaves no listener behind', async () => {
  const { watcher } = await newStage();
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => void warnings.push(warning);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
  await order(watcher, { do: 'open', peer: 'p', nickname: 'Bình' });
  for (const deed of ['rest', 'sip']) {
    const { length } = toldOf(watcher);
    for (let number = 0; number < 20; number++) watcher.socket.send(`{"do":"${deed}","peer":"p"}`);
    await until(() => toldOf(watcher).length === length + 20);
  }
  expect(warnings).toEqual([]);
});

test('P-EVT-4: a peer that read a little at a time reads nothing when it is hushed', async () => {
  const { watcher, an } = await newStage({ pingInterval: 0.6 });
  await order(watcher, { do: 'open', peer: 'p', nickname: 'Bình' });
  for (const deed of ['sip', 'sip', 'hush']) await order(watcher, { do: deed, peer: 'p' });
  let datatype: unknown;
  while (datatype !== 'leave') ({ datatype } = await an.next());
});

test('a chatterbox has two changes under way, however often it is told to talk', async () => {
  const { watcher, an } = await newStage();
  await order(watcher, { do: 'open', peer: 'p', nickname: 'Bình' });
  for (let number = 0; number < 20; number++) watcher.socket.send('{"do":"chatter","peer":"p"}');
  watcher.socket.send('{"do":"rest","peer":"p"}');
  await until(() => toldOf(watcher).some(({ status }) => status === 'resting'));
  expect(toldOf(watcher).at(-1)).toMatchObject({
    status: 'resting',
    changes: expect.toSatisfy((n) => n < 20),
  });
  await an.pending();
});

test.each([
  ['hello', /JSON/],
  ['7', /expected object/],
  ['{}', /do/],
  ['{"do":"explode"}', /do/],
  ['{"do":"open","peer":"p"}', /nickname/],
  ['{"do":"fill","more":1}', /more/],
])('the order %s is answered with an error, and the watching goes on', async (command, error) => {
  const { watcher, an } = await newStage();
  const said = expect.stringMatching(error);
  expect(await order(watcher, command)).toEqual({ type: '@chat.error', error: said });
  await an.ask({ data: 'send', content: 'một' });
  await watcher.sees(({ event }) => event?.type === 'post');
});

test('a chat that listens nowhere has no peers', async () => {
  const { system } = await newSystem();
  const watcher = await newWatcher((await newInspector(system)).url);
  expect(await order(watcher, { do: 'open', peer: 'p', nickname: 'An' })).toMatchObject({
    status: 'failed',
    error: 'the chat listens nowhere',
  });
});
