import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bucket, type Rate } from '../../src/actors/rate.ts';

const steps = fc.array(fc.record({ laterMs: fc.nat(3000), count: fc.integer({ min: 1, max: 50 }) }));
const rates = fc.record({
  perSecond: fc.integer({ min: 1, max: 100 }),
  burst: fc.integer({ min: 1, max: 100 }),
});

/** When each of the takings is due. */
function dueOf(rate: Rate, takings: readonly { laterMs: number; count: number }[]) {
  const bucket = new Bucket();
  let nowMs = 0;
  return takings.map(({ laterMs, count }) => {
    nowMs += laterMs;
    return { nowMs, dueMs: bucket.take(count, nowMs, rate), count };
  });
}

test('a bucket lets no more through in any span of time than its burst and what has come meanwhile', () => {
  fc.assert(
    fc.property(rates, steps, ({ perSecond, burst }, takings) => {
      const due = dueOf({ perSecond, burst }, takings);
      for (const [from, { dueMs: startMs }] of due.entries()) {
        let sum = 0;
        for (const { dueMs, count } of due.slice(from)) {
          sum += count;
          // What is larger than the burst goes on its own, and is paid for before.
          const most = Math.max(burst, due[from]?.count ?? 0) + ((dueMs - startMs) * perSecond) / 1000;
          expect(sum).toBeLessThanOrEqual(most + 1e-6);
        }
      }
    }),
  );
});

test('a bucket delays nothing that keeps to the rate, and serves in the order of asking', () => {
  fc.assert(
    fc.property(rates, steps, ({ perSecond, burst }, takings) => {
      const due = dueOf({ perSecond, burst }, takings);
      for (const [index, { nowMs, dueMs }] of due.entries()) {
        expect(dueMs).toBeGreaterThanOrEqual(nowMs);
        expect(dueMs).toBeGreaterThanOrEqual((due[index - 1]?.dueMs ?? 0) - 1e-6);
      }
      const calm = new Bucket();
      for (let second = 0; second < 10; second++)
        expect(calm.take(perSecond, second * 1000, { perSecond, burst })).toBeLessThanOrEqual(
          second * 1000 + Math.max(0, (perSecond - burst) / perSecond) * 1000 + 1e-6,
        );
    }),
  );
});

test('a bucket is full at first and when all that was taken has come back', () => {
  const rate = { perSecond: 2, burst: 4 };
  const bucket = new Bucket();
  expect(bucket.isFull(0, rate)).toBe(true);
  expect([bucket.take(4, 0, rate), bucket.take(1, 0, rate)]).toEqual([0, 500]);
  expect([bucket.isFull(2499, rate), bucket.isFull(2500, rate)]).toEqual([false, true]);
});

test('another rate fills no bucket: what is missing stays missing, and comes back at the new rate', () => {
  const slow = { perSecond: 1, burst: 10 };
  const fast = { perSecond: 100, burst: 10 };
  for (const [before, after] of [
    [slow, fast],
    [fast, slow],
  ] as const) {
    const bucket = new Bucket();
    expect(bucket.take(10, 0, before)).toBe(0);
    expect(bucket.take(1, 0, after)).toBe(1000 / after.perSecond);
  }
});
