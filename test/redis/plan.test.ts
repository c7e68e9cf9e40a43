import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seeded } from '../../src/check/seeded.ts';
import { type Act, kinds, planOf, type Target } from '../helpers/faults/plan.ts';
import { Words } from '../helpers/faults/visitor.ts';
import { Chooser } from '../helpers/fuzz.ts';

const options = { seconds: 60, processes: 4, lease: 2 };
const planFor = (seed: number) => planOf(new Chooser(seeded(seed)), options);
const seeds = fc.integer({ min: 0 });

const isUnderWay = (ms: number, on: Target) => (act: Act) =>
  act.on === on && act.atMs <= ms && act.atMs + act.forMs >= ms;

test('a plan is the same for the same seed, and has every kind of fault', () => {
  // The last one draws its plan twice.
  for (const seed of [...Array(1000).keys(), 1_268_234_782]) {
    const plan = planFor(seed);
    expect(planFor(seed)).toEqual(plan);
    expect(new Set(plan.map(({ kind }) => kind))).toEqual(new Set(kinds));
  }
});

test('at any time one process has no fault, and nothing has two', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 0, max: 60_000 }), (seed, ms) => {
      const plan = planFor(seed);
      const under = (on: Target) => plan.filter(isUnderWay(ms, on)).length;
      const counts = [0, 1, 2, 3].map(under);
      expect(Math.min(...counts)).toBe(0);
      expect(Math.max(...counts, under('redis'))).toBeLessThanOrEqual(1);
    }),
  );
});

test('a plan has a process hang while Redis is well', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const plan = planFor(seed);
      const redis = plan.filter(({ on }) => on === 'redis');
      const hangs = plan.filter(({ on, kind }) => on !== 'redis' && kind === 'hang');
      const isCertain = (hang: Act) =>
        redis.every((act) => act.atMs > hang.atMs + hang.forMs || act.atMs + act.forMs < hang.atMs);
      expect(hangs.filter(isCertain).length).toBeGreaterThan(0);
    }),
  );
});

test('visitors never choose a nickname twice, however long the storm', () => {
  const words = new Words();
  const choose = new Chooser(seeded(1));
  const nicknames = Array.from({ length: 50_000 }, () => words.nickname(choose));
  expect(new Set(nicknames).size).toBe(nicknames.length);
});
