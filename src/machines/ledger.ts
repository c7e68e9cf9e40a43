import { assign, type CallbackActorLogic, type PromiseActorLogic, setup } from 'xstate';

/** What a process learns of its place among the others. */
export type LedgerEvent =
  /** Redis cannot be reached any more, or does not take what it is sent. */
  | { type: 'lost' }
  /** The others have given this process up, or Redis has lost what this process has seen. */
  | { type: 'fenced' }
  | { type: 'close' };

/** `node`: the name of this process's place among the others, while it has one. */
type Context = { node: string | undefined };

/**
 * The life of a ledger that several processes share. Its states say what becomes of changes: only in `ready` they go to
 * Redis. In `lagging` the process does not know whether it still has its place, so changes fail, and those whose answer is
 * missing wait. The ledger provides the actors and `giveUp`.
 */
export const ledgerMachine = setup({
  types: { context: {} as Context, events: {} as LedgerEvent },
  actors: {
    /** Connects, and goes on trying. */
    connect: {} as PromiseActorLogic<unknown>,
    /** Takes a place among the processes, and loads the history. Resolves to the name of the place. */
    join: {} as PromiseActorLogic<string>,
    /** Follows the order, and renews the lease. */
    follow: {} as CallbackActorLogic<LedgerEvent>,
    /** Connects, and asks whether the process still has its place. */
    find: {} as PromiseActorLogic<'kept' | 'fenced'>,
    /** Gives the place up. Holdings with a secret wait for their peers in the other processes. */
    retire: {} as PromiseActorLogic<unknown>,
  },
  actions: {
    /** Drops the connections to Redis. */
    drop: () => {},
    /** The process's connections are closed, since the others have seen their members leave. */
    giveUp: () => {},
    takePlace: assign({ node: (_, node: string) => node }),
    losePlace: assign({ node: undefined }),
    /** What the host is told. */
    tellLost: () => {},
    tellFound: () => {},
    tellJoined: () => {},
  },
  guards: { isKept: (_, kept: boolean) => kept },
}).createMachine({
  id: 'ledger',
  context: { node: undefined },
  initial: 'connecting',
  on: { close: '.closed' },
  states: {
    connecting: { invoke: { id: 'connect', src: 'connect', onDone: 'loading' } },
    loading: {
      invoke: {
        id: 'join',
        src: 'join',
        onDone: {
          target: 'ready',
          actions: [{ type: 'takePlace', params: ({ event }) => event.output }, 'tellJoined'],
        },
        onError: 'connecting',
      },
    },
    ready: {
      invoke: { id: 'follow', src: 'follow' },
      on: { lost: { target: 'lagging', actions: 'tellLost' }, fenced: 'fenced', close: 'leaving' },
    },
    /** It follows the order no more: whoever has left and then renews the lease hears that it has none. */
    leaving: { invoke: { id: 'retire', src: 'retire', onDone: 'closed', onError: 'closed' } },
    lagging: {
      entry: 'drop',
      invoke: {
        id: 'find',
        src: 'find',
        onDone: [
          {
            guard: { type: 'isKept', params: ({ event }) => event.output === 'kept' },
            target: 'ready',
            actions: 'tellFound',
          },
          { target: 'fenced' },
        ],
      },
    },
    fenced: {
      entry: ['drop', 'giveUp', 'losePlace'],
      invoke: { id: 'connect', src: 'connect', onDone: 'loading' },
    },
    closed: { type: 'final', entry: 'drop' },
  },
});
