import { expect, test } from 'vitest';
import type { ShownEvent } from '../../src/inspect/told.ts';
import { forkOf } from '../../web/lab/fork/history.ts';
import type { Actor } from '../../web/lab/picture.ts';
import type { Recorded } from '../../web/lab/recorded.ts';

const context = { id: 'c1', limits: { name: 100, content: 100, comparison: 'nickname' } };
const base = { rootId: 'x:0', id: '1', createdAt: '0', _version: '0.7.2' } as const;

/** A connection comes to a state. */
const step = (event: ShownEvent, value: unknown, sessionId = 'x:1'): Recorded => ({
  at: 0,
  kind: 'told',
  told: {
    ...base,
    type: '@xstate.snapshot',
    sessionId,
    event,
    snapshot: { status: 'active', value, context },
  },
});

const born = step({ type: 'xstate.init' }, { unregistered: 'idle' });
const name = step({ type: 'name' }, { unregistered: 'claiming' });
const settled = step({ type: 'settled' }, { registered: 'idle' });
const get = step({ type: 'get' }, { registered: 'idle' });
const refresh = step({ type: '@chat.refresh' }, { registered: 'idle' });
const other = step({ type: 'hangup' }, 'closed', 'x:2');
const reset: Recorded = { at: 0, kind: 'reset' };

/** Where the history forks, and the events from there on. */
function shown(entries: Recorded[], count: number) {
  const fork = forkOf(entries, count, 'x:1');
  return fork && [fork.start.leaf, ...fork.steps.map(({ event }) => event.type)];
}

test('a history forks at the last step of the connection, which others do not change', () => {
  const entries = [born, name, other, settled, get];
  expect(shown(entries, 2)).toEqual(['unregistered.idle', 'name', 'settled', 'get']);
  expect(shown(entries, 3)).toEqual(['unregistered.idle', 'name', 'settled', 'get']);
  expect(shown(entries, 4)).toEqual(['unregistered.claiming', 'settled', 'get']);
  expect(shown(entries, 5)).toEqual(['registered.idle', 'get']);
});

test('a history does not fork before the first event, or where the recording has left something out', () => {
  expect(shown([born, name], 1)).toBeUndefined();
  expect(shown([name, settled], 1)).toBeUndefined();
  expect(shown([born, name, refresh, get], 3)).toBeUndefined();
  expect(shown([born, name, refresh, get], 2)).toEqual(['unregistered.idle', 'name']);
  expect(shown([born, name, refresh, get], 4)).toEqual(['registered.idle', 'get']);
  expect(shown([born, name, reset, get], 4)).toBeUndefined();
  expect(shown([born, name, reset, get], 2)).toEqual(['unregistered.idle', 'name']);
});

test('a picture at the beginning of a recording tells where its connections are', () => {
  const actor: Actor = {
    session: 'x:1',
    name: 'c1',
    parent: undefined,
    machine: 'connection',
    status: 'active',
    leaf: 'registered.idle',
    nickname: undefined,
    underWay: undefined,
    event: 'settled',
    fired: [],
    earlier: [],
    step: { event: { type: 'settled' }, after: context },
  };
  const nothing = { clients: [], lines: [], flows: [], skipped: 0, framesSkipped: 0 };
  const picture: Recorded = { at: 0, kind: 'picture', picture: { actors: [actor], ...nothing } };
  expect(shown([picture, get], 2)).toEqual(['registered.idle', 'get']);
  expect(shown([picture, get], 1)).toBeUndefined();
});
