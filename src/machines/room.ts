import { type AnyEventObject, assertEvent, assign, type CallbackActorLogic, sendTo, setup } from 'xstate';
import type { Change, Entry } from '../ledger/ledger.ts';

/** What the ledger is sent, and what it answers: one of the two for each commit. */
export type Commit = { type: 'commit'; changes: readonly Change[] };
type Committed = { type: 'committed' } | { type: 'broken'; error: unknown };
/** What the room's actor has settled; changes no state, and is told only while somebody watches. */
type Stretch = { type: 'stretch'; stretch: readonly Entry[] };

export type RoomEvent =
  /** All that came in one turn of the event loop, from the mailbox. */
  { type: 'changes'; changes: readonly Change[] } | Committed | Stretch | { type: 'drain' };
type Context = { waiting: readonly Change[]; committing: readonly Change[] };

const next = [
  { guard: 'isWaiting', target: 'committing', reenter: true, actions: ['take', 'commit'] },
] as const;
const fail = {
  type: 'fail',
  params: ({ context, event }: { context: Context; event: { type: 'broken'; error: unknown } }) => ({
    changes: context.committing,
    error: event.error,
  }),
} as const;

/**
 * The way into the one order. The mailbox hands over the changes of a turn of the event loop in the order in which they
 * came; one commit is under way at a time, and all that waited meanwhile are the next. So a thousand claims at once cost
 * each member one write, and not a thousand. What comes out of the order, the ledger tells the room's actor in stretches.
 * `mailbox`, `ledger` and `fail` are provided by whoever runs it.
 */
export const roomMachine = setup({
  types: {
    context: {} as Context,
    events: {} as RoomEvent,
    children: {} as { mailbox: 'mailbox'; ledger: 'ledger' },
  },
  actors: {
    mailbox: {} as CallbackActorLogic<Change | { type: 'drain' }>,
    ledger: {} as CallbackActorLogic<AnyEventObject>,
  },
  guards: { isWaiting: ({ context }) => context.waiting.length > 0 },
  actions: {
    queue: assign(({ context, event }) => {
      assertEvent(event, 'changes');
      return { waiting: context.waiting.concat(event.changes) };
    }),
    take: assign(({ context }) => ({ committing: context.waiting, waiting: [] })),
    commit: sendTo('ledger', ({ context }) => ({ type: 'commit', changes: context.committing }) as Commit),
    /** Answers each change of a commit that broke, which only a bug does. */
    fail: (_, _params: { changes: readonly Change[]; error: unknown }) => {},
  },
}).createMachine({
  id: 'room',
  context: { waiting: [], committing: [] },
  invoke: [
    { id: 'mailbox', src: 'mailbox' },
    { id: 'ledger', src: 'ledger' },
  ],
  initial: 'open',
  on: { changes: { actions: 'queue' } },
  states: {
    open: {
      initial: 'idle',
      states: {
        idle: {
          on: {
            changes: { target: 'committing', actions: ['queue', 'take', 'commit'] },
            drain: '#room.closed',
          },
        },
        committing: {
          on: {
            committed: [...next, { target: 'idle' }],
            broken: [
              { ...next[0], actions: [fail, 'take', 'commit'] },
              { target: 'idle', actions: fail },
            ],
            drain: '#room.draining',
          },
        },
      },
    },
    draining: {
      initial: 'committing',
      states: {
        committing: {
          on: {
            committed: [...next, { target: '#room.closed' }],
            broken: [
              { ...next[0], actions: [fail, 'take', 'commit'] },
              { target: '#room.closed', actions: fail },
            ],
          },
        },
      },
    },
    closed: { type: 'final' },
  },
});
