import { chmodSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTokens, tokenIn } from '../../src/hosting/tokens.ts';
import { newFolder } from '../helpers/server.ts';

const read = (path: string, onWarning: (text: string) => void = () => {}) =>
  readTokens(path, 'access token', onWarning);

async function newFile(text: string, mode = 0o600): Promise<string> {
  const path = join(await newFolder(), 'tokens');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const request = (url: string, authorization?: string) =>
  ({ url, headers: { authorization } }) as IncomingMessage;

test('each line is a token, without its blanks; blank lines and comments are none', async () => {
  const tokens = read(await newFile('# for 7A\n\n  one \r\ntwo+/=\n#three\n'));
  const queries = ['one', 'two%2B/=', 'two+/=', '', '%20', '%23three', 'three', 'ONE', 'one%0Atwo', 'on'];
  expect(queries.map((query) => tokens.ownerOf(tokenIn(request(`/?access_token=${query}`))))).toEqual([
    ...[true, true, true],
    ...[undefined, undefined, undefined, undefined, undefined, undefined, undefined],
  ]);
});

test.each([
  ['/', 'Bearer one', true],
  ['/', 'bearer  one', true],
  ['/chat/?a=1&access_token=one', undefined, true],
  ['http://chat.example/?access_token=one', undefined, true],
  ['/?access_token=wrong', 'Bearer one', true],
  ['/?access_token=one', 'Basic b25lOg==', true],
  ['/?access_token=one', 'Bearer wrong', false],
  ['/?token=one', undefined, false],
  ['/access_token=one', undefined, false],
  ['/', 'one', false],
  ['/', 'Bearer one two', false],
  ['/', 'Basic one', false],
  ['/', undefined, false],
])('whether %s with the header %s has the token: %s', async (url, authorization, expected) => {
  const tokens = read(await newFile('one'));
  expect(tokens.ownerOf(tokenIn(request(url, authorization))) === true).toBe(expected);
});

test.each(['', '\n\n', '# only this\n'])('a file with %j has no token, and nothing starts', async (text) => {
  const path = await newFile(text);
  expect(() => read(path)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: `${path} has no access token` }),
  );
});

test('a file that cannot be read stops the start, in words', async () => {
  const folder = await newFolder();
  for (const [path, words] of [
    [join(folder, 'missing'), 'no such file or directory (ENOENT)'],
    [folder, 'it is not a regular file'],
    ['/dev/zero', 'it is not a regular file'],
  ] as const)
    expect(() => read(path)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: `cannot read the access tokens in ${path}: ${words}`,
      }),
    );
});

test.each([
  [0o600, 0],
  [0o640, 1],
  [0o604, 1],
  [0o700, 0],
])('a file of mode %o is warned of %i times', async (mode, times) => {
  const path = await newFile('one', mode);
  const warnings: string[] = [];
  read(path, (text) => warnings.push(text));
  expect(warnings).toHaveLength(times);
  for (const warning of warnings) expect(warning).toContain(path);
});
