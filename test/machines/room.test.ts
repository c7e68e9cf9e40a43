import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRoom } from '../../src/actors/room.ts';
import { Turns } from '../../src/actors/turns.ts';
import { roomMachine } from '../../src/machines/room.ts';
import { functionsIn, namesIn, namesOf, tableOf } from '../helpers/config.ts';
import { newFileLedger } from '../helpers/ledger.ts';
import { change, LoneRoom } from '../helpers/room.ts';

describe('open', () => {
  test.each(Object.entries(change))('P-SEND-4: a %s in an idle room is committed at once', (_, make) => {
    const room = new LoneRoom().hear(make('a'));
    expect(room.commit(0).changes).toEqual([make('a')]);
    expect(room.state).toBe('open.committing');
  });

  test('P-SEND-4: one commit is under way at a time, and all waiting changes are the next one, in order', () => {
    const room = new LoneRoom().hear(
      change.claim('a'),
      change.post('b'),
      change.leave('d'),
      change.claim('b'),
    );
    expect(room.batches).toEqual([['a']]);
    room.commit(0).end();
    expect(room.batches).toEqual([['a'], ['b', 'd', 'b']]);
    expect(room.commit(1).changes.map(({ type }) => type)).toEqual(['post', 'leave', 'claim']);
    expect(room.state).toBe('open.committing');
    room.commit(1).end();
    expect(room.state).toBe('open.idle');
    expect(room.steps).toEqual(['commit', 'committed', 'commit', 'committed']);
  });

  test('P-SEND-4: changes that come while a commit is under way are not added to it', () => {
    const room = new LoneRoom().hear(change.post('a'), change.post('b'));
    expect(room.commit(0).changes).toHaveLength(1);
    room.commit(0).end();
    room.hear(change.post('c'));
    expect(room.batches).toEqual([['a'], ['b']]);
  });

  test('P-SEND-3: a rejected commit fails its changes, and the room goes on', () => {
    const error = new Error('a bug');
    const room = new LoneRoom().hear(change.post('a'), change.post('b'));
    room.commit(0).break(error);
    expect(room.failed).toEqual([{ changes: [change.post('a')], error }]);
    expect(room.batches).toEqual([['a'], ['b']]);
    room.commit(1).end();
    expect(room.state).toBe('open.idle');
    expect(room.failed).toHaveLength(1);
  });
});

describe('draining', () => {
  test('P-REQ-7: an idle room closes at once', () => {
    const room = new LoneRoom().drain();
    expect([room.state, room.actor.getSnapshot().status]).toEqual(['closed', 'done']);
  });

  test.each(['end', 'break'] as const)(
    'P-REQ-7: every change under way is answered first (the commits %s)',
    (way) => {
      const room = new LoneRoom().hear(change.post('a'), change.post('b')).drain().hear(change.leave('a'));
      expect(room.state).toBe('draining.committing');
      expect(room.batches).toEqual([['a']]);
      room.commit(0)[way](undefined);
      expect(room.state).toBe('draining.committing');
      room.hear(change.leave('b')).drain();
      room.commit(1)[way](undefined);
      expect(room.state).toBe('draining.committing');
      room.commit(2)[way](undefined);
      expect(room.batches).toEqual([['a'], ['b', 'a'], ['b']]);
      expect(room.failed.map(({ changes }) => changes.length)).toEqual(way === 'end' ? [] : [1, 2, 1]);
      expect([room.state, room.actor.getSnapshot().status]).toEqual(['closed', 'done']);
    },
  );

  test('P-REQ-7: a room with nothing more to do closes after the commit under way', () => {
    const room = new LoneRoom().hear(change.post('a')).drain();
    room.commit(0).end();
    expect(room.state).toBe('closed');
  });
});

test('P-SEND-4: every change is committed once and in order, whenever it comes and however commits end', () => {
  const kinds = Object.keys(change) as (keyof typeof change)[];
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...kinds) },
    { weight: 2, arbitrary: fc.constantFrom('end' as const, 'break' as const) },
  );
  const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const room = new LoneRoom();
    let sent = 0;
    const broken: string[] = [];
    for (const kind of steps) {
      if (kind !== 'end' && kind !== 'break') room.hear(change[kind](String(sent++)));
      else if (room.ended < room.commits.length) {
        if (kind === 'break') broken.push(...(room.batches[room.ended] ?? []));
        room.commit(room.ended)[kind](undefined);
      }
    }
    room.drain();
    // No more commits than changes: a room that repeats itself must not do so for ever.
    for (let left = sent; left > 0 && room.state !== 'closed'; left--) room.commit(room.ended).end();
    expect(room.state).toBe('closed');
    expect(room.batches.flat()).toEqual(Array.from({ length: sent }, (_, index) => String(index)));
    expect(room.failed.flatMap(({ changes }) => changes.map(({ by }) => by))).toEqual(broken);
  });
  fc.assert(property, { numRuns: 300 });
});

describe('the table', () => {
  const { config, implementations } = roomMachine;

  test('contains only names', () => {
    expect(functionsIn(tableOf(config))).toEqual([]);
    expect(JSON.parse(JSON.stringify(config))).toMatchObject({ states: { open: { initial: 'idle' } } });
  });

  test('names all implementations, and no others', () => {
    expect(namesIn(config)).toEqual(namesOf(implementations));
  });

  test('has an implementation for all its parts where it is run', async () => {
    const ledger = await newFileLedger();
    const options = {
      ledger,
      connections: new Map(),
      turns: new Turns(),
      stamp: () => '',
      log: () => {},
      onGoverned: () => {},
      onAsked: () => '[]',
      isWatched: () => false,
      onFault: () => {},
    };
    const run = createRoom(options).implementations;
    expect(run.actors['mailbox']).toHaveProperty('transition');
    expect(run.actors['ledger']).toHaveProperty('transition');
    expect(run.actions['fail']).not.toBe(implementations.actions['fail']);
  });
});
