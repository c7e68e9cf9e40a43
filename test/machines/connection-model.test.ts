/**
 * The connection machine as a model of the server: every transition that a real peer can bring about is walked over a
 * real WebSocket, on the shortest path to it. A request is sent as its frame. What the room settles is the server's own
 * doing, so `settled` stands for reading the one reply; which of its forms may follow depends on what was asked.
 */
import { expect, test } from 'vitest';
import type { SnapshotFrom } from 'xstate';
import { adjacencyMapToArray, createTestModel } from 'xstate/graph';
import { connectionMachine } from '../../src/machines/connection.ts';
import { busyLeaves, type Leaf, leaves } from '../helpers/machine.ts';
import {
  acts,
  alone,
  type ConnectionEvent as Event,
  free,
  inForceAfter,
  nicknameIn,
  requests,
  settledWith,
} from '../helpers/model.ts';
import { newServer } from '../helpers/server.ts';
import { Walk } from '../helpers/walk.ts';

type Snapshot = SnapshotFrom<typeof connectionMachine>;

const events: Event[] = [
  ...requests,
  settledWith(undefined),
  ...free.map(settledWith),
  ...acts,
  { type: 'hangup' },
];

/** The request under way in a busy snapshot: the machine hands it to the room and does not keep it. */
const underWay = new WeakMap<Snapshot, Event>();

/** A state of the server: the machine's, and what the room has been asked. */
function keyOf(snapshot: Snapshot): string {
  const { nickname, muteReason } = snapshot.context;
  return JSON.stringify([snapshot.value, nickname, muteReason, underWay.get(snapshot)]);
}

function serializeState(snapshot: Snapshot, event: Event | undefined): string {
  if (snapshot.hasTag('busy') && event !== undefined) underWay.set(snapshot, event);
  return keyOf(snapshot);
}

/**
 * A peer's frames wait while the machine is busy, and the room settles what it was asked. Moderators act on idle members
 * only. A closed connection is at its end. How one outlives its line, and loses its holding, has tests of its own.
 */
function canFollow(snapshot: Snapshot, event: Event): boolean {
  if (snapshot.status !== 'active') return false;
  if (['lost', 'superseded', 'expired', 'retired'].includes(event.type)) return false;
  if (isAct(event) && !snapshot.matches('registered')) return false;
  if (event.type === 'unmuted' && !snapshot.matches({ registered: 'muted' })) return false;
  if (!snapshot.hasTag('busy')) return event.type !== 'settled';
  if (event.type !== 'settled') return event.type === 'hangup';
  const asked = underWay.get(snapshot);
  const changed = inForce(snapshot) === snapshot.context.nickname ? undefined : inForce(snapshot);
  return nicknameIn(event) === (asked?.type === 'name' ? changed : undefined);
}

const isAct = (event: Event): event is (typeof acts)[number] => acts.some(({ type }) => type === event.type);

/** The nickname in force once the room has settled what is under way. */
function inForce(snapshot: Snapshot): string | undefined {
  const { nickname } = snapshot.context;
  if (!snapshot.hasTag('busy')) return nickname;
  const asked = underWay.get(snapshot);
  if (asked === undefined) throw new Error('busy with nothing');
  return inForceAfter(asked, nickname);
}

const model = createTestModel(connectionMachine, {
  input: alone,
  events,
  filterEvents: canFollow,
  serializeState,
});

/** The shortest path to the beginning of each transition, and that transition. Paths that others begin with are left out. */
const paths = model.getPaths(() => {
  const shortest = model.getShortestPaths({ allowDuplicatePaths: true });
  return adjacencyMapToArray(model.getAdjacencyMap()).map(({ state: from, event, nextState: state }) => {
    const path = shortest.find((one) => keyOf(one.state) === keyOf(from));
    if (path === undefined) throw new Error(`no path to ${keyOf(from)}`);
    return { state, steps: [...path.steps, { event, state }], weight: path.weight + 1 };
  });
});

const leafOf = ({ value }: Snapshot) =>
  typeof value === 'string' ? value : Object.entries(value).flat().join('.');

/** `name An, settled An`: what happens after the start. */
const wordsOf = (steps: { event: Event }[]) =>
  steps
    .slice(1)
    .map(({ event }) =>
      Object.values(event)
        .map((value) => (typeof value === 'string' ? value || "''" : (JSON.stringify(value) ?? '-')))
        .join(' '),
    )
    .join(', ');

test('P-REQ-6: the paths take every request, and every end, in every state that takes it', () => {
  const walked = paths.flatMap(({ steps }) =>
    steps.slice(1).map(({ event }, index) => [steps[index], event] as const),
  );
  const found = new Set(
    walked.map(([from, event]) => `${from === undefined ? '' : leafOf(from.state)} ${event.type}`),
  );
  const demanded = leaves
    .filter((leaf) => leaf !== 'closed' && !leaf.endsWith('lost'))
    .flatMap((leaf) => {
      const types = busyLeaves.includes(leaf) ? ['settled'] : ['name', 'get', 'send', 'unreadable'];
      return [...types, ...(actsIn[leaf] ?? []), 'hangup'].map((type) => `${leaf} ${type}`);
    });
  expect([...found].sort()).toEqual(demanded.sort());
});

/** What moderators do to members in each state. */
const actsIn: Partial<Record<Leaf, string[]>> = {
  'registered.idle': ['muted', 'kicked'],
  'registered.muted': ['muted', 'unmuted', 'kicked'],
};

const walks = paths.map((path) => [wordsOf(path.steps), path] as const);

test.each(walks)(
  'P-REQ-6, P-REQ-7, P-EVT-2, P-MOD-3: the server does as its machine does: %s',
  async (_, path) => {
    const walk = await Walk.start(await newServer());
    let before: Snapshot | undefined;
    for (const { event, state } of path.steps) {
      if (event.type === 'name' || event.type === 'get' || event.type === 'send') walk.say(event);
      else if (event.type === 'unreadable') await walk.sayUnreadable(event);
      else if (event.type === 'settled') await walk.answered(nicknameIn(event) ?? before?.context.nickname);
      else if (isAct(event)) await walk.suffer(event.type);
      else if (event.type === 'hangup' && before !== undefined) await walk.hangUp(inForce(before));
      if (state.matches({ unregistered: 'idle' })) await walk.isStranger();
      else if (state.matches({ registered: 'idle' }) || state.matches({ registered: 'muted' }))
        await walk.isMember(state.context.nickname);
      before = state;
    }
  },
);
