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
  /** The server has ended the connection and does not want the client to reconnect by itself. */
  | { type: 'stop' }
  /** A ping has come, or its interval is known otherwise. `seconds` is the time between two pings (P-EVT-3). */
  | { type: 'ping'; seconds: number }
  /** A reply is due: the first request was sent, or a reply has come and another one is due. */
  | { type: 'asked' }
  /** No reply is due any more. */
  | { type: 'answered' }
  /** No ping, or no reply, has come for two intervals, so the connection is dead although the socket looks open. */
  | { type: 'silent' }
  /** Registers, or changes the nickname. */
  | { type: 'register'; nickname: string }
  | { type: 'named'; nickname: string }
  | { type: 'refused'; refusal: Refusal }
  /** The client has caught up with the history. */
  | { type: 'synced' }
  /** The network may be back, or the user wants to try again. */
  | { type: 'retry' }
  | { type: 'close' };

/** The nickname of the earlier client that this one continues, if any. */
type Input = { nickname: string | undefined };

type Context = {
  /** The nickname that the client holds, or held when it lost the connection and will take back. */
  nickname: string | undefined;
  /** The nickname that the user has requested, until the server has answered. */
  wanted: string | undefined;
  refusal: Refusal | undefined;
  /** The nickname that was requested on a lost connection. The server may have given it to the ghost of that connection. */
  lostWish: string | undefined;
  /** Seconds between two pings, according to the last one. */
  intervalSeconds: number;
  /** Consecutive silent connections since the last ping. */
  silences: number;
  /** Consecutive failed connections. */
  failures: number;
  /** Consecutive claims that were refused because a ghost holds the nickname. */
  blocks: number;
};

/** The nickname to claim. */
const wantedOf = ({ context }: { context: Context }) => ({ nickname: context.wanted ?? '' });
const heldOf = ({ context }: { context: Context }) => ({ nickname: context.nickname ?? '' });

const leastBackoffMs = 500;
const mostBackoffMs = 30_000;
/** The interval between two pings until the first one says it (P-EVT-3). */
const assumedSeconds = 5;
/** Shorter than the interval of any server. */
const leastSeconds = 0.01;
/** The longest delay of a timer. A longer one would overflow, and the timer would fire at once. */
const mostDelayMs = 2 ** 31 - 1;
/** The pause between two claims of a nickname that a ghost holds is a fifth of the interval, but at most this long. */
const mostPauseMs = 5000;
const pauseMsOf = (seconds: number) => Math.min(mostPauseMs, seconds * 200);
/** How long the server keeps the nickname of a lost connection with a secret, by default (P-RES-3). */
const lingeringMs = 10_000;
/**
 * A ghost holds the nickname for at most two intervals (P-EVT-4), so the client tries for three. If the reply to a claim
 * was lost, the ghost also has a secret, which the client does not know, so the nickname lingers after that.
 */
function mostBlocks({ nickname, wanted = nickname, lostWish, intervalSeconds }: Context): number {
  const spanMs = 3000 * intervalSeconds + (wanted === lostWish ? lingeringMs : 0);
  return Math.ceil(spanMs / pauseMsOf(intervalSeconds));
}

const opening = {
  after: { patience: '#client.waiting' },
  on: {
    open: { target: 'unregistered', actions: 'expectPing' },
    ping: { actions: 'noteInterval' },
  },
} as const;

const lossOfWish = {
  lost: { target: '#client.waiting', actions: 'giveUp' },
  stop: { target: '#client.stopped', actions: 'giveUp' },
  silent: { target: '#client.waiting', actions: ['giveUp', 'countSilence'] },
} as const;

/**
 * The life of a client's connection: connecting → unregistered → registered; after a loss waiting → reconnecting → …,
 * where it takes its nickname back; or `stopped` until the user wants to reconnect. `socket` is the connection itself:
 * invoking the actor opens it, and stopping the actor ends it. `claim`, `sync` and `flush` send requests over it. The
 * client provides these four.
 */
export const clientMachine = setup({
  types: { input: {} as Input, context: {} as Context, events: {} as ClientEvent, tags: {} as 'asking' },
  actors: { socket: {} as CallbackActorLogic<AnyEventObject> },
  delays: {
    /** How long a connection may take to open. */
    patience: 10_000,
    /** Exponential with jitter, so that the clients of a restarted server do not all reconnect at the same moment. */
    backoff: ({ context }) =>
      Math.min(mostBackoffMs, leastBackoffMs * 2 ** (context.failures - 1)) * (0.5 + Math.random() / 2),
    pause: ({ context }) => pauseMsOf(context.intervalSeconds),
    /** How long a connection without a nickname must stay open to count as a good one. */
    proof: 1000,
    /**
     * Two intervals. Doubles after each silence from the second one on, because the server may send pings less often than
     * assumed, or the connection may be so slow that pings are late.
     */
    silence: ({ context: { intervalSeconds, silences } }) =>
      Math.min(mostDelayMs, 2000 * intervalSeconds * 2 ** Math.max(0, silences - 1)),
  },
  guards: {
    hasNickname: ({ context }) => context.nickname !== undefined,
    isWanted: ({ context }) => context.wanted !== undefined,
    /** Whether an earlier connection of this client may hold the nickname. */
    isGhost: ({ context, event }) =>
      event.type === 'refused' &&
      event.refusal.reason === 'NameAlreadyUsed' &&
      [undefined, context.nickname, context.lostWish].includes(context.wanted) &&
      context.blocks < mostBlocks(context),
  },
  actions: {
    want: assign(({ event }) => {
      assertEvent(event, 'register');
      return { wanted: event.nickname, refusal: undefined };
    }),
    hold: assign(({ event }) => {
      assertEvent(event, 'named');
      return { nickname: event.nickname, refusal: undefined, lostWish: undefined };
    }),
    /** The requested nickname is the client's own, which it takes back. */
    holdWish: assign(({ context }) => ({ nickname: context.wanted, wanted: undefined })),
    noteRefusal: assign(({ event }) => {
      assertEvent(event, 'refused');
      return { refusal: event.refusal };
    }),
    forget: assign({ nickname: undefined, lostWish: undefined }),
    forgetWish: assign({ wanted: undefined }),
    /** The next connection does not repeat the request, because it may have succeeded, or may have been too large. */
    giveUp: assign(({ context, event }) => ({
      wanted: undefined,
      lostWish: context.wanted,
      refusal: event.type === 'lost' && event.isTooLarge ? tooLarge : lost,
    })),
    countSilence: assign(({ context }) => ({ silences: context.silences + 1 })),
    countNoFailure: assign({ failures: 0 }),
    countNothing: assign({ failures: 0, blocks: 0 }),
    countBlock: assign(({ context }) => ({ blocks: context.blocks + 1 })),
    countFailure: assign(({ context }) => ({ failures: context.failures + 1, blocks: 0 })),
    /** Ignores a value that cannot be an interval; the server may be a foreign one. */
    noteInterval: assign(({ context, event }) => {
      assertEvent(event, 'ping');
      const { seconds } = event;
      const isInterval = Number.isFinite(seconds) && seconds >= leastSeconds;
      return { intervalSeconds: isInterval ? seconds : context.intervalSeconds, silences: 0 };
    }),
    expectPing: raise({ type: 'silent' }, { id: 'ping', delay: 'silence' }),
    expectNoPing: cancel('ping'),
    expectReply: raise({ type: 'silent' }, { id: 'reply', delay: 'silence' }),
    expectNoReply: cancel('reply'),
    /** Requests a nickname; results in `named` or `refused`. */
    claim: (_, _params: { nickname: string }) => {},
    /** Fetches the messages that the client does not have; results in `synced`. */
    sync: () => {},
    /** Sends the messages that wait in the outbox. */
    flush: () => {},
  },
}).createMachine({
  id: 'client',
  context: ({ input: { nickname } }) => ({
    nickname,
    wanted: undefined,
    refusal: undefined,
    lostWish: undefined,
    intervalSeconds: assumedSeconds,
    silences: 0,
    failures: 0,
    blocks: 0,
  }),
  initial: 'linked',
  on: { close: '.closed', ping: { actions: 'noteInterval' } },
  states: {
    linked: {
      initial: 'connecting',
      invoke: { id: 'socket', src: 'socket' },
      exit: ['expectNoPing', 'expectNoReply'],
      on: {
        lost: 'waiting',
        stop: 'stopped',
        silent: { target: 'waiting', actions: 'countSilence' },
        ping: { actions: ['noteInterval', 'countNoFailure', 'expectNoPing', 'expectPing'] },
        asked: { actions: ['expectNoReply', 'expectReply'] },
        answered: { actions: 'expectNoReply' },
        register: { actions: 'want' },
      },
      states: {
        connecting: opening,
        reconnecting: opening,
        unregistered: {
          initial: 'arriving',
          after: { proof: { actions: 'countNoFailure' } },
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
                refused: [
                  { guard: 'isGhost', target: 'blocked', actions: ['holdWish', 'countBlock'] },
                  { target: 'idle', actions: ['noteRefusal', 'forgetWish', 'forget'] },
                ],
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
