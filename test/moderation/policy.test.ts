/** Whom the rules concern: the host is above moderators, and moderators are above everybody else. */
import { expect, test } from 'vitest';
import { readDuration } from '../../src/hosting/duration.ts';
import { readRules } from '../../src/ledger/redis/rules.ts';
import { lookupOf } from '../../src/moderation/lookup.ts';
import { Policy, sentence, type Visitor } from '../../src/moderation/policy.ts';
import {
  type Ban,
  edited,
  noRules,
  type RuleEdit,
  type Rules,
  rulesFault,
} from '../../src/moderation/rules.ts';

const startMs = Date.UTC(2026, 10, 27, 10);

/** A policy with its own rules and clock. `mo` is the key of the moderator Mơ. */
function newPolicy(...edits: RuleEdit[]) {
  let nowMs = startMs;
  let rules: Rules = edits.reduce((all, edit) => edited(all, edit, nowMs), noRules('key'));
  const policy = new Policy({
    rules: () => rules,
    comparison: 'nickname',
    moderatorOf: (key) => (key === 'mơ' ? 'Mơ' : undefined),
    govern(edit) {
      rules = edited(rules, edit, nowMs);
    },
    now: () => nowMs,
  });
  return {
    policy,
    change(edit: RuleEdit) {
      rules = edited(rules, edit, nowMs);
    },
    wait(ms: number) {
      nowMs += ms;
    },
  };
}

const visitor = { mask: 'a', moderator: undefined };
const moderator = { mask: 'a', moderator: 'Mơ' };

const banned = (target: Ban['target'], isByHost: boolean): RuleEdit => ({
  type: 'ban',
  ban: { target, until: null, since: startMs, by: 'x', isByHost, reason: '' },
});
const muted = (isByHost: boolean): RuleEdit => ({
  type: 'mute',
  mute: { key: 'mơ', nickname: 'Mơ', until: null, since: startMs, by: 'x', isByHost, reason: '' },
});

test('P-MOD-3: the nickname of a moderator is reserved for whoever has its token', () => {
  const { policy } = newPolicy();
  expect(policy.houseFor(visitor).objectionToName('MƠ')).toBe('this nickname is reserved');
  expect(policy.houseFor({ mask: 'a', moderator: 'Na' }).objectionToName('Mơ')).toBe(
    'this nickname is reserved',
  );
  expect(policy.houseFor(moderator).objectionToName('Mơ')).toBeUndefined();
  expect(policy.houseFor(visitor).objectionToName('Mờ')).toBeUndefined();
});

test.each([
  ['a moderator', false, undefined],
  ['the host', true, 'this nickname is banned'],
])('P-MOD-3: what %s decides concerns moderators: %s', (_, isByHost, objection) => {
  for (const target of [{ key: 'mơ' }, { pattern: 'm?' }, { mask: 'a' }]) {
    const { policy } = newPolicy(banned(target, isByHost), muted(isByHost));
    expect(policy.houseFor(moderator).objectionToName('Mơ')).toBe(objection);
    expect(policy.banOf(moderator, 'mơ') !== undefined).toBe(isByHost);
    expect(policy.muteOf(moderator, 'mơ') !== undefined).toBe(isByHost);
    expect(policy.banOf(visitor, 'mơ')).toBeDefined();
    expect(policy.muteOf(visitor, 'mơ')).toBeDefined();
  }
});

test('P-MOD-3: moderators write while nobody else may, but no word that is not allowed', () => {
  const { policy } = newPolicy(
    { type: 'readonly', on: true },
    { type: 'newcomers', ms: 60_000 },
    { type: 'words', words: ['spam'] },
  );
  expect(policy.houseFor(moderator).objectionToContent('chào')).toBeUndefined();
  expect(policy.houseFor(moderator).objectionToContent('spam')).toBe(
    'it has a word that is not allowed here',
  );
  expect(policy.houseFor(visitor).objectionToContent('chào')).toMatch(/^the room is read-only/);
});

test('P-MOD-3: a newcomer waits from when its address was first met, whichever nickname it has', () => {
  const { policy, wait } = newPolicy({ type: 'newcomers', ms: 60_000 });
  const newcomer: Visitor = { ...visitor };
  const { objectionToContent } = policy.houseFor(newcomer);
  policy.meet(newcomer);
  wait(59_000);
  policy.meet(newcomer);
  expect(objectionToContent('chào')).toBe('newcomers may only read until 2026-11-27T10:01:00Z');
  wait(1000);
  expect(objectionToContent('chào')).toBeUndefined();
  expect(policy.houseFor({ mask: 'b', moderator: undefined }).objectionToContent('chào')).toMatch(
    /^newcomers/,
  );
  policy.end();
});

test('P-MOD-3: whoever has stayed long enough may write, although ten thousand addresses have been met since', () => {
  const { policy, wait } = newPolicy({ type: 'newcomers', ms: 60_000 });
  const early: Visitor = { ...visitor, mask: 'early' };
  const { objectionToContent } = policy.houseFor(early);
  policy.meet(early);
  for (let count = 0; count < 10_000; count++) policy.meet({ ...visitor, mask: `${count}` });
  expect(objectionToContent('chào')).toBe('newcomers may only read until 2026-11-27T10:01:00Z');
  wait(60_000);
  expect(objectionToContent('chào')).toBeUndefined();
  policy.end();
});

test('P-MOD-3: nobody becomes a newcomer when the clock is set back', () => {
  const { policy, wait } = newPolicy({ type: 'newcomers', ms: 60_000 });
  const early: Visitor = { ...visitor, mask: 'early' };
  policy.meet(early);
  wait(-86_400_000);
  expect(policy.houseFor(early).objectionToContent('chào')).toBeUndefined();
  const late: Visitor = { ...visitor, mask: 'late' };
  policy.meet(late);
  expect(policy.houseFor(late).objectionToContent('chào')).toMatch(/^newcomers/);
  policy.end();
});

test('P-MOD-3: a ban that is over concerns nobody, although it is still in the rules', () => {
  const until = startMs + 1000;
  const { policy, wait } = newPolicy({
    type: 'ban',
    ban: { target: { key: 'an' }, until, since: startMs, by: 'x', isByHost: true, reason: '' },
  });
  const { objectionToName } = policy.houseFor(visitor);
  expect(objectionToName('An')).toBe('this nickname is banned until 2026-11-27T10:00:01Z');
  wait(1000);
  expect(objectionToName('An')).toBeUndefined();
});

test('P-MOD-3: the longest ban has an end that can be shown', () => {
  const until = startMs + (readDuration('99999y') ?? 0);
  const mute = { key: 'an', nickname: 'An', until, since: startMs, by: 'x', isByHost: true, reason: 'ồn' };
  const { policy } = newPolicy({ type: 'mute', mute });
  const found = policy.muteOf(visitor, 'an');
  expect(found && sentence('you are muted', found)).toBe('you are muted until +101959-07-07T10:00:00Z: ồn');
  expect(rulesFault({ ...noRules('key'), mutes: [mute] })).toBeUndefined();
});

test('P-MOD-3: masks hide addresses, are the same for the same address, and change with the key', () => {
  const { policy } = newPolicy();
  const masks = ['192.0.2.1', '192.0.2.2', '2001:db8:0:0::/64'].map((address) => policy.maskOf(address));
  for (const mask of masks) expect(mask).toMatch(/^[\da-z]{12}$/);
  expect(new Set(masks).size).toBe(3);
  expect(policy.maskOf('192.0.2.1')).toBe(masks[0]);
  const other = new Policy({
    rules: () => noRules('another key'),
    comparison: 'nickname',
    moderatorOf: () => undefined,
    govern: () => {},
  });
  expect(other.maskOf('192.0.2.1')).not.toBe(masks[0]);
});

test('P-MOD-3: bans, mutes and words are looked up as before after a change that does not concern them', () => {
  let rules = noRules('key');
  const change = (edit: RuleEdit) => {
    const before = lookupOf(rules, undefined);
    rules = edited(rules, edit, startMs);
    const { bans, mutes, words } = lookupOf(rules, before);
    return [bans === before.bans, mutes === before.mutes, words === before.words];
  };
  expect(change({ type: 'seen', addresses: { a: 1 } })).toEqual([true, true, true]);
  expect(change({ type: 'readonly', on: true })).toEqual([true, true, true]);
  expect(change({ type: 'words', words: ['spam'] })).toEqual([true, true, false]);
  expect(change(muted(true))).toEqual([false, false, true]);
  const read = readRules(JSON.stringify({ ...rules, readonly: false }), rules);
  expect(read).toEqual({ ...rules, readonly: false });
  expect([read.bans === rules.bans, read.mutes === rules.mutes, read.words === rules.words]).toEqual([
    true,
    true,
    true,
  ]);
});

test('P-MOD-3: members heed a change of the rules if it is one of bans or mutes', () => {
  const { policy, change } = newPolicy();
  expect(policy.governed()).toBe(true);
  change({ type: 'seen', addresses: { a: 1 } });
  expect(policy.governed()).toBe(false);
  change(muted(true));
  expect(policy.governed()).toBe(true);
  change({ type: 'unmute', key: 'mơ' });
  expect(policy.governed()).toBe(true);
});
