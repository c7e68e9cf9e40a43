import type { EventFromLogic } from 'xstate';
import type { connectionMachine } from '../../src/machines/connection.ts';
import { replies } from '../../src/protocol/replies.ts';
import type { Request, Unreadable } from '../../src/protocol/request.ts';

export type ConnectionEvent = EventFromLogic<typeof connectionMachine>;

/** The nicknames that are free, and the one that somebody else holds. */
export const free = ['An', 'Bình'];
export const taken = 'Held';

/** A request of every form that leads somewhere else. */
export const requests: (Request | Unreadable)[] = [
  ...[...free, taken, ''].map((name) => ({ type: 'name', name }) as const),
  { type: 'name', name: free[0], resume: 'no secret of anybody' },
  ...[undefined, { limit: 1 }, { limit: -1 }].map((window) => ({ type: 'get', window }) as const),
  ...['xin chào', ''].map((content) => ({ type: 'send', content }) as const),
  { type: 'unreadable', reply: replies.wrongFormatJson() },
];

/** The nickname in force once the room has settled what was asked by somebody who holds `held`. */
export function inForceAfter(asked: ConnectionEvent, held: string | undefined): string | undefined {
  return asked.type === 'name' && asked.name !== taken ? String(asked.name) : held;
}

/** The room's answer to one change: to a claim that succeeded, or to any other. */
export const settledWith = (nickname: string | undefined): ConnectionEvent =>
  nickname === undefined
    ? { type: 'settled', count: 1 }
    : { type: 'settled', count: 1, holding: { nickname, isResumable: false, isResumed: false } };

/** The nickname of the claim that succeeded. */
export const nicknameIn = (event: ConnectionEvent) =>
  event.type === 'settled' ? event.holding?.nickname : undefined;

/** The frame that is read as this request. */
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
