/** Moderators' tokens: how they are read, what they are good for, and how many may be tried. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Guesses } from '../../src/hosting/guesses.ts';
import { host, Keys, keySettings } from '../../src/hosting/keys.ts';
import { readModerators } from '../../src/hosting/moderators.ts';
import { passWith } from '../../src/hosting/passes.ts';
import { complete } from '../../src/hosting/settings.ts';
import { Tokens } from '../../src/hosting/tokens.ts';
import { nicknameKey } from '../../src/protocol/nickname.ts';
import { newFolder } from '../helpers/server.ts';

async function newFile(text: string, mode = 0o600): Promise<string> {
  const path = join(await newFolder(), 'moderators');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const configOf = (given: { moderators?: string; opsTokenFile?: string }) => ({
  ...complete(keySettings, given),
  nicknameComparison: 'nickname' as const,
});

function newKeys(given: { moderators?: string; opsTokenFile?: string }) {
  const clock = { ms: 0 };
  const keys = new Keys(configOf(given), { onWarning: () => {}, now: () => clock.ms });
  return { keys, clock };
}

const keyOf = (nickname: string) => nicknameKey(nickname, 'nickname');

test('P-MOD-3: a moderator is a name, which may have spaces, and a token; several lines may have one name', async () => {
  const path = await newFile('\uFEFF# ours\n\n  An Lê\tone \r\nBình two\nan  lê three\n');
  const moderators = readModerators(path, 'nickname', () => {});
  expect(['one', 'two', 'three', 'ONE', '', '#'].map((token) => moderators.withToken(token))).toEqual([
    ...['An Lê', 'Bình', 'An Lê'],
    ...[undefined, undefined, undefined],
  ]);
  expect(['AN LÊ', 'bình', 'Chi'].map((name) => moderators.withKey(keyOf(name)))).toEqual([
    ...['An Lê', 'Bình', undefined],
  ]);
});

test.each([
  ['An one\nBình\n', 'line 2: a moderator is a name and a token, with a space between them'],
  ['# x\nAn secret\n\nBình secret\n', 'line 4: an earlier line has the same token'],
  ['\u202eAn secret\n', 'line 1: this name cannot be a nickname'],
  ['# nobody\n', 'has no moderator token'],
])('a file with %j is refused, by its line and without a token', async (text, message) => {
  const path = await newFile(text);
  const read = () => readModerators(path, 'nickname', () => {});
  expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(read).toThrow(`${path}${message.startsWith('line') ? ',' : ''} ${message}`);
  expect(read).not.toThrow('secret');
});

test('the host is warned of moderators whose tokens others may read', async () => {
  const warnings: string[] = [];
  for (const mode of [0o600, 0o644])
    readModerators(await newFile('An one\n', mode), 'nickname', (text) => warnings.push(text));
  expect(warnings).toEqual([
    expect.stringMatching(/, which has the moderator tokens, may be read by other users$/),
  ]);
});

test('moderators moderate at both doors; whoever has a token for operations is the host there, and nobody at the other', async () => {
  const { keys } = newKeys({
    moderators: await newFile('An one\n'),
    opsTokenFile: await newFile('two\n'),
  });
  const an = { name: 'An', isHost: false };
  expect(keys.atChat('one', 'a')).toEqual({ actor: an });
  expect(keys.atOperations('one', 'a')).toEqual({ actor: an });
  expect(keys.atOperations('two', 'a')).toEqual({ actor: host });
  expect(keys.atChat('two', 'a')).toEqual({ actor: undefined, waitMs: 0 });
});

test('five wrong tokens cost an address a minute, at every door, even for right ones; others wait for nothing', async () => {
  const { keys, clock } = newKeys({
    moderators: await newFile('An one\n'),
    opsTokenFile: await newFile('two\n'),
  });
  for (const judge of ['atChat', 'atOperations', 'atChat', 'atChat'] as const)
    expect(keys[judge]('wrong', 'a')).toEqual({ actor: undefined, waitMs: 0 });
  // No token is no guess.
  for (let times = 0; times < 10; times++) keys.atChat('', 'a');
  expect(keys.atChat('one', 'a')).toMatchObject({ actor: { name: 'An' } });
  keys.atChat('wrong', 'a');
  const waits = { actor: undefined, waitMs: 60_000 };
  expect([keys.atChat('one', 'a'), keys.atOperations('two', 'a')]).toEqual([waits, waits]);
  expect(keys.atChat('one', 'b')).toMatchObject({ actor: { name: 'An' } });
  clock.ms = 59_999;
  expect(keys.atChat('one', 'a')).toEqual({ actor: undefined, waitMs: 1 });
  clock.ms = 60_000;
  expect(keys.atChat('one', 'a')).toMatchObject({ actor: { name: 'An' } });
});

test('wrong tokens are forgotten a minute after the last one, and their addresses with them', () => {
  const clock = { ms: 0 };
  const guesses = new Guesses(() => clock.ms);
  for (let number = 0; number < 1000; number++) guesses.add(`${number}`);
  for (let times = 0; times < 4; times++) guesses.add('a');
  expect(guesses.size).toBe(1001);
  clock.ms = 60_000;
  guesses.add('a');
  expect(guesses.waitMs('a')).toBe(0);
  for (let times = 0; times < 1000; times++) guesses.waitMs('a');
  expect(guesses.size).toBe(1);
});

test("a moderator's token lets in where an access token is needed; wrong ones are counted, access tokens go on working", async () => {
  const { keys } = newKeys({ moderators: await newFile('An one\n') });
  const tokens = new Tokens<true>([['open', true]]);
  const pass = (token: string, given: Tokens | undefined = tokens) =>
    passWith(token, 'a', { tokens: given, keys });
  expect([pass('open'), pass('one')]).toEqual([{ moderator: undefined }, { moderator: 'An' }]);
  const refused = Array.from({ length: 5 }, () => pass('wrong'));
  expect(refused).toEqual(refused.map(() => expect.objectContaining({ status: 401 })));
  expect(pass('one')).toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
  expect(pass('open')).toEqual({ moderator: undefined });
  // Without access tokens nobody is turned away.
  expect(passWith('one', 'a', { tokens: undefined, keys })).toEqual({ moderator: undefined });
});

test('the files are read again, and a broken one changes nothing', async () => {
  const moderators = await newFile('An one\n');
  const { keys } = newKeys({ moderators });
  writeFileSync(moderators, 'Bình two\n');
  expect(keys.moderatorOf(keyOf('an'))).toBe('An');
  keys.prepare(configOf({ moderators }))();
  expect([keys.moderatorOf(keyOf('an')), keys.moderatorOf(keyOf('bình'))]).toEqual([undefined, 'Bình']);
  writeFileSync(moderators, 'Chi\n');
  expect(() => keys.prepare(configOf({ moderators }))).toThrow('line 1');
  expect(keys.atChat('two', 'a')).toMatchObject({ actor: { name: 'Bình' } });
  keys.prepare(configOf({}))();
  expect([keys.hasModerators, keys.hasOperators]).toEqual([false, false]);
});
