import {
  assertEvent,
  assign,
  type DoneActorEvent,
  type ErrorActorEvent,
  type PromiseActorLogic,
  setup,
} from 'xstate';
import type { Act, Batch, Outcome } from '../ledger/ledger.ts';

type Event = Act | { type: 'drain' };
type Input = { stamp: () => string };
type Context = Input & { waiting: Act[]; batch: Batch; isDraining: boolean };

const commit = {
  id: 'commit',
  src: 'commit',
  input: ({ context }: { context: Context }) => context.batch,
} as const;
const settle = {
  type: 'settle',
  params: ({ event }: { event: DoneActorEvent<readonly Outcome[]> }) => ({ outcomes: event.output }),
} as const;
const fail = {
  type: 'fail',
  params: ({ event }: { event: ErrorActorEvent }) => ({ error: event.error }),
} as const;

/**
 * The one order of the room. Acts wait in the order they came; when no commit is under way, all that wait are taken as
 * one batch, committed, and settled one by one in that order (P-SEND-4). `commit`, `settle` and `fail` are provided by
 * whoever runs it: the ledger's work, and telling the connections.
 */
export const roomMachine = setup({
  types: { input: {} as Input, context: {} as Context, events: {} as Event },
  actors: { commit: {} as PromiseActorLogic<readonly Outcome[], Batch> },
  guards: {
    hasActs: ({ context }) => context.waiting.length > 0,
    isDraining: ({ context }) => context.isDraining,
  },
  actions: {
    // In place: a queue copied for each of ten thousand claims that come at once would cost their square.
    queue: ({ context, event }) => {
      assertEvent(event, ['claim', 'recall', 'post', 'leave']);
      context.waiting.push(event);
    },
    take: assign(({ context }) => ({
      batch: { acts: context.waiting, timestamp: context.stamp() },
      waiting: [],
    })),
    drainNext: assign({ isDraining: true }),
    /** Tells each act's connection, and the others, what became of it. */
    settle: (_, _params: { outcomes: readonly Outcome[] }) => {},
    /** The same, when the commit itself broke. */
    fail: (_, _params: { error: unknown }) => {},
  },
}).createMachine({
  id: 'room',
  context: ({ input }) => ({ ...input, waiting: [], batch: { acts: [], timestamp: '' }, isDraining: false }),
  initial: 'open',
  on: {
    claim: { actions: 'queue' },
    recall: { actions: 'queue' },
    post: { actions: 'queue' },
    leave: { actions: 'queue' },
  },
  states: {
    open: {
      initial: 'idle',
      states: {
        idle: {
          always: { guard: 'hasActs', target: 'committing' },
          on: { drain: '#room.draining' },
        },
        committing: {
          entry: 'take',
          invoke: {
            ...commit,
            onDone: [
              { guard: 'isDraining', target: '#room.draining', actions: settle },
              { target: 'idle', actions: settle },
            ],
            onError: [
              { guard: 'isDraining', target: '#room.draining', actions: fail },
              { target: 'idle', actions: fail },
            ],
          },
          on: { drain: { actions: 'drainNext' } },
        },
      },
    },
    draining: {
      initial: 'idle',
      states: {
        idle: { always: [{ guard: 'hasActs', target: 'committing' }, { target: '#room.closed' }] },
        committing: {
          entry: 'take',
          invoke: {
            ...commit,
            onDone: { target: 'idle', actions: settle },
            onError: { target: 'idle', actions: fail },
          },
        },
      },
    },
    closed: { type: 'final' },
  },
});
