import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRoom } from '../../src/actors/room.ts';
import type { Outcome } from '../../src/ledger/ledger.ts';
import { roomMachine } from '../../src/machines/room.ts';
import { functionsIn, namesIn, namesOf, tableOf } from '../helpers/config.ts';
import { act, LoneRoom } from '../helpers/room.ts';

describe('open', () => {
  test.each(Object.entries(act))('P-SEND-4: a %s in an idle room is committed at once', (_, make) => {
    const room = new LoneRoom().hear(make('a'));
    expect(room.commit(0).batch.acts).toEqual([make('a')]);
    expect(room.state).toBe('open.committing');
  });

  test('P-SEND-4: one commit at a time, and all acts that waited are the next batch, in their order', async () => {
    const room = new LoneRoom().hear(
      act.claim('a'),
      act.post('b'),
      act.recall('c'),
      act.leave('d'),
      act.claim('b'),
    );
    expect(room.batches).toEqual([['a']]);
    room.commit(0).end();
    await room.until(1);
    expect(room.batches).toEqual([['a'], ['b', 'c', 'd', 'b']]);
    expect(room.commit(1).batch.acts.map(({ type }) => type)).toEqual(['post', 'recall', 'leave', 'claim']);
    expect(room.state).toBe('open.committing');
    room.commit(1).end();
    await room.until(2);
    expect(room.state).toBe('open.idle');
    expect(room.commits).toHaveLength(2);
  });

  test('P-SEND-4: a batch is settled before the next is committed', async () => {
    const room = new LoneRoom().hear(act.post('a'), act.post('b'));
    room.commit(0).end();
    await room.until(1);
    room.commit(1).end();
    await room.until(2);
    expect(room.steps).toEqual(['stamp', 'commit', 'settle', 'stamp', 'commit', 'settle']);
  });

  test('P-SEND-4: what comes while a batch is under way is not added to it', async () => {
    const room = new LoneRoom().hear(act.post('a'), act.post('b'));
    expect(room.commit(0).batch.acts).toHaveLength(1);
    room.commit(0).end();
    await room.until(1);
    room.hear(act.post('c'));
    expect(room.batches).toEqual([['a'], ['b']]);
  });

  test('P-TIME-3: a batch has one stamp, taken when it is taken up, and is settled with it', async () => {
    const room = new LoneRoom().hear(act.post('a'), act.post('b'), act.post('c'));
    room.commit(0).end();
    await room.until(1);
    room.commit(1).end();
    await room.until(2);
    expect(room.commits.map(({ batch }) => batch.timestamp)).toEqual(['t1', 't2']);
    expect(room.said.map(({ batch }) => batch)).toEqual(room.commits.map(({ batch }) => batch));
  });

  test('P-SEND-4: a batch is settled with the outcomes of its own commit', async () => {
    const outcomes: Outcome[] = [{ type: 'left', nickname: 'An' }];
    const room = new LoneRoom().hear(act.leave('a'));
    room.commit(0).end(outcomes);
    await room.until(1);
    expect(room.said).toEqual([{ batch: room.commit(0).batch, outcomes }]);
  });

  test('P-SEND-3: a commit that broke fails its batch, and the room goes on', async () => {
    const error = new Error('a bug');
    const room = new LoneRoom().hear(act.post('a'), act.post('b'));
    room.commit(0).break(error);
    await room.until(1);
    expect(room.said).toEqual([{ batch: room.commit(0).batch, error }]);
    expect(room.batches).toEqual([['a'], ['b']]);
    room.commit(1).end();
    await room.until(2);
    expect(room.state).toBe('open.idle');
    expect(room.steps).toEqual(['stamp', 'commit', 'fail', 'stamp', 'commit', 'settle']);
  });
});

describe('draining', () => {
  test('P-REQ-7: an idle room closes at once', () => {
    const room = new LoneRoom().drain();
    expect([room.state, room.actor.getSnapshot().status]).toEqual(['closed', 'done']);
  });

  test.each(['end', 'break'] as const)(
    'P-REQ-7: every act taken up is answered first (the commits %s)',
    async (way) => {
      const room = new LoneRoom().hear(act.post('a'), act.post('b')).drain().hear(act.leave('a'));
      expect(room.state).toBe('open.committing');
      room.commit(0)[way](undefined);
      await room.until(1);
      expect(room.state).toBe('draining.committing');
      room.hear(act.leave('b')).drain();
      room.commit(1)[way](undefined);
      await room.until(2);
      expect(room.state).toBe('draining.committing');
      room.commit(2)[way](undefined);
      await room.until(3);
      expect(room.batches).toEqual([['a'], ['b', 'a'], ['b']]);
      expect(room.said.map(({ batch }) => batch.acts.length)).toEqual([1, 2, 1]);
      expect([room.state, room.actor.getSnapshot().status]).toEqual(['closed', 'done']);
    },
  );

  test('P-REQ-7: a room with nothing more to do closes behind the commit under way', async () => {
    const room = new LoneRoom().hear(act.post('a')).drain();
    room.commit(0).end();
    await room.until(1);
    expect(room.state).toBe('closed');
  });
});

test('P-SEND-4: whenever acts come and however commits end, each is settled once, in the one order', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('claim', 'recall', 'post', 'leave') },
    { weight: 2, arbitrary: fc.constantFrom('end', 'break') },
  );
  const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
    const room = new LoneRoom();
    let sent = 0;
    for (const kind of steps) {
      if (kind !== 'end' && kind !== 'break') room.hear(act[kind as keyof typeof act](String(sent++)));
      else if (room.said.length < room.commits.length) await endOne(room, kind);
    }
    room.drain();
    // No more batches than acts: a room that repeats itself must not do so for ever.
    for (let left = sent; left > 0 && room.state !== 'closed'; left--) await endOne(room, 'end');
    expect(room.state).toBe('closed');
    expect(room.said.flatMap(({ batch }) => batch.acts.map(({ by }) => by))).toEqual(
      Array.from({ length: sent }, (_, index) => String(index)),
    );
    expect(room.said.map(({ batch }) => batch)).toEqual(room.commits.map(({ batch }) => batch));
  });
  await fc.assert(property, { numRuns: 300 });
});

async function endOne(room: LoneRoom, way: 'end' | 'break'): Promise<void> {
  const { length } = room.said;
  room.commit(length)[way](undefined);
  await room.until(length + 1);
}

describe('the table', () => {
  const { config, implementations } = roomMachine;

  test('holds names only, but for what is handed to the settling and the failing', () => {
    const functions = functionsIn(tableOf(config));
    expect(functions.filter((path) => !/\.(committed|broken)(\.[01])?\.actions\.params$/.test(path))).toEqual(
      [],
    );
    expect(JSON.parse(JSON.stringify(config))).toMatchObject({ states: { open: { initial: 'idle' } } });
  });

  test('names only what there is, and leaves nothing that there is unnamed', () => {
    expect(namesIn(config)).toEqual(namesOf(implementations));
  });

  test('has every part that it leaves open filled in where it is run', () => {
    const ledger = { commit: () => Promise.resolve([]), close: () => Promise.resolve() };
    const run = createRoom({ ledger, connections: new Map(), log: () => {} }).implementations;
    expect(run.actors['mailbox']).toHaveProperty('transition');
    expect(run.actors['ledger']).toHaveProperty('transition');
    expect(run.actions['settle']).not.toBe(implementations.actions['settle']);
    expect(run.actions['fail']).not.toBe(implementations.actions['fail']);
  });
});
