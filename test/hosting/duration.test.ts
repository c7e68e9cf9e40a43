import { expect, test } from 'vitest';
import { duration, readDuration } from '../../src/hosting/duration.ts';

test.each([
  ['1s', 1000],
  ['30s', 30_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['7d', 604_800_000],
  ['4w', 2_419_200_000],
  ['2y', 63_072_000_000],
  ['99999y', 3_153_568_464_000_000],
])('the duration %s is %i ms', (text, ms) => {
  expect(readDuration(text)).toBe(ms);
  expect(duration.safeParse(text).success).toBe(true);
});

test.each([
  '',
  '0s',
  '05m',
  '5',
  'm',
  '5 m',
  '5M',
  '-5m',
  '1.5h',
  '5min',
  '5m ',
  ' 5m',
  '5m\n',
  '100000s',
  '2h30m',
  '٣m',
])('%j is no duration', (text) => {
  expect(readDuration(text)).toBeUndefined();
  expect(duration.safeParse(text).success).toBe(false);
});
