import { type AnyEventObject, assertEvent, assign, type CallbackActorLogic, sendTo, setup } from 'xstate';
import type { Act, Batch, Outcome } from '../ledger/ledger.ts';

/** What the ledger is sent, and what it sends back: one of the two for each batch. */
export type Commit = { type: 'commit'; batch: Batch };
type Committed = { type: 'committed'; outcomes: readonly Outcome[] } | { type: 'broken'; error: unknown };

export type RoomEvent =
  /** All that came in a turn of the event loop, from the mailbox. */
  { type: 'acts'; acts: readonly Act[] } | Committed | { type: 'drain' };
type Input = { stamp: () => string };
type Context = Input & { waiting: readonly Act[]; batch: Batch; isDraining: boolean };

const settle = {
  type: 'settle',
  params: ({ event }: { event: Extract<Committed, { type: 'committed' }> }) => ({ outcomes: event.outcomes }),
} as const;
const fail = {
  type: 'fail',
  params: ({ event }: { event: Extract<Committed, { type: 'broken' }> }) => ({ error: event.error }),
} as const;

/**
 * The one order of the room. The mailbox hands over the acts of a turn of the event loop in the order they came; when no
 * commit is under way, all that wait are taken as one batch, committed, and settled one by one in that order (P-SEND-4).
 * So a thousand claims at once cost each member one write, and not a thousand. `mailbox`, `ledger`, `settle` and `fail`
 * are provided by whoever runs it.
 */
export const roomMachine = setup({
  types: {
    input: {} as Input,
    context: {} as Context,
    events: {} as RoomEvent,
    children: {} as { mailbox: 'mailbox'; ledger: 'ledger' },
  },
  actors: {
    mailbox: {} as CallbackActorLogic<Act | { type: 'drain' }>,
    ledger: {} as CallbackActorLogic<AnyEventObject>,
  },
  guards: {
    hasActs: ({ context }) => context.waiting.length > 0,
    isDraining: ({ context }) => context.isDraining,
  },
  actions: {
    queue: assign(({ context, event }) => {
      assertEvent(event, 'acts');
      return { waiting: context.waiting.concat(event.acts) };
    }),
    take: assign(({ context }) => ({
      batch: { acts: context.waiting, timestamp: context.stamp() },
      waiting: [],
    })),
    commit: sendTo('ledger', ({ context }) => ({ type: 'commit', batch: context.batch }) satisfies Commit),
    drainNext: assign({ isDraining: true }),
    /** Tells each act's connection, and the others, what became of it. */
    settle: (_, _params: { outcomes: readonly Outcome[] }) => {},
    /** The same, when the commit itself broke. */
    fail: (_, _params: { error: unknown }) => {},
  },
}).createMachine({
  id: 'room',
  context: ({ input }) => ({
    ...input,
    waiting: [],
    batch: { acts: [], timestamp: '' },
    isDraining: false,
  }),
  invoke: [
    { id: 'mailbox', src: 'mailbox' },
    { id: 'ledger', src: 'ledger' },
  ],
  initial: 'open',
  on: { acts: { actions: 'queue' } },
  states: {
    open: {
      initial: 'idle',
      states: {
        idle: {
          always: { guard: 'hasActs', target: 'committing' },
          on: { drain: '#room.draining' },
        },
        committing: {
          entry: ['take', 'commit'],
          on: {
            committed: [
              { guard: 'isDraining', target: '#room.draining', actions: settle },
              { target: 'idle', actions: settle },
            ],
            broken: [
              { guard: 'isDraining', target: '#room.draining', actions: fail },
              { target: 'idle', actions: fail },
            ],
            drain: { actions: 'drainNext' },
          },
        },
      },
    },
    draining: {
      initial: 'idle',
      states: {
        idle: { always: [{ guard: 'hasActs', target: 'committing' }, { target: '#room.closed' }] },
        committing: {
          entry: ['take', 'commit'],
          on: {
            committed: { target: 'idle', actions: settle },
            broken: { target: 'idle', actions: fail },
          },
        },
      },
    },
    closed: { type: 'final' },
  },
});
