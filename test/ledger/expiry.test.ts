import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Expiry, type Keep } from '../../src/ledger/expiry.ts';

/** Timestamps of one-second steps; `undefined` says nothing. */
const stamped = (second: number | undefined) =>
  second === undefined ? 'một lúc nào đó' : `22/11/2026 10/06${String(second).padStart(2, '0')}`;
const msOf = (second: number) => Date.UTC(2026, 10, 22, 10, 6, second);

/** A history of messages sent at these seconds, read in pages of three, and what has been read of it. */
function historyOf(seconds: readonly (number | undefined)[]) {
  const pages: number[] = [];
  const read = async (position: number) => {
    pages.push(position);
    return seconds.slice(position, position + 3).map(stamped);
  };
  return { total: seconds.length, read, pages };
}

async function firstOf(keep: Keep, seconds: readonly (number | undefined)[], now: number, base = 0) {
  const { total, read } = historyOf(seconds);
  return new Expiry(keep).first(base, total, msOf(now), read);
}

test.each<[string, Keep, (number | undefined)[], number]>([
  ['without a limit everything is kept', {}, [0, 1, 2], 0],
  ['a number keeps the newest', { messages: 2 }, [0, 1, 2, 3, 4], 3],
  ['a number that is not reached drops nothing', { messages: 5 }, [0, 1, 2, 3, 4], 0],
  ['an age keeps what is not older', { ms: 10_000 }, [19, 20, 21], 1],
  ['an age drops everything if all is older', { ms: 1000 }, [1, 2, 3, 4], 4],
  ['of both, the one that keeps less counts', { messages: 2, ms: 10_000 }, [1, 20, 21, 22], 2],
  ['of both, the one that keeps less counts', { messages: 3, ms: 10_000 }, [1, 2, 3, 22], 3],
  [
    'what says nothing goes with what follows',
    { ms: 10_000 },
    [undefined, 1, undefined, 2, undefined, 25],
    4,
  ],
  ['what says nothing stays before what is kept', { ms: 10_000 }, [undefined, undefined, 25, 1], 0],
  ['what says nothing stays at the end', { ms: 10_000 }, [1, undefined, undefined], 1],
  ['if none says anything, nothing is too old', { ms: 1 }, [undefined, undefined, undefined, undefined], 0],
  ['an old message behind one that is kept stays', { ms: 10_000 }, [1, 25, 2], 1],
  ['an empty history has nothing to drop', { messages: 1, ms: 1 }, [], 0],
])('P-MOD-2: %s', async (_, keep, seconds, first) => {
  expect(await firstOf(keep, seconds, 30)).toBe(first);
});

test('P-MOD-2: without a time that says something, age drops nothing, and number does', async () => {
  const { total, read } = historyOf([0, 1, 2]);
  const expiry = new Expiry({ messages: 2, ms: 1 });
  expect(await expiry.first(0, total, undefined, read)).toBe(1);
});

test('P-MOD-2: a message that was looked at is not read again', async () => {
  const { total, read, pages } = historyOf([undefined, undefined, undefined, undefined, 25, 30, 40]);
  const expiry = new Expiry({ ms: 10_000 });
  expect(await expiry.first(0, total, msOf(30), read)).toBe(0);
  expect(await expiry.first(0, total, msOf(35), read)).toBe(0);
  expect(await expiry.first(0, total, msOf(36), read)).toBe(5);
  expect(await expiry.first(5, total, msOf(36), read)).toBe(5);
  expect(pages).toEqual([0, 3, 4, 4, 5]);
});

test('P-MOD-2: what expires does not depend on how often somebody asks, nor on what was dropped meanwhile', async () => {
  const second = fc.option(fc.nat({ max: 59 }), { nil: undefined, freq: 4 });
  const keep = fc.record(
    { messages: fc.integer({ min: 1, max: 9 }), ms: fc.integer({ min: 1, max: 40_000 }) },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(second, { maxLength: 12 }), keep, async (seconds, keep) => {
      const asked = new Expiry(keep);
      const { total, read } = historyOf(seconds);
      let base = 0;
      for (let now = 0; now < 60; now += 7) base = await asked.first(base, total, msOf(now), read);
      expect(base).toBe(await firstOf(keep, seconds, 56));
    }),
    { numRuns: 300 },
  );
});
