import { readFile, rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { chartOf } from '../../src/charts/chart.ts';
import { connectionMachine } from '../../src/machines/connection.ts';
import { newClient, newMember } from '../../test/helpers/client.ts';
import { until } from '../../test/helpers/gate.ts';
import { LoneConnection, only } from '../../test/helpers/machine.ts';
import { newServer } from '../../test/helpers/server.ts';
import { newSystem } from '../../test/helpers/system.ts';
import { newInspector, newWatcher } from '../../test/helpers/watcher.ts';

const typing = { data: 'typing' };
const timestamp = expect.stringMatching(/^\d\d\/\d\d\/\d{4} \d\d\/\d{4}$/);
const done = { type: 'typing', status: true, timestamp };
const seen = { type: 'receive', datatype: 'typing', name: 'An', timestamp };

test('P-EVT-1: the other members see who is typing, and nobody else does', async () => {
  const { url } = await newServer();
  const stranger = await newClient(url);
  const [an, binh, chi] = [
    await newMember(url, 'An'),
    await newMember(url, 'Bình'),
    await newMember(url, 'Chi'),
  ];
  for (const member of [an, an, binh]) expect(await member.next()).toMatchObject({ datatype: 'register' });
  expect(await an.ask(typing), 'the reply to `typing`').toEqual(done);
  for (const member of [binh, chi]) expect(await member.next()).toEqual(seen);
  for (const client of [stranger, an, binh, chi]) expect(await client.pending()).toEqual([]);
});

test('P-REQ-2: the command may stand under `type`, as everywhere', async () => {
  const an = await newMember((await newServer()).url, 'An');
  expect(await an.ask({ type: 'typing' }), 'the reply to `typing`').toEqual(done);
});

test('P-REQ-6: a stranger hears UnknownRegister, and the members hear nothing', async () => {
  const { url } = await newServer();
  const an = await newMember(url, 'An');
  const stranger = await newClient(url);
  const refusal = { type: 'typing', status: false, reason: 'UnknownRegister' };
  expect(await stranger.ask(typing), 'the reply to a stranger').toEqual(refusal);
  expect(await an.pending()).toEqual([]);
});

test('P-MOD-3: a muted member hears that it is, and the others hear nothing', async () => {
  const { url, chat } = await newServer();
  const [an, binh] = [await newMember(url, 'An'), await newMember(url, 'Bình')];
  await an.next();
  await chat.moderation.mute('An');
  const refusal = { type: 'typing', status: false, reason: 'ErrorWhenTyping', error: 'you are muted' };
  expect(await an.ask(typing), 'the reply to a muted member').toEqual(refusal);
  expect(await binh.pending()).toEqual([]);
});

test('P-SEND-4: messages and hints are seen in the one order in which the room took them', async () => {
  const { url } = await newServer();
  const [an, binh] = [await newMember(url, 'An'), await newMember(url, 'Bình')];
  await an.next();
  const requests = [
    typing,
    { data: 'send', content: 'một' },
    typing,
    typing,
    { data: 'send', content: 'hai' },
  ];
  for (const request of requests) an.say(request);
  const order = ['typing', 'send', 'typing', 'typing', 'send'];
  expect(
    (await an.pending()).map(({ type }) => type),
    'the replies, in order',
  ).toEqual(order);
  const events = (await binh.pending()).map(({ datatype }) => datatype);
  expect(events).toEqual(['typing', 'message', 'typing', 'typing', 'message']);
});

test('a hint is stored nowhere and needs no disk', async () => {
  const { url, dataFile } = await newServer();
  const [an, binh] = [await newMember(url, 'An'), await newMember(url, 'Bình')];
  await an.next();
  expect(await an.ask(typing), 'the reply to `typing`').toEqual(done);
  expect(await readFile(dataFile, 'utf8')).toBe('[]');
  expect(await binh.next()).toEqual(seen);
  await rm(dataFile);
  expect(await an.ask({ data: 'send', content: 'x' })).toMatchObject({ reason: 'ErrorWhenSend' });
  expect(await an.ask(typing), 'the reply to `typing` without a data file').toEqual(done);
  expect(await binh.next()).toEqual(seen);
  expect(await an.ask({ data: 'get' })).toMatchObject({ data: { message: [] } });
});

test('P-REQ-7: while the room has the hint, the machine is busy and takes no request', () => {
  const { states } = chartOf(connectionMachine);
  const hinting = states.find(({ id }) => id === 'registered.hinting');
  expect(hinting?.lines, 'what is inside the state `registered.hinting`').toEqual(['tag busy']);
  const machine = new LoneConnection().hear({ data: 'name', name: 'An' }).settleClaim({ nickname: 'An' });
  machine.did();
  expect(machine.hear(typing).takes({ data: 'send', content: 'x' })).toBe(false);
  expect(machine.did()).toEqual(only({ changes: [{ type: 'hint', by: 'c1' }] }));
  expect(machine.settle().state).toBe('registered.idle');
});

test('an inspector shows the hint, and masks whose it is', async () => {
  const { system, url } = await newSystem();
  const watcher = await newWatcher((await newInspector(system)).url);
  const an = await newMember(url, 'An');
  expect(await an.ask(typing), 'the reply to `typing`').toEqual(done);
  const seen = (name: string) =>
    watcher.seen.filter(({ type, event }) => type === '@xstate.event' && event.type === name);
  await until(() => seen('settled').length === 2);
  // Events hold frames as text, with the quotes escaped.
  expect(watcher.texts.join(), 'all that was shown: • is what the tables do not name').not.toMatch(
    /(?:type|data)\\?":\\?"•/,
  );
  expect([seen('typing').length, seen('hint').length]).toEqual([1, 1]);
  const entries = seen('stretch').flatMap(({ event }) => event['stretch']);
  expect(entries, 'what came out of the order').toEqual([
    expect.objectContaining({ type: 'registered' }),
    { type: 'hinted', by: 'c1', nickname: expect.stringMatching(/^•[\w-]{6}$/) },
  ]);
});
