import { createEmptyActor, type EventFromLogic, type InputFrom } from 'xstate';
import type { connectionMachine } from '../../src/machines/connection.ts';
import { replies } from '../../src/protocol/replies.ts';
import type { Request, Unreadable } from '../../src/protocol/request.ts';
import { defaultLimits, forbidden, house } from './machine.ts';

export type ConnectionEvent = EventFromLogic<typeof connectionMachine>;

/** A machine on its own: a room that never answers, and a peer that hears nothing. */
export const alone: InputFrom<typeof connectionMachine> = {
  id: 'c1',
  limits: defaultLimits,
  house,
  room: createEmptyActor(),
  refuse: () => {},
  recall: () => {},
  awaitPeer: () => {},
};

/** The free nicknames, and the one that another member holds. */
export const free = ['An', 'Bình'];
export const taken = 'Held';

/** A request for every transition of the machine. */
export const requests: (Request | Unreadable)[] = [
  ...[...free, taken, forbidden.nickname, ''].map((name) => ({ type: 'name', name }) as const),
  { type: 'name', name: free[0], resume: 'no secret of anybody' },
  ...[undefined, { limit: 1 }, { limit: -1 }].map((window) => ({ type: 'get', window }) as const),
  ...['xin chào', forbidden.content, ''].map((content) => ({ type: 'send', content }) as const),
  { type: 'unreadable', reply: replies.wrongFormatJson() },
];

/** What a moderator can do to a member. */
export const acts = [
  { type: 'muted', why: 'you are muted' },
  { type: 'unmuted' },
  { type: 'kicked' },
] as const;

/** The nickname after the room has settled a request from a connection that holds `held`. */
export function inForceAfter(asked: ConnectionEvent, held: string | undefined): string | undefined {
  return asked.type === 'name' && asked.name !== taken ? String(asked.name) : held;
}

/** The room's event after one change: with a nickname after a successful claim, without for any other. */
export const settledWith = (nickname: string | undefined): ConnectionEvent =>
  nickname === undefined
    ? { type: 'settled', count: 1 }
    : { type: 'settled', count: 1, holding: { nickname, isResumable: false, isResumed: false } };

/** The nickname of a successful claim. */
export const nicknameIn = (event: ConnectionEvent) =>
  event.type === 'settled' ? event.holding?.nickname : undefined;

/** A frame that is read as this request. */
export function frameOf(request: Request | Unreadable): string {
  switch (request.type) {
    case 'name':
      return JSON.stringify({ data: 'name', name: request.name, resume: request.resume });
    case 'get':
      return JSON.stringify({ data: 'get', ...request.window });
    case 'send':
      return JSON.stringify({ data: 'send', content: request.content });
    case 'unreadable':
      return 'not JSON';
  }
}
