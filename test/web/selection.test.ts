import { expect, test } from 'vitest';
import type { Recorded } from '../../web/lab/recorded.ts';
import { Selection } from '../../web/lab/selection.ts';
import { World } from '../../web/lab/world.ts';

const base = { rootId: 'x:0', id: '1', createdAt: '0', _version: '0.7.2' } as const;

/** An actor appears. */
const actor = (sessionId: string, name: string, machine?: string): Recorded => ({
  at: 0,
  kind: 'told',
  told: { ...base, type: '@xstate.actor', sessionId, name, machine, snapshot: { status: 'active' } },
});
const connection = (session: string) => actor(session, session, 'connection');
const client = (id: string): Recorded => ({ at: 0, kind: 'client', client: id, status: 'connecting' });

/** A world, and what is chosen in it after each change. */
function newStage() {
  const world = new World({});
  const selection = new Selection();
  const happens = (...entries: Recorded[]) => {
    for (const entry of entries) world.apply(entry);
    selection.follow(world);
    return [selection.session, selection.client];
  };
  return { world, selection, happens };
}

test('the room is chosen at first, and then the connection of the client that is chosen, once it is known', () => {
  const { selection, happens } = newStage();
  expect(happens(actor('x:1', 'server'))).toEqual([undefined, undefined]);
  expect(happens(actor('x:2', 'room'))).toEqual(['x:2', undefined]);
  selection.chooseClient('A');
  expect(happens(client('A'))).toEqual(['x:2', 'A']);
  expect(happens(connection('c1'))).toEqual(['c1', 'A']);
});

test('a connection that was taken for the client’s is corrected, unless something else was chosen since', () => {
  const { world, selection, happens } = newStage();
  selection.chooseClient('A');
  expect(happens(client('A'), connection('c1'))).toEqual(['c1', 'A']);
  const own = world.clients.get('A');
  if (own !== undefined) own.session = 'c2';
  expect(happens(connection('c2'))).toEqual(['c2', 'A']);
  selection.choose('c1', world);
  if (own !== undefined) own.session = 'c3';
  expect(happens(connection('c3'))).toEqual(['c1', 'A']);
});

test('a connection that is chosen brings its client along; of clients that are left the newest is chosen', () => {
  const { world, selection, happens } = newStage();
  happens(client('A'), connection('c1'), client('B'), connection('c2'));
  selection.choose('c1', world);
  expect(happens()).toEqual(['c1', 'A']);
  selection.drop('B', ['A']);
  expect(selection.client).toBe('A');
  selection.drop('A', ['C', 'D']);
  expect(selection.client).toBe('D');
  selection.drop('D', []);
  expect(selection.client).toBeUndefined();
});
