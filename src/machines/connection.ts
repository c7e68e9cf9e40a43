import { type ActorRef, assertEvent, assign, type Snapshot, sendTo, setup } from 'xstate';
import type { Change } from '../ledger/ledger.ts';
import { type NicknameComparison, nicknameKey } from '../protocol/nickname.ts';
import { type Refusal, replies } from '../protocol/replies.ts';
import type { Request, Unreadable } from '../protocol/request.ts';
import { isText } from '../protocol/text.ts';
import { isWindow, type Window, windowFault } from '../protocol/window.ts';

/** The most code points of a nickname and of a message, and how nicknames are compared. */
export type Limits = {
  name: number;
  content: number;
  comparison: NicknameComparison;
  /** The only nickname that this connection may have. */
  only?: string;
};

/** The result of a successful claim. */
export type Holding = {
  nickname: string;
  /** The holding has a secret, so it can outlive the connection (P-RES-3). */
  isResumable: boolean;
  /** The holding was another connection's (P-RES-2). */
  isResumed: boolean;
};

type Event =
  | Request
  | Unreadable
  /** The room has settled `count` of the changes under way. `holding` is given if one was a successful claim. */
  | { type: 'settled'; count: number; holding?: Holding }
  /** The connection has ended by a goodbye or because of something the peer did. */
  | { type: 'hangup' }
  /** The connection has ended, and the peer may come back for its holding (P-RES-3). */
  | { type: 'lost' }
  /** The peer has not come back in time. */
  | { type: 'expired' }
  /** Another connection has taken the holding over (P-RES-2). */
  | { type: 'superseded' }
  /** This process is ending. The peer may come back to another one for its holding. */
  | { type: 'retired' };

export type ConnectionInput = {
  id: string;
  limits: Limits;
  room: ActorRef<Snapshot<unknown>, Change>;
  /** Sends a refusal that does not depend on the room. */
  refuse: (reply: Refusal) => void;
  /** Answers a `get` at once. */
  recall: (window: Window | undefined) => void;
  /** Called when the connection is lost and its holding waits for the peer: `expired` ends that. */
  awaitPeer: () => void;
};
/** `underWay`: how many sends the room has not settled yet. */
type Context = ConnectionInput & { nickname: string | undefined; isResumable: boolean; underWay: number };

/** The most sends of one connection that are under way together. */
const mostUnderWay = 64;

const claimSettled = [
  { guard: 'isNamed', target: '#connection.registered', actions: 'hold' },
  { target: 'idle' },
] as const;
/** The claim may still succeed; then the `leave` that follows it frees the nickname. */
const claimEnded = { target: '#connection.closed', actions: 'leave' } as const;
/** The peer knows the secret that it has offered. */
const resumeEnded = { target: '#connection.closed', actions: 'depart' } as const;

/**
 * The life of one connection. Its states say which request is allowed when: in `unregistered`, the transitions for
 * `get` and `send` answer UnknownRegister. A state tagged `busy` waits for the room and takes only the requests for
 * which it has a transition. The connection actor delays all others, so the replies keep the order of the requests
 * (P-REQ-7). `sending` takes more sends, because the room keeps their order.
 */
export const connectionMachine = setup({
  types: { input: {} as ConnectionInput, context: {} as Context, events: {} as Event, tags: {} as 'busy' },
  guards: {
    isNickname,
    /** The client offers the secret of a holding to take over. */
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
    /** Gives the holding up: for good, or, if this process is ending, for the peer to have it in another one. */
    depart: sendTo(roomOf, ({ context, event }) => ({
      type: event.type === 'retired' ? 'entrust' : 'leave',
      by: context.id,
    })),
    recall: ({ context, event }) => {
      assertEvent(event, 'get');
      context.recall(event.window as Window | undefined);
    },
    awaitPeer: ({ context }) => context.awaitPeer(),
    countPost: assign(({ context }) => ({ underWay: context.underWay + 1 })),
    countSettled: assign(({ context, event }) => {
      assertEvent(event, 'settled');
      return { underWay: context.underWay - event.count };
    }),
    hold: assign(({ context, event }) => {
      assertEvent(event, 'settled');
      const { nickname = context.nickname, isResumable = false } = event.holding ?? {};
      // A holding keeps its secret when the nickname changes.
      return { nickname, isResumable: isResumable || context.isResumable };
    }),
    refuseUnreadable: refusal('unreadable', ({ reply }) => reply),
    refuseStranger: refusal(['get', 'send'], ({ type }) => replies.unknownRegister(type)),
    refuseNickname: refusal('name', ({ name }, oldname) => replies.nameRefused({ oldname, nickname: name })),
    refuseWindow: refusal('get', ({ window = {} }, nickname = '') =>
      replies.getFailed(nickname, `${windowFault(window)} is not a non-negative safe integer`),
    ),
    refuseContent: refusal('send', ({ content }, nickname = '') => replies.sendRefused(nickname, content)),
  },
}).createMachine({
  id: 'connection',
  context: ({ input }) => ({ ...input, nickname: undefined, isResumable: false, underWay: 0 }),
  initial: 'unregistered',
  on: { hangup: '.closed', lost: '.closed', retired: '.closed' },
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
        claiming: {
          tags: 'busy',
          on: { settled: claimSettled, hangup: claimEnded, lost: claimEnded, retired: claimEnded },
        },
        resuming: {
          tags: 'busy',
          on: { settled: claimSettled, hangup: claimEnded, lost: 'lost', retired: resumeEnded },
        },
        lost: {
          tags: 'busy',
          on: {
            settled: [
              { guard: 'isResumed', target: '#connection.registered.lost', actions: 'hold' },
              claimEnded,
            ],
            hangup: claimEnded,
            retired: resumeEnded,
          },
        },
      },
    },
    registered: {
      initial: 'idle',
      exit: 'depart',
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
        lost: {
          tags: 'busy',
          entry: 'awaitPeer',
          on: { settled: { actions: 'hold' }, expired: '#connection.closed' },
        },
      },
    },
    closed: { type: 'final' },
  },
});

type At = { context: Context; event: Event };

function isNickname({ context: { limits }, event }: At): boolean {
  if (event.type !== 'name' || !isText(event.name, limits.name)) return false;
  if (limits.only !== undefined && event.name !== limits.only) return false;
  return nicknameKey(event.name, limits.comparison) !== '';
}

function isContent({ context: { limits }, event }: At): boolean {
  return event.type === 'send' && isText(event.content, limits.content);
}

function roomOf({ context }: { context: Context }) {
  return context.room;
}

/** The action that refuses an event of these types; `replyTo` is given the nickname that the connection holds. */
function refusal<Type extends Event['type']>(
  types: Type | Type[],
  replyTo: (event: Extract<Event, { type: Type }>, nickname: string | undefined) => Refusal,
) {
  return ({ context, event }: { context: Context; event: Event }) => {
    assertEvent(event, types);
    context.refuse(replyTo(event as Event as Extract<Event, { type: Type }>, context.nickname));
  };
}
