/** Why a guard of the connection's machine says what it says: as facts without any text that people wrote. */
import { nicknameKey } from '../protocol/nickname.ts';
import { countCodePoints } from '../protocol/text.ts';
import { windowFault } from '../protocol/window.ts';
import { type Context, type Event, guards, mostUnderWay } from './guards.ts';

/** What a guard has looked at. A page puts it into words. */
export type Fact =
  /** The type of a value that is no string. */
  | { kind: 'type'; is: 'null' | 'array' | 'object' | 'number' | 'boolean' }
  /** Code points of a text, and how many it may have. */
  | { kind: 'characters'; is: number; most: number }
  /** The text has a lone surrogate. */
  | { kind: 'surrogate' }
  /** The nickname is nothing but spaces and invisible characters, or has one that is not allowed (P-NAME-6). */
  | { kind: 'key' }
  /** The connection may have one nickname only, and this is another one. */
  | { kind: 'other' }
  /** Whether the host has something against it (P-MOD-3). */
  | { kind: 'objection'; is: boolean }
  /** Whether the client offers a secret (P-RES-2). */
  | { kind: 'secret'; is: boolean }
  /** Whether the member may not write (P-MOD-3). */
  | { kind: 'muted'; is: boolean }
  /** Sends that the room has not settled, and how many there may be. */
  | { kind: 'under way'; is: number; most: number }
  /** The key of a `get` that is no position or count (P-GET-3); none: all are. */
  | { kind: 'window'; is?: 'limit' | 'before' | 'after' }
  /** Whether the room has granted a claim. */
  | { kind: 'holding'; is: boolean }
  /** How many changes the room has settled, and how many were under way. */
  | { kind: 'settled'; is: number; most: number }
  /** Whether the holding was another connection's. */
  | { kind: 'resumed'; is: boolean }
  /** Whether the holding has a secret. */
  | { kind: 'resumable'; is: boolean };

export type GuardName = keyof typeof guards;

/** A guard, what it says, and what that comes from: facts, and other guards that it asks. */
export type Evaluated = { guard: GuardName; verdict: boolean; facts: Fact[]; parts?: Evaluated[] };

type At = { context: Context; event: Event };
type Reasons = { facts?: Fact[]; parts?: Evaluated[] };

/** Evaluates a guard with the context from before the event. */
export function explain(at: At, guard: GuardName): Evaluated {
  const { facts = [], parts } = reasons[guard](at);
  return { guard, verdict: guards[guard](at), facts, ...(parts && { parts }) };
}

const reasons: Record<GuardName, (at: At) => Reasons> = {
  isNickname: ({ context: { limits }, event }) => {
    if (event.type !== 'name') return {};
    const { name } = event;
    const facts = factsOfText(name, limits.name);
    if (limits.only !== undefined && name !== limits.only) return { facts: [...facts, { kind: 'other' }] };
    const isKeyless = typeof name === 'string' && name !== '' && nicknameKey(name, limits.comparison) === '';
    return { facts: isKeyless ? [...facts, { kind: 'key' }] : facts };
  },
  isContent: ({ context: { limits }, event }) =>
    event.type === 'send' ? { facts: factsOfText(event.content, limits.content) } : {},
  isAllowed: (at) => {
    if (at.event.type !== 'name' && at.event.type !== 'send') return {};
    const form = explain(at, at.event.type === 'name' ? 'isNickname' : 'isContent');
    // The host is asked only about what is well formed.
    const facts: Fact[] = form.verdict ? [{ kind: 'objection', is: !guards.isAllowed(at) }] : [];
    return { facts, parts: [form] };
  },
  isReturning: (at) => ({
    facts: [{ kind: 'secret', is: at.event.type === 'name' && typeof at.event.resume === 'string' }],
    parts: [explain(at, 'isAllowed')],
  }),
  isNextAllowed: (at) => ({
    facts: [{ kind: 'under way', is: at.context.underWay, most: mostUnderWay }],
    parts: [explain(at, 'isAllowed'), explain(at, 'isMuted')],
  }),
  isMuted: ({ context }) => ({ facts: [{ kind: 'muted', is: context.muteReason !== undefined }] }),
  isWindow: ({ event }) => {
    const fault = event.type === 'get' ? windowFault(event.window ?? {}) : undefined;
    return { facts: [{ kind: 'window', ...(fault && { is: fault }) }] };
  },
  isNamed: ({ event }) => ({
    facts: [{ kind: 'holding', is: event.type === 'settled' && event.holding !== undefined }],
  }),
  isLast: ({ context, event }) => ({
    facts: [{ kind: 'settled', is: event.type === 'settled' ? event.count : 0, most: context.underWay }],
  }),
  isResumed: ({ event }) => ({
    facts: [{ kind: 'resumed', is: event.type === 'settled' && event.holding?.isResumed === true }],
  }),
  isResumable: ({ context }) => ({ facts: [{ kind: 'resumable', is: context.isResumable }] }),
};

function factsOfText(value: unknown, most: number): Fact[] {
  if (typeof value !== 'string') return [{ kind: 'type', is: typeOf(value) }];
  const length: Fact = { kind: 'characters', is: countCodePoints(value), most };
  return value.isWellFormed() ? [length] : [length, { kind: 'surrogate' }];
}

/** JSON has no other types. */
function typeOf(value: unknown): Extract<Fact, { kind: 'type' }>['is'] {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object') return 'object';
  return typeof value === 'number' ? 'number' : 'boolean';
}
