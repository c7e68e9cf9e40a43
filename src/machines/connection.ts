import { type Actor, assertEvent, assign, sendTo, setup } from 'xstate';
import { nicknameKey } from '../protocol/nickname.ts';
import { type Refusal, replies } from '../protocol/replies.ts';
import { type Window, windowFault } from '../protocol/window.ts';
import { type ConnectionInput, type Context, type Event, guards, type House } from './guards.ts';

const claimSettled = [
  { guard: 'isNamed', target: '#connection.registered', actions: 'hold' },
  { target: 'idle' },
] as const;
const get = [{ guard: 'isWindow', actions: 'recall' }, { actions: 'refuseWindow' }] as const;
const change = [
  { guard: 'isAllowed', target: 'changing', actions: 'claim' },
  { guard: 'isNickname', actions: 'objectToName' },
  { actions: 'refuseNickname' },
] as const;

/** The claim may still succeed; then the `leave` that follows it frees the nickname. */
const claimEnded = { target: '#connection.closed', actions: 'leave' } as const;
/** The peer knows the secret that it has offered. */
const resumeEnded = { target: '#connection.closed', actions: 'depart' } as const;

/** What runs the machine below. */
export type ConnectionActor = Actor<typeof connectionMachine>;

/**
 * The life of one connection. Its states say which request is allowed when: in `unregistered`, the transitions for
 * `get` and `send` answer UnknownRegister. A state tagged `busy` waits for the room and takes only the requests for
 * which it has a transition. The connection actor delays all others, so the replies keep the order of the requests
 * (P-REQ-7). `sending` takes more sends, because the room keeps their order.
 */
export const connectionMachine = setup({
  types: { input: {} as ConnectionInput, context: {} as Context, events: {} as Event, tags: {} as 'busy' },
  guards,
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
    mute: assign(({ event }) => {
      assertEvent(event, 'muted');
      return { muteReason: event.why };
    }),
    unmute: assign({ muteReason: undefined }),
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
    objectToName: refusal('name', ({ name }, oldname, house) => {
      const nickname = name as string;
      return replies.nameFailed({ oldname, nickname }, house.objectionToName(nickname) ?? '');
    }),
    objectToContent: refusal('send', ({ content }, nickname = '', house) =>
      replies.sendFailed(nickname, content as string, house.objectionToContent(content as string) ?? ''),
    ),
    refuseMuted: ({ context, event }) => {
      assertEvent(event, 'send');
      const { nickname = '', muteReason = '' } = context;
      context.refuse(replies.sendFailed(nickname, event.content as string, muteReason));
    },
    refuseWindow: refusal('get', ({ window = {} }, nickname = '') =>
      replies.getFailed(nickname, `${windowFault(window)} is not a non-negative safe integer`),
    ),
    refuseContent: refusal('send', ({ content }, nickname = '') => replies.sendRefused(nickname, content)),
  },
}).createMachine({
  id: 'connection',
  context: ({ input }) => ({
    ...input,
    nickname: undefined,
    isResumable: false,
    underWay: 0,
    muteReason: undefined,
  }),
  initial: 'unregistered',
  on: { hangup: '.closed', kicked: '.closed', lost: '.closed', retired: '.closed' },
  states: {
    unregistered: {
      initial: 'idle',
      states: {
        idle: {
          on: {
            name: [
              { guard: 'isReturning', target: 'resuming', actions: 'claim' },
              { guard: 'isAllowed', target: 'claiming', actions: 'claim' },
              { guard: 'isNickname', actions: 'objectToName' },
              { actions: 'refuseNickname' },
            ],
            get: { actions: 'refuseStranger' },
            send: { actions: 'refuseStranger' },
            unreadable: { actions: 'refuseUnreadable' },
          },
        },
        claiming: {
          tags: 'busy',
          on: {
            settled: claimSettled,
            hangup: claimEnded,
            kicked: claimEnded,
            lost: claimEnded,
            retired: claimEnded,
          },
        },
        resuming: {
          tags: 'busy',
          on: {
            settled: claimSettled,
            hangup: claimEnded,
            kicked: claimEnded,
            lost: 'lost',
            retired: resumeEnded,
          },
        },
        lost: {
          tags: 'busy',
          on: {
            settled: [
              { guard: 'isResumed', target: '#connection.registered.lost', actions: 'hold' },
              claimEnded,
            ],
            hangup: claimEnded,
            kicked: claimEnded,
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
        muted: { actions: 'mute' },
        unmuted: { actions: 'unmute' },
      },
      states: {
        idle: {
          always: { guard: 'isMuted', target: 'muted' },
          on: {
            name: change,
            get,
            send: [
              { guard: 'isAllowed', target: 'sending', actions: ['post', 'countPost'] },
              { guard: 'isContent', actions: 'objectToContent' },
              { actions: 'refuseContent' },
            ],
            unreadable: { actions: 'refuseUnreadable' },
          },
        },
        muted: {
          on: {
            name: change,
            get,
            send: [{ guard: 'isContent', actions: 'refuseMuted' }, { actions: 'refuseContent' }],
            unreadable: { actions: 'refuseUnreadable' },
            unmuted: { target: 'idle', actions: 'unmute' },
          },
        },
        changing: { tags: 'busy', on: { settled: { target: 'idle', actions: 'hold' } } },
        sending: {
          tags: 'busy',
          on: {
            send: { guard: 'isNextAllowed', actions: ['post', 'countPost'] },
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

function roomOf({ context }: { context: Context }) {
  return context.room;
}

/** The action that refuses an event of these types; `replyTo` is given the nickname that the connection holds, and the house. */
function refusal<Type extends Event['type']>(
  types: Type | Type[],
  replyTo: (event: Extract<Event, { type: Type }>, nickname: string | undefined, house: House) => Refusal,
) {
  return ({ context, event }: { context: Context; event: Event }) => {
    assertEvent(event, types);
    context.refuse(
      replyTo(event as Event as Extract<Event, { type: Type }>, context.nickname, context.house),
    );
  };
}
