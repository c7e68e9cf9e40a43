import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turns, type Worker } from '../../src/actors/turns.ts';

const unexpected = (error: unknown) => {
  throw error;
};

/** A worker with so many pieces of so many bytes, which notes each in `log`. */
function worker(name: string, pieces: number, log: string[], bytes = 0): Worker {
  let left = pieces;
  return {
    step() {
      if (left === 0) return undefined;
      left--;
      log.push(name);
      return bytes;
    },
    fail: unexpected,
  };
}

test('one worker gets through at once what a turn has room for', () => {
  const turns = new Turns();
  const log: string[] = [];
  turns.call(worker('a', 40, log));
  expect(log).toHaveLength(40);
});

test('nobody works while something is done alone, also when that is begun within work', () => {
  const turns = new Turns();
  const log: string[] = [];
  const doAlone = (name: string) =>
    turns.alone(() => {
      turns.call(worker(`${name} caller`, 1, log));
      log.push(name);
    });
  doAlone('outside');
  expect(log).toEqual(['outside', 'outside caller']);
  let isDone = false;
  const step = () => {
    if (isDone) return undefined;
    isDone = true;
    doAlone('inside');
    log.push('end of work');
    return 0;
  };
  turns.call({ step, fail: unexpected });
  expect(log.slice(2)).toEqual(['inside', 'end of work', 'inside caller']);
});

test.each([
  ['frames', 0],
  ['bytes', 16_384],
])('all workers together have one room a turn, in %s, and share it evenly', async (_, bytes) => {
  const turns = new Turns();
  const log: string[] = [];
  for (let number = 0; number < 50; number++) turns.call(worker(`${number}`, 20, log, bytes));
  let before = 0;
  let ahead: number | undefined;
  while (log.length < 50 * 20) {
    expect(log.length - before).toBeLessThanOrEqual(bytes === 0 ? 160 : 10);
    before = log.length;
    await setImmediate();
    const counts = Array.from(
      { length: 50 },
      (_, number) => log.filter((name) => name === `${number}`).length,
    );
    const spread = Math.max(...counts) - Math.min(...counts);
    // The first one has found an empty line; from then on nobody gets further ahead than by the piece of this round.
    ahead ??= spread;
    expect(spread).toBeLessThanOrEqual(ahead + 1);
  }
});

test('who has had nothing to do goes before those who always have more', async () => {
  const turns = new Turns();
  const log: string[] = [];
  for (let number = 0; number < 300; number++) turns.call(worker('flood', 1000, log));
  while (log.length < 600) await setImmediate();
  for (let turn = 0; turn < 20; turn++) {
    turns.call(worker('calm', 1, log));
    expect(log.at(-1)).toBe('calm');
    await setImmediate();
  }
});

test('who calls all the time starves nobody', async () => {
  const turns = new Turns();
  const log: string[] = [];
  turns.call(worker('patient', 300, log));
  const crowd = Array.from({ length: 200 }, () => worker('busy', Number.POSITIVE_INFINITY, log));
  for (let turn = 0; turn < 1200; turn++) {
    for (const one of crowd) turns.call(one);
    await setImmediate();
  }
  expect(log.filter((name) => name === 'patient')).toHaveLength(300);
});

test('a worker that calls itself while it works is no earlier for that', () => {
  const turns = new Turns();
  const log: string[] = [];
  const other = worker('other', 3, log);
  let left = 3;
  const self: Worker = {
    step() {
      if (left-- <= 0) return undefined;
      turns.call(self);
      if (left === 2) turns.call(other);
      log.push('self');
      return 0;
    },
    fail: unexpected,
  };
  turns.call(self);
  expect(log).toEqual(['self', 'other', 'self', 'other', 'self', 'other']);
});

test('a worker that fails is told so and has no more turns, and the others go on', () => {
  const turns = new Turns();
  const log: string[] = [];
  const bug = new Error('bug');
  const errors: unknown[] = [];
  turns.call({
    step() {
      log.push('broken');
      turns.call(worker('other', 3, log));
      throw bug;
    },
    fail: (error) => errors.push(error),
  });
  expect(log).toEqual(['broken', 'other', 'other', 'other']);
  expect(errors).toEqual([bug]);
});
