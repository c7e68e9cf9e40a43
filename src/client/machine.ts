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
  /** The connection is lost. `isTooLarge`: because a frame was too large. */
  | { type: 'lost'; isTooLarge?: boolean }
  /** The server has ended the connection and does not want the client to come back by itself. */
  | { type: 'stop' }
  /** A ping came. It says how many seconds lie between two of them (P-EVT-3). */
  | { type: 'ping'; seconds: number }
  /** No ping came for two intervals: the connection is dead, though the socket looks open. */
  | { type: 'silent' }
  /** Registers, or changes the nickname. */
  | { type: 'register'; nickname: string }
  | { type: 'named'; nickname: string }
  | { type: 'refused'; refusal: Refusal }
  /** The client has caught up with the history. */
  | { type: 'synced' }
  /** There may be a network again, or the user wants to try. */
  | { type: 'retry' }
  | { type: 'close' };

/** The nickname of an earlier client that this one continues, if there is one. */
type Input = { nickname: string | undefined };

type Context = {
  /** The nickname that the client holds, or held when the connection was lost and now takes back. */
  nickname: string | undefined;
  /** The nickname that the user has asked for, until the server says yes or no. */
  wanted: string | undefined;
  refusal: Refusal | undefined;
  /** Seconds between two pings, according to the last one. */
  intervalSeconds: number | undefined;
  /** Failed connections in a row. */
  failures: number;
  /** Claims in a row that were refused because a ghost holds the nickname. */
  blocks: number;
};

/** What a claim asks for. */
const wantedOf = ({ context }: { context: Context }) => ({ nickname: context.wanted ?? '' });
const heldOf = ({ context }: { context: Context }) => ({ nickname: context.nickname ?? '' });

const leastBackoffMs = 500;
const mostBackoffMs = 30_000;
/** Seconds between two pings, until the first one tells (P-EVT-3). */
const assumedSeconds = 5;
/** Milliseconds between two claims of a nickname that a ghost holds: a fifth of the interval, but no more than this. */
const mostPauseMs = 5000;
const pauseMsOf = (seconds = assumedSeconds) => Math.min(mostPauseMs, seconds * 200);
/** A ghost holds the nickname for at most two intervals (P-EVT-4), so the client asks for a little longer. */
const mostBlocks = (seconds = assumedSeconds) => Math.ceil((3000 * seconds) / pauseMsOf(seconds));

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
    /** How long a connection may take to open. */
    patience: 10_000,
    /** Exponential, and jittered: a thousand clients of a restarted server must not come back at the same moment. */
    backoff: ({ context }) =>
      Math.min(mostBackoffMs, leastBackoffMs * 2 ** (context.failures - 1)) * (0.5 + Math.random() / 2),
    pause: ({ context }) => pauseMsOf(context.intervalSeconds),
    twoIntervals: ({ context }) => 2000 * (context.intervalSeconds ?? assumedSeconds),
  },
  guards: {
    hasNickname: ({ context }) => context.nickname !== undefined,
    isWanted: ({ context }) => context.wanted !== undefined,
    knowsInterval: ({ context }) => context.intervalSeconds !== undefined,
    isGhost: ({ context, event }) =>
      event.type === 'refused' &&
      event.refusal.reason === 'NameAlreadyUsed' &&
      context.nickname !== undefined &&
      context.blocks < mostBlocks(context.intervalSeconds),
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
    /** The next connection does not ask again: the server may have done it, or may have found it too large. */
    giveUp: assign(({ event }) => ({
      wanted: undefined,
      refusal: event.type === 'lost' && event.isTooLarge ? tooLarge : lost,
    })),
    /** After a silence: the server may have been restarted with another interval. */
    forgetInterval: assign({ intervalSeconds: undefined }),
    countNothing: assign({ failures: 0, blocks: 0 }),
    countBlock: assign(({ context }) => ({ blocks: context.blocks + 1 })),
    countFailure: assign(({ context }) => ({ failures: context.failures + 1, blocks: 0 })),
    noteInterval: assign(({ event }) => {
      assertEvent(event, 'ping');
      return { intervalSeconds: event.seconds };
    }),
    expectPing: raise({ type: 'silent' }, { id: 'silence', delay: 'twoIntervals' }),
    expectNothing: cancel('silence'),
    /** Asks for a nickname; ends in `named` or `refused`. */
    claim: (_, _params: { nickname: string }) => {},
    /** Asks for the messages that the client does not have; ends in `synced`. */
    sync: () => {},
    /** Sends what is waiting in the outbox. */
    flush: () => {},
  },
}).createMachine({
  id: 'client',
  context: ({ input: { nickname } }) => ({
    nickname,
    wanted: undefined,
    refusal: undefined,
    intervalSeconds: undefined,
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
