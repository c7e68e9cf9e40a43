/** What a watcher of the inspector is told. */
import { expect, test } from 'vitest';
import type { AnyActorRef, AnyStateMachine } from 'xstate';
import { chartOf, lineId } from '../../src/charts/chart.ts';
import type { Ledger, LedgerListener } from '../../src/ledger/ledger.ts';
import { connectionMachine } from '../../src/machines/connection.ts';
import { roomMachine } from '../../src/machines/room.ts';
import { agrees, believed, statesOf } from '../helpers/agreement.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { Relay } from '../helpers/relay.ts';
import { newGatedSystem, newSystem } from '../helpers/system.ts';
import { newInspector, newWatcher, type TestWatcher } from '../helpers/watcher.ts';

test('a new watcher is sent all live actors with their current states, parents first', async () => {
  const { system, url, gate } = await newGatedSystem();
  await newMember(url, 'An');
  await newClient(url);
  const gone = await newMember(url, 'Bình');
  await gone.leave();
  await until(() => gate.commits.some(([first]) => first?.type === 'leave'));
  await until(() => JSON.stringify(statesOf(system)['room']) === '{"open":"idle"}');
  gate.block();
  const chi = await newClient(url);
  chi.say({ data: 'name', name: 'Chi' });
  await until(() => gate.commits.some((changes) => JSON.stringify(changes).includes('Chi')));
  const { url: inspector } = await newInspector(system);
  const watcher = await newWatcher(inspector);
  await until(() => watcher.seen.length === system.actors().length);
  expect(watcher.seen.map(({ type }) => type)).toEqual(Array(9).fill('@xstate.actor'));
  expect(believed(watcher)).toEqual({
    server: 'running',
    room: { open: 'committing' },
    mailbox: 'active',
    ledger: 'active',
    heartbeat: 'waiting',
    connections: 'active',
    c1: { registered: 'idle' },
    c2: { unregistered: 'idle' },
    c4: { unregistered: 'claiming' },
  });
  expect(believed(watcher)).toEqual(statesOf(system));
  const sessions = new Set<string | undefined>([undefined]);
  for (const { sessionId, parentId } of watcher.seen) {
    expect(sessions).toContain(parentId);
    sessions.add(sessionId);
  }
  expect(watcher.seen.filter(({ definition }) => definition !== undefined).map(({ name }) => name)).toEqual([
    'server',
    'room',
    'heartbeat',
    'c1',
    'c2',
    'c4',
  ]);
});

test('after each step of a session, a watcher has the current states of the server', async () => {
  const { system, url } = await newSystem({ pingSeconds: 0.2 });
  const watcher = await newWatcher((await newInspector(system)).url);
  const an = await newMember(url, 'An');
  const binh = await newClient(url);
  const steps: object[] = [
    { data: 'name', name: 'An' },
    { data: 'get' },
    { data: 'send', content: 'x' },
    { data: 'name', name: 'Bình' },
    { data: 'send', content: '' },
    { data: 'send', content: 'x' },
    { data: 'get', limit: -1 },
    { data: 'get', limit: 1 },
    { data: 'name', name: 'Chi' },
    { data: 'nothing' },
  ];
  for (const step of steps) {
    binh.say(step);
    await agrees(watcher, system);
  }
  await binh.pending();
  await binh.leave();
  await an.pending();
  await agrees(watcher, system);
  expect(believed(watcher)).toMatchObject({ c1: { registered: 'idle' } });
  expect(believed(watcher)).not.toHaveProperty('c2');
  const ofC2 = watcher.seen.filter(
    ({ type, sessionId }) => type !== '@chat.frame' && watcher.names.get(sessionId) === 'c2',
  );
  expect(ofC2.at(-1)).toMatchObject({
    event: { type: 'hangup' },
    snapshot: { status: 'done', value: 'closed' },
  });
  expect(watcher.seen.map(({ type }) => type)).not.toContain('@chat.skipped');
});

test('events come in order, and say from whom to whom', async () => {
  const { system, url } = await newSystem();
  const watcher = await newWatcher((await newInspector(system)).url);
  const an = await newMember(url, 'An');
  const { length } = watcher.seen;
  await an.ask({ data: 'send', content: 'x' });
  await watcher.sees(({ event }) => event?.type === 'post');
  await until(() => watcher.seen.filter(({ event }) => event?.type === 'committed').length === 4);
  const nameOf = (session: string | undefined) => watcher.names.get(session ?? '') ?? 'outside';
  const said = watcher.seen
    .slice(length)
    .filter(({ type }) => type === '@xstate.event')
    .map(({ sourceId, event, sessionId }) => `${nameOf(sourceId)} ${event.type} ${nameOf(sessionId)}`);
  expect(said).toEqual([
    'outside send c1',
    'c1 post mailbox',
    'mailbox changes room',
    'room commit ledger',
    'ledger stretch room',
    'outside settled c1',
    'ledger committed room',
  ]);
  const ids = watcher.seen.map(({ id }) => Number(id));
  expect(ids).toEqual([...ids].sort((one, other) => one - other));
});

/** Each event that an actor has taken so far: its type, and the labels of the transitions that it led to. */
function stepsOf(watcher: TestWatcher, name: string, machine: AnyStateMachine): string[] {
  const { states, edges } = chartOf(machine);
  const labels = new Map([
    ...edges.map(({ id, label }) => [id, label] as const),
    ...states.flatMap(({ id, lines }) => lines.map((line, index) => [lineId(id, index), line] as const)),
  ]);
  return watcher.seen
    .filter(({ type, sessionId }) => type === '@xstate.snapshot' && watcher.names.get(sessionId) === name)
    .map(({ event, taken = [] }) => [event.type, ...taken.map((id) => labels.get(id))].join(': '));
}

test('a snapshot says which transitions have led to it, as the chart shows them', async () => {
  const { system, url, gate } = await newGatedSystem();
  const watcher = await newWatcher((await newInspector(system)).url);
  const committed = (content: string) =>
    until(() => gate.commits.some((changes) => JSON.stringify(changes).includes(content)));
  const isIn = (name: string, state: object) =>
    until(() => JSON.stringify(believed(watcher)[name]) === JSON.stringify(state));
  const an = await newClient(url);
  await an.ask({ data: 'get' });
  const { resume } = await an.ask({ data: 'name', name: 'An', resume: true });
  await an.ask({ data: 'get' });
  await an.ask({ data: 'get', limit: -1 });
  gate.block();
  an.say({ data: 'send', content: 'một' });
  await committed('một');
  an.say({ data: 'send', content: 'hai' });
  await until(() => watcher.alive()['room']?.context?.['waiting'] === 1);
  gate.passOne();
  await committed('hai');
  gate.release();
  await until(() => watcher.alive()['c1']?.context?.['underWay'] === 0);
  an.socket.terminate();
  await isIn('c1', { registered: 'lost' });
  await (await newClient(url)).ask({ data: 'name', name: 'An', resume });
  await until(() => watcher.alive()['c1'] === undefined);
  expect(stepsOf(watcher, 'c1', connectionMachine)).toEqual([
    'xstate.init',
    'get: get / refuseStranger',
    'name: name [isAllowed] / claim',
    'settled: settled [isNamed] / hold',
    'get: get [isWindow] / recall',
    'get: get / refuseWindow',
    'send: send [isAllowed] / post, countPost',
    'send: send [isNextAllowed] / post, countPost',
    'settled: settled / countSettled',
    'settled: settled [isLast] / countSettled',
    'lost: lost [isResumable]',
    'superseded: superseded',
  ]);
  expect(stepsOf(watcher, 'c2', connectionMachine)).toEqual([
    'xstate.init',
    'name: name [isReturning] / claim',
    'settled: settled [isNamed] / hold',
  ]);
  expect(stepsOf(watcher, 'room', roomMachine).slice(3, 10)).toEqual([
    'changes: changes / queue, take, commit',
    'changes: changes / queue',
    'stretch',
    'committed: committed [isWaiting] / take, commit',
    'stretch',
    'committed: committed',
    'changes: changes / queue, take, commit',
  ]);
  gate.block();
  const binh = await newClient(url);
  binh.say({ data: 'name', name: 'Bình' });
  await isIn('c3', { unregistered: 'claiming' });
  binh.socket.terminate();
  await until(() => watcher.alive()['c3'] === undefined);
  expect(stepsOf(watcher, 'c3', connectionMachine).at(-1)).toBe('lost: lost / leave');
});

test('an entry of the order that happened elsewhere is told without a connection', async () => {
  let order: LedgerListener | undefined;
  class Listening extends Relay {
    override start(listener: LedgerListener): void {
      order = listener;
      super.start(listener);
    }
  }
  const wrap = (ledger: Ledger) => new Listening(ledger);
  const { system, url } = await newSystem({ wrap });
  const watcher = await newWatcher((await newInspector(system, { withContent: true })).url);
  await newMember(url, 'An');
  const message = { name: 'Xa', content: 'chào', timestamp: '26/11/2026 18/0000' };
  const json = Buffer.from(JSON.stringify(message));
  order?.onStretch([
    { type: 'registered', nickname: 'Xa', timestamp: message.timestamp },
    { type: 'posted', message, json, timestamp: message.timestamp },
  ]);
  const stretches = () =>
    watcher.seen.flatMap(({ type, event }) =>
      type === '@xstate.event' && event.type === 'stretch' ? event['stretch'] : [],
    );
  await until(() => stretches().length === 3);
  expect(stretches()).toEqual([
    { type: 'registered', by: 'c1', nickname: 'An' },
    { type: 'registered', nickname: 'Xa' },
    { type: 'posted', message },
  ]);
});

test('a burst is shown in part, with the number of events left out, and ends with current states', async () => {
  const { system, url } = await newSystem();
  const { url: inspector } = await newInspector(system, { eventsPerTick: 10, tickMs: 20 });
  const start = performance.now();
  const watcher = await newWatcher(inspector);
  const people = await Promise.all(Array.from({ length: 60 }, (_, at) => newMember(url, `n${at}`)));
  for (const client of people.slice(0, 20)) await client.leave();
  for (const client of people.slice(20)) client.say({ data: 'send', content: 'x' });
  await people[40]?.pending();
  const stranger = await newClient(url);
  await stranger.pending();
  await agrees(watcher, system);
  const skipped = watcher.seen.filter(({ type }) => type === '@chat.skipped');
  expect(skipped.length).toBeGreaterThan(0);
  for (const { count } of skipped) expect(count).toBeGreaterThan(0);
  const shown = watcher.seen.filter(({ type }) => type.startsWith('@xstate.')).length;
  const left = skipped.reduce((sum, { count }) => sum + count, 0);
  expect(shown + left).toBeGreaterThan(60 * 10);
  // Ten events a tick, and as many refreshed snapshots; a timer may be late but not early.
  const ticks = Math.ceil((performance.now() - start) / 20) + 1;
  expect(shown).toBeLessThanOrEqual(ticks * 20);
});

test('thousands of connections come to a watcher tick by tick, and it agrees in the end', async () => {
  const { system, url } = await newSystem();
  await Promise.all(Array.from({ length: 500 }, () => newClient(url)));
  const { url: inspector } = await newInspector(system, { eventsPerTick: 50, tickMs: 5 });
  const watcher = await newWatcher(inspector);
  const an = await newMember(url, 'An');
  await agrees(watcher, system);
  await an.leave();
  await agrees(watcher, system);
});

test('no watcher is told of actors that came and went before it could be', async () => {
  const { system, url } = await newSystem();
  const { url: inspector } = await newInspector(system, { eventsPerTick: 1, tickMs: 50 });
  const watcher = await newWatcher(inspector);
  const gone: AnyActorRef[] = [];
  for (let number = 0; number < 20; number++) {
    const client = await newClient(url);
    gone.push(...system.actors().slice(-1));
    await client.leave();
  }
  await newClient(url);
  await agrees(watcher, system);
  const ghosts = gone.filter(({ sessionId }) => watcher.snapshots.get(sessionId)?.status === 'active');
  expect(ghosts).toEqual([]);
});
