import {
  type AnyEventObject,
  assertEvent,
  assign,
  type CallbackActorLogic,
  type DoneActorEvent,
  type ErrorActorEvent,
  type PromiseActorLogic,
  setup,
} from 'xstate';
import type { Act, Batch, Outcome } from '../ledger/ledger.ts';

type Event =
  | Act
  /** Whatever has come in this turn of the event loop is here. */
  | { type: 'turn' }
  | { type: 'drain' };
type Input = { stamp: () => string };
type Context = Input & { waiting: Queue; batch: Batch; isDraining: boolean };

/**
 * Acts in the order they came. Each queue is the one before it and one act more, so that none is ever changed, and ten
 * thousand claims that come at once cost ten thousand steps and not their square.
 */
class Queue {
  readonly length: number;
  readonly last: { act: Act; before: Queue } | undefined;

  constructor(last?: { act: Act; before: Queue }) {
    this.last = last;
    this.length = last === undefined ? 0 : last.before.length + 1;
  }

  with(act: Act): Queue {
    return new Queue({ act, before: this });
  }

  toArray(): Act[] {
    const acts: Act[] = [];
    for (let { last } = this as Queue; last !== undefined; { last } = last.before) acts.push(last.act);
    return acts.reverse();
  }

  toJSON(): Act[] {
    return this.toArray();
  }
}

const empty = new Queue();

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
 * The one order of the room. Acts wait in the order they came; when no commit is under way, all that have come in a turn
 * of the event loop are taken as one batch, committed, and settled one by one in that order (P-SEND-4). So a thousand
 * claims at once cost each member one write, and not a thousand. `turn`, `commit`, `settle` and `fail` are provided by
 * whoever runs it: the end of the turn, the ledger's work, and telling the connections.
 */
export const roomMachine = setup({
  types: { input: {} as Input, context: {} as Context, events: {} as Event },
  actors: {
    turn: {} as CallbackActorLogic<AnyEventObject>,
    commit: {} as PromiseActorLogic<readonly Outcome[], Batch>,
  },
  guards: {
    hasActs: ({ context }) => context.waiting.length > 0,
    isDraining: ({ context }) => context.isDraining,
  },
  actions: {
    queue: assign(({ context, event }) => {
      assertEvent(event, ['claim', 'recall', 'post', 'leave']);
      return { waiting: context.waiting.with(event) };
    }),
    take: assign(({ context }) => ({
      batch: { acts: context.waiting.toArray(), timestamp: context.stamp() },
      waiting: empty,
    })),
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
    waiting: empty,
    batch: { acts: [], timestamp: '' },
    isDraining: false,
  }),
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
          always: { guard: 'hasActs', target: 'gathering' },
          on: { drain: '#room.draining' },
        },
        gathering: {
          invoke: { id: 'turn', src: 'turn' },
          on: { turn: 'committing', drain: '#room.draining' },
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
