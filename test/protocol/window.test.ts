import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askedWindow, isWindow, spanOf, type Window, windowFault } from '../../src/protocol/window.ts';

/** The rule read word by word: the positions of the messages that a window means. */
function naive({ limit, before, after }: Window, total: number, base = 0): number[] {
  const kept = Array.from({ length: total }, (_, position) => position).slice(base);
  const inside = kept.filter(
    (position) => position >= (after ?? 0) && (before === undefined || position < before),
  );
  if (limit === undefined || limit >= inside.length) return inside;
  return after === undefined ? inside.slice(inside.length - limit) : inside.slice(0, limit);
}

const position = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 14 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.MAX_SAFE_INTEGER, 2 ** 32, 2 ** 31) },
);
const anyWindow = fc.record({ limit: position, before: position, after: position }, { requiredKeys: [] });

/** The number of messages, and how many of them have been dropped. */
const lengths = fc.nat({ max: 12 }).chain((total) => fc.tuple(fc.constant(total), fc.nat({ max: total })));

test('P-GET-2, P-MOD-2: a span is what a filter over all positions that are kept leaves', () => {
  fc.assert(
    fc.property(anyWindow, lengths, (window, [total, base]) => {
      const { first, end } = spanOf(window, total, base);
      const kept = Array.from({ length: end - first }, (_, index) => first + index);
      expect(kept).toEqual(naive(window, total, base));
    }),
    { numRuns: 5000 },
  );
});

test('P-GET-2: an empty span begins at total', () => {
  fc.assert(
    fc.property(anyWindow, lengths, (window, [total, base]) => {
      fc.pre(naive(window, total, base).length === 0);
      expect(spanOf(window, total, base)).toEqual({ first: total, end: total });
    }),
  );
});

test.each<[string, Window, [number, number]]>([
  ['nothing asked is all of it', {}, [0, 10]],
  ['limit keeps the newest', { limit: 3 }, [7, 10]],
  ['limit keeps the newest before a position', { limit: 3, before: 7 }, [4, 7]],
  ['limit keeps the oldest where after is given', { limit: 3, after: 2 }, [2, 5]],
  ['after 0 is given too', { limit: 3, after: 0 }, [0, 3]],
  ['before bounds a limit', { limit: 9, after: 2, before: 4 }, [2, 4]],
  ['after the last one there is nothing', { after: 10 }, [10, 10]],
  ['before the first one there is nothing', { before: 0 }, [10, 10]],
  ['a limit of 0 keeps none', { limit: 0 }, [10, 10]],
  ['before may lie beyond the end', { before: 99 }, [0, 10]],
])('P-GET-2: %s', (_, window, [first, end]) => {
  expect(spanOf(window, 10)).toEqual({ first, end });
});

test('P-GET-2: a client that asks after each count misses nothing and sees nothing twice', () => {
  fc.assert(
    fc.property(fc.nat({ max: 40 }), fc.integer({ min: 1, max: 7 }), (total, limit) => {
      const seen: number[] = [];
      for (let part = spanOf({ after: 0, limit }, total); part.first < part.end; ) {
        for (let at = part.first; at < part.end; at++) seen.push(at);
        part = spanOf({ after: seen.length, limit }, total);
      }
      expect(seen).toEqual(naive({}, total));
    }),
  );
});

const wrong = [-1, 1.5, 2 ** 53, Infinity, -Infinity, '1', '', null, true, [], [1], {}];

test.each(['limit', 'before', 'after'] as const)('P-GET-3: a %s of the wrong kind is named', (key) => {
  for (const value of wrong) {
    expect(windowFault({ [key]: value })).toBe(key);
    expect(isWindow({ [key]: value })).toBe(false);
  }
  for (const value of [0, 1, Number.MAX_SAFE_INTEGER]) {
    expect(windowFault({ [key]: value })).toBeUndefined();
    expect(isWindow({ [key]: value })).toBe(true);
  }
});

test('P-GET-3: one wrong key among right ones is the one named', () => {
  expect(windowFault({ limit: 1, before: 2, after: -1 })).toBe('after');
  expect(windowFault({ limit: 1, before: '2', after: 3 })).toBe('before');
});

test('P-GET-1: a request with none of the keys is a plain get', () => {
  expect(askedWindow({ data: 'get', Limit: 1, first: 2 })).toBeUndefined();
});

test('P-GET-2: the keys are taken as they were sent, in any combination, and only the own ones', () => {
  expect(askedWindow({ data: 'get', limit: null })).toEqual({ limit: null });
  expect(askedWindow({ after: 1, before: '2', limit: [3] })).toEqual({ limit: [3], before: '2', after: 1 });
  expect(askedWindow(Object.create({ limit: 1 }))).toBeUndefined();
});
