import { expect, test } from 'vitest';
import { complete, rangeOf, size } from '../../src/hosting/settings.ts';

const table = { limit: size(10, 2 ** 40).optional() };

test.each([
  [undefined, undefined],
  [10, 10],
  ['16KiB', 16_384],
  ['64MiB', 67_108_864],
  ['2GiB', 2_147_483_648],
])('the size %j is %j bytes', (given, limit) => {
  expect(complete(table, { limit: given })).toEqual({ limit });
});

test.each(['16', '16kB', '16 KiB', '1.5KiB', '-1KiB', 'KiB', '', '16KiBs', 9, 10.5, true, ['16KiB']])(
  '%j is not a size',
  (limit) => {
    expect(() => complete(table, { limit })).toThrow(
      `limit must be a size from 10 to 1099511627776 bytes, such as 16KiB, not ${JSON.stringify(limit)}`,
    );
  },
);

test('a size with a default is described like one without', () => {
  expect(rangeOf(size(1, 5).default(2).describe('some size'))).toBe(
    'a size from 1 to 5 bytes, such as 16KiB',
  );
});
