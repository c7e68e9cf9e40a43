import { type ActorRef, assertEvent, assign, type Snapshot, sendTo, setup } from 'xstate';
import type { Change } from '../ledger/ledger.ts';
import { type NicknameComparison, nicknameKey } from '../protocol/nickname.ts';
import { type Refusal, replies } from '../protocol/replies.ts';
import type { Request, Unreadable } from '../protocol/request.ts';
import { isText } from '../protocol/text.ts';
import { isWindow, type Window, windowFault } from '../protocol/window.ts';

/** Most code points of a nickname and of a message, and how nicknames are told apart. */
export type Limits = { name: number; content: number; comparison: NicknameComparison };

/** What a successful claim has come to. */
export type Holding = {
  nickname: string;
  /** It has a secret, so that it can outlive the connection (P-RES-3). */
  isResumable: boolean;
  /** It was another connection's (P-RES-2). */
  isResumed: boolean;
};

type Event =
  | Request
  | Unreadable
  /** The room has answered so many of the changes under way; `holding` is there when one was a claim that succeeded. */
  | { type: 'settled'; count: number; holding?: Holding }
  /** The connection has ended: by a goodbye, or for what the peer did. */
  | { type: 'hangup' }
  /** The connection has ended, and the peer may come back for its holding (P-RES-3). */
  | { type: 'lost' }
  /** It has not come back in time. */
  | { type: 'expired' }
  /** Another connection has taken the holding over (P-RES-2). */
  | { type: 'superseded' };

export type ConnectionInput = {
  id: string;
  limits: Limits;
  room: ActorRef<Snapshot<unknown>, Change>;
  /** Takes the refusals that need no look at the room. */
  refuse: (reply: Refusal) => void;
  /** Answers a `get`, at once. */
  recall: (window: Window | undefined) => void;
};
/** `underWay`: changes that the room has not answered yet; more than one only of sends. */
type Context = ConnectionInput & { nickname: string | undefined; isResumable: boolean; underWay: number };

/** The most sends of one connection that are under way together. */
const mostUnderWay = 64;

const claimSettled = [
  { guard: 'isNamed', target: '#connection.registered', actions: 'hold' },
  { target: 'idle' },
] as const;
/** The claim may still succeed: the leave behind it frees the nickname again. */
const claimEnded = { target: '#connection.closed', actions: 'leave' } as const;

/**
 * The life of one connection. Its structure says which request is allowed when: a stranger's `get` and `send` are
 * transitions of `unregistered` that answer UnknownRegister. A state tagged `busy` waits for the room and takes no request
 * but those that it has a transition for, so the replies keep the order of the requests (P-REQ-7): whoever feeds it holds
 * the others back. `sending` takes more sends, since the room keeps their order.
 */
export const connectionMachine = setup({
  types: { input: {} as ConnectionInput, context: {} as Context, events: {} as Event, tags: {} as 'busy' },
  guards: {
    isNickname,
    /** It offers the secret of the holding that it comes back for. */
    isReturning: (at) => isNickname(at) && at.event.type === 'name' && typeof at.event.resume === 'string',
    isContent,
    isNextContent: (at) => isContent(at) && at.context.underWay < mostUnderWay,
    isWindow: ({ event }) => event.type === 'get' && (event.window === undefined || isWindow(event.window)),
    isNamed: ({ event }) => event.type === 'settled' && event.holding !== undefined,
    isLast: ({ context, event }) => event.type === 'settled' && event.count === context.underWay,
    isResumed: ({ event }) => event.type === 'settled' && event.holding?.isResumed === true,
    isResumable: ({ context }) => context.isResumable,
  },
  actions: {
    claim: sendTo(roomOf, ({ context, event }) => {
      assertEvent(event, 'name');
      const { name, resume } = event;
      const nickname = name as string;
      const key = nicknameKey(nickname, context.limits.comparison);
      return { type: 'claim', by: context.id, nickname, key, ...(resume === undefined ? {} : { resume }) };
    }),
    post: sendTo(roomOf, ({ context, event }) => {
      assertEvent(event, 'send');
      return { type: 'post', by: context.id, content: event.content as string };
    }),
    leave: sendTo(roomOf, ({ context }) => ({ type: 'leave', by: context.id })),
    recall: ({ context, event }) => {
      assertEvent(event, 'get');
      context.recall(event.window as Window | undefined);
    },
    countPost: assign(({ context }) => ({ underWay: context.underWay + 1 })),
    countSettled: assign(({ context, event }) => {
      assertEvent(event, 'settled');
      return { underWay: context.underWay - event.count };
    }),
    hold: assign(({ context, event }) => {
      assertEvent(event, 'settled');
      const { nickname = context.nickname, isResumable = false } = event.holding ?? {};
      // A change keeps the secret, and tells it only where it is asked for.
      return { nickname, isResumable: isResumable || context.isResumable };
    }),
    refuseUnreadable: ({ context, event }) => {
      assertEvent(event, 'unreadable');
      context.refuse(event.reply);
    },
    refuseStranger: ({ context, event }) => {
      assertEvent(event, ['get', 'send']);
      context.refuse(replies.unknownRegister(event.type));
    },
    refuseNickname: ({ context, event }) => {
      assertEvent(event, 'name');
      context.refuse(replies.nameRefused({ oldname: context.nickname, nickname: event.name }));
    },
    refuseWindow: ({ context, event }) => {
      assertEvent(event, 'get');
      const key = windowFault(event.window ?? {});
      context.refuse(replies.getFailed(nicknameOf(context), `${key} is not a non-negative safe integer`));
    },
    refuseContent: ({ context, event }) => {
      assertEvent(event, 'send');
      context.refuse(replies.sendRefused(nicknameOf(context), event.content));
    },
  },
}).createMachine({
  id: 'connection',
  context: ({ input }) => ({ ...input, nickname: undefined, isResumable: false, underWay: 0 }),
  initial: 'unregistered',
  on: { hangup: '.closed', lost: '.closed' },
  states: {
    unregistered: {
      initial: 'idle',
      states: {
        idle: {
          on: {
            name: [
              { guard: 'isReturning', target: 'resuming', actions: 'claim' },
              { guard: 'isNickname', target: 'claiming', actions: 'claim' },
              { actions: 'refuseNickname' },
            ],
            get: { actions: 'refuseStranger' },
            send: { actions: 'refuseStranger' },
            unreadable: { actions: 'refuseUnreadable' },
          },
        },
        claiming: { tags: 'busy', on: { settled: claimSettled, hangup: claimEnded, lost: claimEnded } },
        resuming: { tags: 'busy', on: { settled: claimSettled, hangup: claimEnded, lost: 'lost' } },
        lost: {
          tags: 'busy',
          on: {
            settled: [
              { guard: 'isResumed', target: '#connection.registered.lost', actions: 'hold' },
              claimEnded,
            ],
            hangup: claimEnded,
          },
        },
      },
    },
    registered: {
      initial: 'idle',
      exit: 'leave',
      on: {
        lost: [{ guard: 'isResumable', target: '.lost' }, { target: 'closed' }],
        superseded: 'closed',
      },
      states: {
        idle: {
          on: {
            name: [
              { guard: 'isNickname', target: 'changing', actions: 'claim' },
              { actions: 'refuseNickname' },
            ],
            get: [{ guard: 'isWindow', actions: 'recall' }, { actions: 'refuseWindow' }],
            send: [
              { guard: 'isContent', target: 'sending', actions: ['post', 'countPost'] },
              { actions: 'refuseContent' },
            ],
            unreadable: { actions: 'refuseUnreadable' },
          },
        },
        changing: { tags: 'busy', on: { settled: { target: 'idle', actions: 'hold' } } },
        sending: {
          tags: 'busy',
          on: {
            send: { guard: 'isNextContent', actions: ['post', 'countPost'] },
            settled: [
              { guard: 'isLast', target: 'idle', actions: 'countSettled' },
              { actions: 'countSettled' },
            ],
          },
        },
        lost: { tags: 'busy', on: { settled: { actions: 'hold' }, expired: '#connection.closed' } },
      },
    },
    closed: { type: 'final' },
  },
});

type At = { context: Context; event: Event };

function isNickname({ context: { limits }, event }: At): boolean {
  if (event.type !== 'name' || !isText(event.name, limits.name)) return false;
  return nicknameKey(event.name, limits.comparison) !== '';
}

function isContent({ context: { limits }, event }: At): boolean {
  return event.type === 'send' && isText(event.content, limits.content);
}

function roomOf({ context }: { context: Context }) {
  return context.room;
}

/** The nickname of a registered connection. */
function nicknameOf({ nickname }: Context): string {
  if (nickname === undefined) throw new Error('a registered connection without a nickname');
  return nickname;
}
