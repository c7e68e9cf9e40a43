import { expect, test } from 'vitest';
import { likeness } from '../../src/moderation/pattern.ts';
import {
  type Ban,
  edited,
  type Mute,
  noRules,
  type RuleEdit,
  rulesFault,
} from '../../src/moderation/rules.ts';

const nowMs = Date.UTC(2026, 10, 27);
const verdict = { until: null, since: nowMs, by: 'admin', isByHost: true, reason: '' };
const ban = (target: Ban['target'], more: Partial<Ban> = {}): Ban => ({ ...verdict, target, ...more });
const mute = (key: string, more: Partial<Mute> = {}): Mute => ({ ...verdict, key, nickname: key, ...more });

const after = (...edits: RuleEdit[]) =>
  edits.reduce((rules, edit) => edited(rules, edit, nowMs), noRules('key'));

test('P-MOD-3: a ban takes the place of an earlier one of the same target, and of no other', () => {
  const { bans } = after(
    { type: 'ban', ban: ban({ key: 'an' }) },
    { type: 'ban', ban: ban({ pattern: 'an' }) },
    { type: 'ban', ban: ban({ mask: 'an' }) },
    { type: 'ban', ban: ban({ key: 'an' }, { reason: 'again' }) },
  );
  expect(bans.map(({ target, reason }) => [target, reason])).toEqual([
    [{ pattern: 'an' }, ''],
    [{ mask: 'an' }, ''],
    [{ key: 'an' }, 'again'],
  ]);
});

test('P-MOD-3: bans and mutes that are over are dropped with the next change', () => {
  const over = { until: nowMs };
  const rules = after(
    { type: 'ban', ban: ban({ key: 'an' }, over) },
    { type: 'mute', mute: mute('an', over) },
  );
  expect(edited(rules, { type: 'mute', mute: mute('binh') }, nowMs)).toMatchObject({
    bans: [],
    mutes: [{ key: 'binh' }],
  });
});

test.each<[RuleEdit, string]>([
  [{ type: 'unban', target: { key: 'an' } }, 'there is no such ban'],
  [{ type: 'unmute', key: 'an' }, 'nobody is muted'],
  [{ type: 'readonly', on: false }, 'it is off already'],
  [{ type: 'newcomers', ms: 0 }, 'they do not wait'],
])('P-MOD-3: a change that changes nothing returns the same rules (%j: %s)', (edit) => {
  const rules = noRules('key');
  expect(edited(rules, edit, nowMs)).toBe(rules);
});

test('P-MOD-3: the first moment at which an address was seen stays, and the oldest addresses are forgotten first', () => {
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`new${at}`, nowMs + at]));
  const rules = after(
    { type: 'seen', addresses: { a: 1, b: 2 } },
    { type: 'seen', addresses: { a: 5, c: 3 } },
  );
  expect(rules.seen).toEqual({ a: 1, b: 2, c: 3 });
  const { seen } = edited(rules, { type: 'seen', addresses: many }, nowMs);
  expect([Object.keys(seen).length, seen['a'], seen['new0']]).toEqual([10_000, undefined, nowMs]);
});

test.each([
  [null, 'it has no "maskKey"'],
  [{ ...noRules('key'), bans: [{ ...verdict }] }, '"bans" is not a list of bans'],
  [
    { ...noRules('key'), bans: [{ ...verdict, target: { key: 'a', mask: 'b' } }] },
    '"bans" is not a list of bans',
  ],
  [{ ...noRules('key'), mutes: [{ ...verdict, key: 'a' }] }, '"mutes" is not a list of mutes'],
  [{ ...noRules('key'), readonly: 1 }, '"readonly" is neither true nor false'],
  [{ ...noRules('key'), newcomersMs: '5m' }, '"newcomersMs" is not a length of time'],
  [{ ...noRules('key'), newcomersMs: 1e16 }, '"newcomersMs" is not a length of time'],
  // No date is so far away.
  [{ ...noRules('key'), bans: [ban({ key: 'a' }, { until: 1e16 })] }, '"bans" is not a list of bans'],
  [{ ...noRules('key'), mutes: [mute('a', { since: -1e16 })] }, '"mutes" is not a list of mutes'],
  [{ ...noRules('key'), mutes: [{ ...mute('a'), alias: 1 }] }, '"mutes" is not a list of mutes'],
  [{ ...noRules('key'), seen: { a: 1e16 } }, '"seen" does not say when addresses were seen'],
  [{ ...noRules('key'), seen: { a: 'b' } }, '"seen" does not say when addresses were seen'],
  [{ ...noRules('key'), words: [1] }, '"words" is not a list of words'],
])('P-MOD-3: a document that is no rules is found out (%j)', (value, fault) => {
  expect(rulesFault(value)).toBe(fault);
  expect(
    rulesFault(after({ type: 'ban', ban: ban({ key: 'an' }) }, { type: 'mute', mute: mute('an') })),
  ).toBe(undefined);
});

test.each([
  ['spam', 'spam', true],
  ['spam', 'spa', false],
  ['*', '', true],
  ['*spam*', 'a spammer', true],
  ['*spam', 'spammer', false],
  ['s?am', 'slam', true],
  ['s?am', 'sam', false],
  ['?', '😀', true],
  ['a*b*c', 'a--b--b--c', true],
  ['a*b*c', 'a--c--b', false],
  ['a.c', 'abc', false],
  ['', 'a', false],
])('P-MOD-3: the pattern %j and the text %j: %j', (pattern, text, is) => {
  expect(likeness(pattern)(Array.from(text))).toBe(is);
});
