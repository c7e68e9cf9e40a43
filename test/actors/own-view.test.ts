import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createActor, fromCallback } from 'xstate';
import { OwnView, pauseMs } from '../../src/actors/own-view.ts';
import { chartOf, labelsOf } from '../../src/charts/chart.ts';
import { connectionMachine } from '../../src/machines/connection.ts';
import type { Event } from '../../src/machines/guards.ts';
import { defaultLimits, house } from '../helpers/machine.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A connection of its own with a view, and what it has been told. */
function newView() {
  const room = createActor(fromCallback(() => {})).start();
  const nothing = () => {};
  const input = { id: 'c1', limits: defaultLimits, house, room, refuse: nothing, recall: nothing };
  const actor = createActor(connectionMachine, { input: { ...input, awaitPeer: nothing } }).start();
  const told: Record<string, unknown>[] = [];
  const outlet = {
    isBusy: false,
    buffered: 0,
    write: (frame: Buffer) => void told.push(JSON.parse(`${frame.subarray(frame[1] === 126 ? 4 : 2)}`)),
  };
  const view = new OwnView({ actor, outlet, reader: { waiting: 3, isHeld: true } }, () => performance.now());
  const send = (event: Event) => {
    const before = actor.getSnapshot();
    if (before.status === 'active') actor.send(event);
    view.took(before, event);
  };
  return { view, told, outlet, send };
}

const queues = { inbox: 3, paused: true, waiting: 0 };
/** `isAllowed`, of a text that this is true of. */
const allowed = (form: object) => ({
  guard: 'isAllowed',
  verdict: true,
  facts: [{ kind: 'objection', is: false }],
  parts: [form],
});
const labelOf = (id: unknown) => labelsOf(chartOf(connectionMachine), [`${id}`])[0];

test('a view tells the first state, and of each event the edge, the guards, and the wait for it', () => {
  const length = { kind: 'characters', is: 2, most: defaultLimits.name };
  const may = allowed({ guard: 'isNickname', verdict: true, facts: [length] });
  const { told, send } = newView();
  expect(told).toEqual([{ type: 'machine', state: 'unregistered.idle', ...queues, ms: 0 }]);
  vi.advanceTimersByTime(pauseMs);
  send({ type: 'name', name: 'An' });
  vi.advanceTimersByTime(pauseMs * 2);
  send({ type: 'settled', count: 1, holding: { nickname: 'An', isResumable: false, isResumed: false } });
  expect(told.slice(1)).toEqual([
    {
      type: 'machine',
      state: 'unregistered.claiming',
      event: 'name',
      edge: expect.any(String),
      guards: [
        { guard: 'isReturning', verdict: false, facts: [{ kind: 'offer', is: false }], parts: [may] },
        may,
      ],
      ...queues,
      ms: pauseMs,
    },
    {
      type: 'machine',
      state: 'registered.idle',
      event: 'settled',
      edge: expect.any(String),
      guards: [{ guard: 'isNamed', verdict: true, facts: [{ kind: 'holding', is: true }] }],
      batch: 1,
      ...queues,
      ms: pauseMs * 2,
    },
  ]);
  expect(told.map(({ edge }) => labelOf(edge))).toEqual([
    undefined,
    'name [isAllowed] / claim',
    'settled [isNamed] / hold',
  ]);
});

test('P-SEND-1: of a refusal, a view tells the edge that was taken, and the guards that have not let it through, without a word of it', () => {
  const { told, send } = newView();
  send({ type: 'name', name: 'An' });
  send({ type: 'settled', count: 1, holding: { nickname: 'An', isResumable: false, isResumed: false } });
  send({ type: 'send', content: 'secret'.repeat(100) });
  vi.advanceTimersByTime(pauseMs);
  const { event, edge, guards } = told.at(-1) ?? {};
  const facts = [{ kind: 'characters', is: 600, most: defaultLimits.content }];
  const form = { guard: 'isContent', verdict: false, facts };
  const allowing = { guard: 'isAllowed', verdict: false, facts: [], parts: [form] };
  expect([event, guards]).toEqual(['send', [allowing, form]]);
  expect(JSON.stringify(told)).not.toContain('secret');
  expect(labelsOf(chartOf(connectionMachine), [`${edge}`])).toEqual(['send / refuseContent']);
});

test('a view tells at most twenty frames a second: the latest', () => {
  const { told, send } = newView();
  for (let at = 0; at < 100; at++) {
    send({ type: 'get', window: undefined });
    send({ type: 'send', content: 'x' });
    vi.advanceTimersByTime(10);
  }
  expect(told).toHaveLength(21);
  expect(told.slice(1).map(({ event }) => event)).toEqual(Array(20).fill('send'));
});

test.each([
  ['the socket takes no more', { isBusy: true }],
  ['bytes wait', { buffered: 1 }],
])('a view tells nothing while %s, and the latest once they have left', (_, blocked) => {
  const { told, outlet, send } = newView();
  Object.assign(outlet, blocked);
  send({ type: 'get', window: undefined });
  vi.advanceTimersByTime(1000);
  send({ type: 'send', content: 'x' });
  vi.advanceTimersByTime(1000);
  expect(told).toHaveLength(1);
  Object.assign(outlet, { isBusy: false, buffered: 0 });
  vi.advanceTimersByTime(pauseMs);
  expect(told.slice(1).map(({ event }) => event)).toEqual(['send']);
});

test('a view that has ended tells nothing more, and no timer is left', () => {
  const { view, told, send } = newView();
  send({ type: 'get', window: undefined });
  view.end();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(1000);
  expect(told).toHaveLength(1);
});

test('a machine that has ended is told once: what comes later does nothing', () => {
  const { told, send } = newView();
  vi.advanceTimersByTime(pauseMs);
  send({ type: 'hangup' });
  vi.advanceTimersByTime(pauseMs);
  send({ type: 'hangup' });
  vi.advanceTimersByTime(pauseMs);
  expect(told.map(({ state, event }) => [state, event])).toEqual([
    ['unregistered.idle', undefined],
    ['closed', 'hangup'],
  ]);
});
