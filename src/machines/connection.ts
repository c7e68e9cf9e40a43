import { type ActorRef, assertEvent, assign, type Snapshot, sendTo, setup } from 'xstate';
import type { Act } from '../ledger/ledger.ts';
import { type Refusal, replies } from '../protocol/replies.ts';
import type { Request, Unreadable } from '../protocol/request.ts';
import { isText, type NicknameComparison, nicknameKey } from '../protocol/text.ts';
import { isWindow, type Window, windowFault } from '../protocol/window.ts';

/** Most code points of a nickname and of a message, and how nicknames are told apart. */
export type Limits = { name: number; content: number; comparison: NicknameComparison };

type Event =
  | Request
  | Unreadable
  /** The room has answered the request under way; `nickname` is the one now in force. */
  | { type: 'settled'; nickname: string | undefined }
  /** The connection has ended, however it ended. */
  | { type: 'hangup' };

export type ConnectionInput = {
  id: string;
  limits: Limits;
  room: ActorRef<Snapshot<unknown>, Act>;
  /** Takes the refusals that need no look at the room. */
  refuse: (reply: Refusal) => void;
};
type Context = ConnectionInput & { nickname: string | undefined };

/**
 * The life of one connection. Its structure says which request is allowed when: a stranger's `get` and `send` are
 * transitions of `unregistered` that answer UnknownRegister, and a substate tagged `busy` takes no request, so the
 * answers keep the order of the requests (P-REQ-7). Whoever feeds it holds requests back while it is busy.
 */
export const connectionMachine = setup({
  types: { input: {} as ConnectionInput, context: {} as Context, events: {} as Event, tags: {} as 'busy' },
  guards: {
    isNickname: ({ context: { limits }, event }) =>
      event.type === 'name' &&
      isText(event.name, limits.name) &&
      nicknameKey(event.name, limits.comparison) !== '',
    isContent: ({ context, event }) => event.type === 'send' && isText(event.content, context.limits.content),
    isWindow: ({ event }) => event.type === 'get' && (event.window === undefined || isWindow(event.window)),
    isNamed: ({ event }) => event.type === 'settled' && event.nickname !== undefined,
  },
  actions: {
    claim: sendTo(roomOf, ({ context, event }) => {
      assertEvent(event, 'name');
      const nickname = event.name as string;
      const key = nicknameKey(nickname, context.limits.comparison);
      return { type: 'claim', by: context.id, oldname: context.nickname, nickname, key };
    }),
    recall: sendTo(roomOf, ({ context, event }) => {
      assertEvent(event, 'get');
      return {
        type: 'recall',
        by: context.id,
        nickname: held(context),
        window: event.window as Window | undefined,
      };
    }),
    post: sendTo(roomOf, ({ context, event }) => {
      assertEvent(event, 'send');
      return { type: 'post', by: context.id, nickname: held(context), content: event.content as string };
    }),
    leave: sendTo(roomOf, ({ context }) => ({ type: 'leave', by: context.id })),
    hold: assign(({ event }) => {
      assertEvent(event, 'settled');
      return { nickname: event.nickname };
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
      context.refuse(replies.getFailed(held(context), `${key} is not a non-negative safe integer`));
    },
    refuseContent: ({ context, event }) => {
      assertEvent(event, 'send');
      context.refuse(replies.sendRefused(held(context), event.content));
    },
  },
}).createMachine({
  id: 'connection',
  context: ({ input }) => ({ ...input, nickname: undefined }),
  initial: 'unregistered',
  on: { hangup: '.closed' },
  states: {
    unregistered: {
      initial: 'idle',
      states: {
        idle: {
          on: {
            name: [
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
          on: {
            settled: [
              { guard: 'isNamed', target: '#connection.registered', actions: 'hold' },
              { target: 'idle' },
            ],
            // The claim may still succeed: the leave behind it frees the nickname again.
            hangup: { target: '#connection.closed', actions: 'leave' },
          },
        },
      },
    },
    registered: {
      initial: 'idle',
      exit: 'leave',
      states: {
        idle: {
          on: {
            name: [
              { guard: 'isNickname', target: 'changing', actions: 'claim' },
              { actions: 'refuseNickname' },
            ],
            get: [{ guard: 'isWindow', target: 'getting', actions: 'recall' }, { actions: 'refuseWindow' }],
            send: [{ guard: 'isContent', target: 'sending', actions: 'post' }, { actions: 'refuseContent' }],
            unreadable: { actions: 'refuseUnreadable' },
          },
        },
        changing: { tags: 'busy', on: { settled: { target: 'idle', actions: 'hold' } } },
        sending: { tags: 'busy', on: { settled: 'idle' } },
        getting: { tags: 'busy', on: { settled: 'idle' } },
      },
    },
    closed: { type: 'final' },
  },
});

function roomOf({ context }: { context: Context }) {
  return context.room;
}

/** The nickname of a registered connection. */
function held({ nickname }: Context): string {
  if (nickname === undefined) throw new Error('a registered connection without a nickname');
  return nickname;
}
