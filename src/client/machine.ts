import {
  type AnyEventObject,
  assertEvent,
  assign,
  type CallbackActorLogic,
  cancel,
  raise,
  setup,
} from 'xstate';
import { lost, type Refusal, tooLarge } from './refusal.ts';

export type ClientEvent =
  | { type: 'open' }
  /** The connection is over; `isTooLarge`, because of a frame that was. */
  | { type: 'lost'; isTooLarge?: boolean }
  /** The server has ended the connection, and the client is not to come back by itself. */
  | { type: 'stop' }
  /** A ping came, which says how many seconds lie between two (P-EVT-3). */
  | { type: 'ping'; seconds: number }
  /** No ping came for two intervals: the link is dead, though the socket looks open. */
  | { type: 'silent' }
  /** Registers, or changes the nickname. */
  | { type: 'register'; nickname: string }
  | { type: 'named'; nickname: string }
  | { type: 'refused'; refusal: Refusal }
  /** The history has been asked for and is here. */
  | { type: 'synced' }
  /** There may be a network again, or the user wants to try. */
  | { type: 'retry' }
  | { type: 'close' };

/** The nickname that is to be taken back from an earlier client, if there is one. */
type Input = { nickname: string | undefined };

type Context = {
  /** The nickname that it holds, or held when the connection was lost and takes back. */
  nickname: string | undefined;
  /** The nickname that the user asks for, until the server has said yes or no. */
  wanted: string | undefined;
  refusal: Refusal | undefined;
  /** Seconds between two pings, as the last one said. */
  interval: number | undefined;
  /** Connections that failed one after the other. */
  failures: number;
  /** Claims of the nickname that a ghost was holding, one after the other. */
  blocks: number;
};

/** What a claim asks for. */
const wantedOf = ({ context }: { context: Context }) => ({ nickname: context.wanted ?? '' });
const heldOf = ({ context }: { context: Context }) => ({ nickname: context.nickname ?? '' });

const leastBackoff = 500;
const mostBackoff = 30_000;
/** Where no ping has said otherwise yet (P-EVT-3), in seconds. */
const assumedInterval = 5;
/** Milliseconds between two claims of a nickname that a ghost holds: a fifth of the interval, at most. */
const mostPause = 5000;
const pauseOf = (interval = assumedInterval) => Math.min(mostPause, interval * 200);
/** A ghost holds it for at most two intervals (P-EVT-4); it is asked for a little longer. */
const mostBlocks = (interval = assumedInterval) => Math.ceil((3000 * interval) / pauseOf(interval));

const opening = {
  after: { patience: '#client.waiting' },
  on: {
    open: [
      { guard: 'knowsInterval', target: 'unregistered', actions: 'expectPing' },
      { target: 'unregistered' },
    ],
  },
} as const;

const lossOfWish = {
  lost: { target: '#client.waiting', actions: 'giveUp' },
  stop: { target: '#client.stopped', actions: 'giveUp' },
  silent: { target: '#client.waiting', actions: ['giveUp', 'forgetInterval'] },
} as const;

/**
 * The life of a client's connection: connecting → unregistered → registered, and after a loss waiting → reconnecting → …
 * with its nickname taken back; or `stopped`, until the user wants to come back. `socket` is the connection itself: it is
 * opened by being invoked and ended by being stopped. `claim`, `sync` and `flush` ask it for something. Whoever runs this
 * provides all of them.
 */
export const clientMachine = setup({
  types: { input: {} as Input, context: {} as Context, events: {} as ClientEvent, tags: {} as 'asking' },
  actors: { socket: {} as CallbackActorLogic<AnyEventObject> },
  delays: {
    /** Until a connection must be open. */
    patience: 10_000,
    /** Exponential, and jittered, so that a thousand clients of a restarted server do not come back at one moment. */
    backoff: ({ context }) =>
      Math.min(mostBackoff, leastBackoff * 2 ** (context.failures - 1)) * (0.5 + Math.random() / 2),
    pause: ({ context }) => pauseOf(context.interval),
    twoIntervals: ({ context }) => 2000 * (context.interval ?? assumedInterval),
  },
  guards: {
    hasNickname: ({ context }) => context.nickname !== undefined,
    isWanted: ({ context }) => context.wanted !== undefined,
    knowsInterval: ({ context }) => context.interval !== undefined,
    isGhost: ({ context, event }) =>
      event.type === 'refused' &&
      event.refusal.reason === 'NameAlreadyUsed' &&
      context.nickname !== undefined &&
      context.blocks < mostBlocks(context.interval),
  },
  actions: {
    want: assign(({ event }) => {
      assertEvent(event, 'register');
      return { wanted: event.nickname, refusal: undefined };
    }),
    hold: assign(({ event }) => {
      assertEvent(event, 'named');
      return { nickname: event.nickname, refusal: undefined };
    }),
    noteRefusal: assign(({ event }) => {
      assertEvent(event, 'refused');
      return { refusal: event.refusal };
    }),
    forget: assign({ nickname: undefined }),
    forgetWish: assign({ wanted: undefined }),
    /** What was asked of a lost connection is not asked of the next: its ghost may have done it, or it was too much. */
    giveUp: assign(({ event }) => ({
      wanted: undefined,
      refusal: event.type === 'lost' && event.isTooLarge ? tooLarge : lost,
    })),
    /** Another server may have another interval. */
    forgetInterval: assign({ interval: undefined }),
    countNothing: assign({ failures: 0, blocks: 0 }),
    countBlock: assign(({ context }) => ({ blocks: context.blocks + 1 })),
    countFailure: assign(({ context }) => ({ failures: context.failures + 1, blocks: 0 })),
    noteInterval: assign(({ event }) => {
      assertEvent(event, 'ping');
      return { interval: event.seconds };
    }),
    expectPing: raise({ type: 'silent' }, { id: 'silence', delay: 'twoIntervals' }),
    expectNothing: cancel('silence'),
    /** Asks for the nickname that is wanted; ends in `named` or `refused`. */
    claim: (_, _params: { nickname: string }) => {},
    /** Asks for what it has not seen; ends in `synced`. */
    sync: () => {},
    /** Sends what waits to be sent. */
    flush: () => {},
  },
}).createMachine({
  id: 'client',
  context: ({ input: { nickname } }) => ({
    nickname,
    wanted: undefined,
    refusal: undefined,
    interval: undefined,
    failures: 0,
    blocks: 0,
  }),
  initial: 'linked',
  on: { close: '.closed' },
  states: {
    linked: {
      initial: 'connecting',
      invoke: { id: 'socket', src: 'socket' },
      exit: 'expectNothing',
      on: {
        lost: 'waiting',
        stop: 'stopped',
        silent: { target: 'waiting', actions: 'forgetInterval' },
        ping: { actions: ['noteInterval', 'expectNothing', 'expectPing'] },
        register: { actions: 'want' },
      },
      states: {
        connecting: opening,
        reconnecting: opening,
        unregistered: {
          initial: 'arriving',
          states: {
            arriving: {
              always: [
                { guard: 'hasNickname', target: 'reclaiming' },
                { guard: 'isWanted', target: 'claiming' },
                { target: 'idle' },
              ],
            },
            idle: { on: { register: { target: 'claiming', actions: 'want' } } },
            claiming: {
              tags: 'asking',
              entry: { type: 'claim', params: wantedOf },
              on: {
                ...lossOfWish,
                register: {},
                named: { target: '#client.linked.registered', actions: ['hold', 'forgetWish'] },
                refused: { target: 'idle', actions: ['noteRefusal', 'forgetWish', 'forget'] },
              },
            },
            reclaiming: {
              entry: { type: 'claim', params: heldOf },
              on: {
                named: { target: '#client.linked.registered', actions: 'hold' },
                refused: [
                  { guard: 'isWanted', target: 'claiming' },
                  { guard: 'isGhost', target: 'blocked', actions: 'countBlock' },
                  { target: 'idle', actions: ['noteRefusal', 'forget'] },
                ],
              },
            },
            blocked: {
              after: { pause: 'reclaiming' },
              on: { register: { target: 'claiming', actions: 'want' } },
            },
          },
        },
        registered: {
          initial: 'syncing',
          states: {
            syncing: { entry: 'sync', on: { synced: { target: 'idle', actions: 'countNothing' } } },
            idle: {
              entry: 'flush',
              always: { guard: 'isWanted', target: 'changing' },
              on: { register: { target: 'changing', actions: 'want' } },
            },
            changing: {
              tags: 'asking',
              entry: { type: 'claim', params: wantedOf },
              on: {
                ...lossOfWish,
                register: {},
                named: { target: 'idle', actions: ['hold', 'forgetWish'] },
                refused: { target: 'idle', actions: ['noteRefusal', 'forgetWish'] },
              },
            },
          },
        },
      },
    },
    waiting: {
      entry: 'countFailure',
      after: { backoff: 'linked.reconnecting' },
      on: { retry: 'linked.reconnecting', register: { actions: 'want' } },
    },
    stopped: {
      on: { retry: 'linked.reconnecting', register: { target: 'linked.reconnecting', actions: 'want' } },
    },
    closed: { type: 'final', entry: ['forget', 'forgetWish'] },
  },
});
