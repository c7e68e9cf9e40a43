/** Why a guard of the connection's machine says what it says: as facts without any text that people wrote. */
import { nicknameKey } from '../protocol/nickname.ts';
import { countCodePoints } from '../protocol/text.ts';
import { windowFault } from '../protocol/window.ts';
import type { Evaluated, Fact } from './fact.ts';
import { type Context, type Event, guards, mostUnderWay } from './guards.ts';

export type GuardName = keyof typeof guards;

type At = { context: Context; event: Event };
type Reasons = { facts?: Fact[]; parts?: Evaluated[] };

/** Evaluates a guard with the context from before the event. */
export function explain(at: At, guard: GuardName): Evaluated {
  const { facts = [], parts } = reasons[guard]?.(at) ?? {};
  return { guard, verdict: guards[guard](at), facts, ...(parts && { parts }) };
}

/** A guard that is not here is explained by its answer alone. */
const reasons: { [Name in GuardName]?: (at: At) => Reasons } = {
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
    facts: [{ kind: 'offer', is: at.event.type === 'name' && typeof at.event.resume === 'string' }],
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
