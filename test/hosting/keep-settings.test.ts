import { expect, test } from 'vitest';
import { readKeeping } from '../../src/hosting/keep-settings.ts';
import { chatConfig } from '../../src/hosting/options.ts';

const day = 86_400_000;

test.each([
  ['90d', { ms: 90 * day }],
  ['90', { messages: 90 }],
  ['100000', { messages: 100_000 }],
  ['90d 100000', { ms: 90 * day, messages: 100_000 }],
  ['100000 2y', { ms: 730 * day, messages: 100_000 }],
])('P-MOD-2: --keep %j is %j', (keep, expected) => {
  expect(readKeeping(chatConfig({ keep })).keep).toEqual(expected);
});

test.each([
  '',
  '0',
  '90d 30d',
  '5 6',
  '90d  5',
  ' 90d',
  '90 d',
  '90d,5',
  '90d 5 6',
  '1000000000',
  '1e5',
  '-5',
])('--keep %j is refused', (keep) => {
  expect(() => chatConfig({ keep })).toThrow(
    'keep must be an age such as 90d, a number such as 100000, or both',
  );
});

test('P-MOD-2: by default everything is kept, and archives are for ever', () => {
  expect(readKeeping(chatConfig({}))).toEqual({ keep: {}, archive: undefined, archiveMs: undefined });
  expect(readKeeping(chatConfig({ archive: 'a', archiveKeep: '2y' }))).toEqual({
    keep: {},
    archive: 'a',
    archiveMs: 730 * day,
  });
});

test('an archive that expires needs an archive, or no chat starts', () => {
  const message = 'archiveKeep says how long archives are kept: say with archive where they are';
  expect(() => chatConfig({ archiveKeep: '2y' })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message }),
  );
});
