import { expect, test } from 'vitest';
import type { Fact } from '../../src/machines/fact.ts';
import type { Context, Event } from '../../src/machines/guards.ts';
import { explain, type GuardName } from '../../src/machines/reasons.ts';
import { forbidden } from '../helpers/machine.ts';
import { alone } from '../helpers/model.ts';

const idle: Context = {
  ...{ ...alone, nickname: 'An', isResumable: false, underWay: 0, muteReason: undefined },
};
const at = (event: Event, context: Partial<Context> = {}) => ({ event, context: { ...idle, ...context } });
const factsOf = (guard: GuardName, event: Event, context?: Partial<Context>) =>
  explain(at(event, context), guard).facts;

test.each<[content: unknown, facts: Fact[]]>([
  ['xin chào', [{ kind: 'characters', is: 8, most: 100 }]],
  ['', [{ kind: 'characters', is: 0, most: 100 }]],
  ['😀'.repeat(104), [{ kind: 'characters', is: 104, most: 100 }]],
  ['\ud800', [{ kind: 'characters', is: 1, most: 100 }, { kind: 'surrogate' }]],
  [null, [{ kind: 'type', is: 'null' }]],
  [7, [{ kind: 'type', is: 'number' }]],
  [['x'], [{ kind: 'type', is: 'array' }]],
])('P-SEND-1: isContent of %j is explained by the length or the type', (content, facts) => {
  expect(factsOf('isContent', { type: 'send', content })).toEqual(facts);
});

test.each<[name: string, fact: Fact | undefined]>([
  ['Bình', undefined],
  ['\u200b', { kind: 'key' }],
  ['An\n', { kind: 'key' }],
  ['', undefined],
])('P-NAME-6: isNickname of %j says whether it is made of what no nickname may have', (name, fact) => {
  const [, more] = factsOf('isNickname', { type: 'name', name });
  expect(more).toEqual(fact);
});

test('P-MOD-3: isAllowed asks for the form first, and says only whether the host has something against it', () => {
  const evaluated = explain(at({ type: 'send', content: forbidden.content }), 'isAllowed');
  expect(evaluated).toEqual({
    ...{ guard: 'isAllowed', verdict: false, facts: [{ kind: 'objection', is: true }] },
    parts: [{ guard: 'isContent', verdict: true, facts: [{ kind: 'characters', is: 7, most: 100 }] }],
  });
  expect(factsOf('isAllowed', { type: 'send', content: '' })).toEqual([]);
  const said = JSON.stringify(explain(at({ type: 'name', name: forbidden.nickname }), 'isReturning'));
  expect(said).not.toContain(forbidden.nickname);
});

test.each<[guard: GuardName, event: Event, context: Partial<Context>, fact: Fact]>([
  ['isWindow', { type: 'get', window: { limit: 1, after: -1 } }, {}, { kind: 'window', is: 'after' }],
  ['isWindow', { type: 'get', window: undefined }, {}, { kind: 'window' }],
  [
    'isNextAllowed',
    { type: 'send', content: 'x' },
    { underWay: 64 },
    { kind: 'under way', is: 64, most: 64 },
  ],
  ['isMuted', { type: 'unmuted' }, { muteReason: 'no' }, { kind: 'muted', is: true }],
  ['isLast', { type: 'settled', count: 1 }, { underWay: 2 }, { kind: 'settled', is: 1, most: 2 }],
  ['isNamed', { type: 'settled', count: 1 }, {}, { kind: 'holding', is: false }],
  ['isResumed', { type: 'settled', count: 1 }, {}, { kind: 'resumed', is: false }],
  ['isResumable', { type: 'lost' }, { isResumable: true }, { kind: 'resumable', is: true }],
  ['isNickname', { type: 'name', name: 'B' }, { limits: { ...idle.limits, only: 'A' } }, { kind: 'other' }],
])('%s is explained', (guard, event, context, fact) => {
  expect(factsOf(guard, event, context)).toContainEqual(fact);
});
