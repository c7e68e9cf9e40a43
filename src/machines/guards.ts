/** What the connection's machine knows, and what it asks before it goes on. */
import type { ActorRef, Snapshot } from 'xstate';
import type { Change } from '../ledger/ledger.ts';
import { type NicknameComparison, nicknameKey } from '../protocol/nickname.ts';
import type { Refusal } from '../protocol/replies.ts';
import type { Request, Unreadable } from '../protocol/request.ts';
import { isText } from '../protocol/text.ts';
import { isWindow, type Window } from '../protocol/window.ts';

/** The most code points of a nickname and of a message, and how nicknames are compared. */
export type Limits = {
  name: number;
  content: number;
  comparison: NicknameComparison;
  /** The only nickname that this connection may have. */
  only?: string;
};

/** Says in words why something that is well formed is not allowed here and now; `undefined`: it is (P-MOD-3). */
export type House = {
  objectionToName: (nickname: string) => string | undefined;
  objectionToContent: (content: string) => string | undefined;
};

/** The result of a successful claim. */
export type Holding = {
  nickname: string;
  /** The holding has a secret, so it can outlive the connection (P-RES-3). */
  isResumable: boolean;
  /** The holding was another connection's (P-RES-2). */
  isResumed: boolean;
};

export type Event =
  | Request
  | Unreadable
  /** The room has settled `count` of the changes under way. `holding` is given if one was a successful claim. */
  | { type: 'settled'; count: number; holding?: Holding }
  /** A moderator has taken this member's voice. `why` says so, and until when (P-MOD-3). */
  | { type: 'muted'; why: string }
  | { type: 'unmuted' }
  /** The connection has ended by a goodbye or because of something the peer did. */
  | { type: 'hangup' }
  /** A moderator has ended the connection. */
  | { type: 'kicked' }
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
  house: House;
  room: ActorRef<Snapshot<unknown>, Change>;
  /** Sends a refusal that does not depend on the room. */
  refuse: (reply: Refusal) => void;
  /** Answers a `get` at once. */
  recall: (window: Window | undefined) => void;
  /** Called when the connection is lost and its holding waits for the peer: `expired` ends that. */
  awaitPeer: () => void;
};
/** `underWay`: how many sends the room has not settled yet. `muteReason`: why the member may not write, if so. */
export type Context = ConnectionInput & {
  nickname: string | undefined;
  isResumable: boolean;
  underWay: number;
  muteReason: string | undefined;
};

/** The most sends of one connection that are under way together. */
export const mostUnderWay = 64;

type At = { context: Context; event: Event };

function isNickname({ context: { limits }, event }: At): boolean {
  if (event.type !== 'name' || !isText(event.name, limits.name)) return false;
  if (limits.only !== undefined && event.name !== limits.only) return false;
  return nicknameKey(event.name, limits.comparison) !== '';
}

function isContent({ context: { limits }, event }: At): boolean {
  return event.type === 'send' && isText(event.content, limits.content);
}

/** Whether a nickname or a content is well formed, and the house has nothing against it. */
function isAllowed(at: At): boolean {
  const { context, event } = at;
  if (event.type === 'name')
    return isNickname(at) && context.house.objectionToName(event.name as string) === undefined;
  if (event.type === 'send')
    return isContent(at) && context.house.objectionToContent(event.content as string) === undefined;
  return false;
}

const isMuted = ({ context }: At) => context.muteReason !== undefined;

export const guards = {
  isNickname,
  isContent,
  isAllowed,
  /** The client offers the secret of a holding to take over. */
  isReturning: (at) => isAllowed(at) && at.event.type === 'name' && typeof at.event.resume === 'string',
  isNextAllowed: (at) => isAllowed(at) && !isMuted(at) && at.context.underWay < mostUnderWay,
  isMuted,
  isWindow: ({ event }) => event.type === 'get' && (event.window === undefined || isWindow(event.window)),
  isNamed: ({ event }) => event.type === 'settled' && event.holding !== undefined,
  isLast: ({ context, event }) => event.type === 'settled' && event.count === context.underWay,
  isResumed: ({ event }) => event.type === 'settled' && event.holding?.isResumed === true,
  isResumable: ({ context }) => context.isResumable,
} satisfies Record<string, (at: At) => boolean>;
