import { assertEvent, assign, type CallbackActorLogic, raise, sendTo, setup } from 'xstate';
import type { Change, Entry } from '../ledger/ledger.ts';

/** What the ledger is sent. It answers each commit with one of the two events below. */
export type Commit = { type: 'commit'; changes: readonly Change[] };
type Committed = { type: 'committed' } | { type: 'broken'; error: unknown };
/** A stretch that the room's actor has settled. Changes no state; sent only while somebody watches. */
type Stretch = { type: 'stretch'; stretch: readonly Entry[] };

export type RoomEvent =
  /** The changes of one turn of the event loop, from the mailbox. */
  { type: 'changes'; changes: readonly Change[] } | Committed | Stretch | { type: 'drain' };
type Context = { waiting: readonly Change[]; committing: readonly Change[] };

const next = [
  { guard: 'isWaiting', target: 'committing', reenter: true, actions: ['take', 'commit'] },
] as const;

/**
 * The way into the order. The mailbox delivers the changes of one turn of the event loop in the order in which they
 * came. One commit is under way at a time; the changes that arrive meanwhile become the next one. So a thousand claims
 * at once cost each member one write, and not a thousand. The ledger tells the resulting entries to the room's actor in
 * stretches. The actor provides `mailbox`, `ledger` and `fail`.
 */
export const roomMachine = setup({
  types: {
    context: {} as Context,
    events: {} as RoomEvent,
    children: {} as { mailbox: 'mailbox'; ledger: 'ledger' },
  },
  actors: {
    mailbox: {} as CallbackActorLogic<Change | { type: 'drain' }>,
    ledger: {} as CallbackActorLogic<Commit>,
  },
  guards: { isWaiting: ({ context }) => context.waiting.length > 0 },
  actions: {
    queue: assign(({ context, event }) => {
      assertEvent(event, 'changes');
      return { waiting: context.waiting.concat(event.changes) };
    }),
    take: assign(({ context }) => ({ committing: context.waiting, waiting: [] })),
    commit: sendTo('ledger', ({ context }) => ({ type: 'commit', changes: context.committing }) as Commit),
    /** Answers each change of a commit that was rejected, which happens only because of a bug. */
    fail: () => {},
    goOn: raise({ type: 'committed' }),
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
            broken: { actions: ['fail', 'goOn'] },
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
            broken: { actions: ['fail', 'goOn'] },
          },
        },
      },
    },
    closed: { type: 'final' },
  },
});
