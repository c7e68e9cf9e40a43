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
import { delays, initialTiming, isInterval, mostBlocks, type Timing } from './timing.ts';

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
  /** No ping has come for two intervals, or no reply for twelve, so the connection is dead although the socket looks open. */
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

export type Context = Timing & {
  /** The nickname that the client holds, or held when it lost the connection and will take back. */
  nickname: string | undefined;
  /** The nickname that the user has requested, until the server has answered. */
  wanted: string | undefined;
  refusal: Refusal | undefined;
  /** The last nickname that was claimed on a lost connection, if no reply came. The ghost of that connection may hold it. */
  lostClaim: string | undefined;
};

/** Whether the nickname that is claimed is one that this client has, or may have. */
export const isOwnClaim = ({ nickname, lostClaim, wanted }: Context) =>
  [undefined, nickname, lostClaim].includes(wanted);

/** The nickname to claim. */
const wantedOf = ({ context }: { context: Context }) => ({ nickname: context.wanted ?? '' });
const heldOf = ({ context }: { context: Context }) => ({ nickname: context.nickname ?? '' });

const opening = {
  after: { patience: '#client.waiting' },
  on: {
    open: { target: 'unregistered', actions: 'expectPing' },
    ping: { actions: 'noteInterval' },
  },
} as const;

const asking = {
  tags: 'asking',
  entry: { type: 'claim', params: wantedOf },
  on: {
    register: {},
    lost: { target: '#client.waiting', actions: 'giveUp' },
    stop: { target: '#client.stopped', actions: 'giveUp' },
    silent: { target: '#client.waiting', actions: ['giveUp', 'countSilence'] },
  },
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
  delays,
  guards: {
    hasNickname: ({ context }) => context.nickname !== undefined,
    isWanted: ({ context }) => context.wanted !== undefined,
    /** Whether an earlier connection of this client may hold the nickname. */
    isGhost: ({ context, event }) =>
      event.type === 'refused' &&
      event.refusal.reason === 'NameAlreadyUsed' &&
      isOwnClaim(context) &&
      context.blocks < mostBlocks(context, context.lostClaim !== undefined),
  },
  actions: {
    want: assign(({ event }) => {
      assertEvent(event, 'register');
      return { wanted: event.nickname, refusal: undefined };
    }),
    hold: assign(({ event }) => {
      assertEvent(event, 'named');
      return { nickname: event.nickname, refusal: undefined, lostClaim: undefined };
    }),
    /** The requested nickname is the client's own, which it takes back. */
    holdWish: assign(({ context }) => ({ nickname: context.wanted, wanted: undefined })),
    noteRefusal: assign(({ event }) => {
      assertEvent(event, 'refused');
      return { refusal: event.refusal };
    }),
    forget: assign({ nickname: undefined, lostClaim: undefined }),
    forgetWish: assign({ wanted: undefined }),
    /** The next connection does not repeat the request, because it may have succeeded, or may have been too large. */
    giveUp: assign(({ context, event }) => ({
      wanted: undefined,
      lostClaim: context.wanted,
      refusal: event.type === 'lost' && event.isTooLarge ? tooLarge : lost,
    })),
    noteLostClaim: assign(({ context }) => ({ lostClaim: context.nickname })),
    countSilence: assign(({ context }) => ({ silences: context.silences + 1 })),
    countNoFailure: assign({ failures: 0 }),
    countNothing: assign({ failures: 0, blocks: 0 }),
    countBlock: assign(({ context }) => ({ blocks: context.blocks + 1 })),
    countFailure: assign(({ context }) => ({ failures: context.failures + 1, blocks: 0 })),
    noteInterval: assign(({ context, event }) => {
      assertEvent(event, 'ping');
      const { seconds } = event;
      return { intervalSeconds: isInterval(seconds) ? seconds : context.intervalSeconds, silences: 0 };
    }),
    expectPing: raise({ type: 'silent' }, { id: 'ping', delay: 'silence' }),
    expectNoPing: cancel('ping'),
    expectReply: raise({ type: 'silent' }, { id: 'reply', delay: 'muteness' }),
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
    ...initialTiming,
    nickname,
    wanted: undefined,
    refusal: undefined,
    lostClaim: undefined,
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
              ...asking,
              on: {
                ...asking.on,
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
                lost: { target: '#client.waiting', actions: 'noteLostClaim' },
                silent: { target: '#client.waiting', actions: ['noteLostClaim', 'countSilence'] },
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
              ...asking,
              on: {
                ...asking.on,
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
