import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogEntry } from '../../src/actors/log.ts';
import { LineLimit, Repeats, type Shown } from '../../src/hosting/flood.ts';

test('any second has at most 100 lines, with those that count the others, and each line is written or counted', () => {
  const line = fc.record({ after: fc.constantFrom(0, 0, 0, 1, 5, 400, 999, 1000), isUrgent: fc.boolean() });
  fc.assert(
    fc.property(fc.array(line, { minLength: 200, maxLength: 600 }), (lines) => {
      const limit = new LineLimit();
      const written: number[] = [];
      let [now, admitted, counted, countAt] = [0, 0, 0, Infinity];
      const tell = () => {
        counted += limit.takeDropped(countAt);
        written.push(countAt);
        countAt = Infinity;
      };
      for (const { after, isUrgent } of lines) {
        now += after;
        if (now >= countAt) tell();
        const isAdmitted = limit.admits(now, isUrgent);
        if (isAdmitted) written.push(now);
        else countAt = Math.min(countAt, now + 1000);
        admitted += Number(isAdmitted);
      }
      if (countAt < Infinity) tell();
      expect(admitted + counted).toBe(lines.length);
      for (const [index, at] of written.entries())
        expect(written[index + 100] ?? Infinity).toBeGreaterThanOrEqual(at + 1000);
    }),
  );
});

test('a flood of lines leaves room for ten urgent ones', () => {
  const limit = new LineLimit();
  const admitted = (isUrgent: boolean, now: number) =>
    Array.from({ length: 500 }, () => limit.admits(now, isUrgent)).filter(Boolean).length;
  expect(admitted(false, 0)).toBe(89);
  expect(admitted(true, 999)).toBe(10);
  expect(limit.takeDropped(999)).toBe(411 + 490);
  expect(limit.admits(1000, false)).toBe(true);
});

/** Takes entries, and keeps what is shown. */
function newRepeats() {
  const repeats = new Repeats();
  const shown: Shown[] = [];
  const show = (one: Shown) => shown.push(one);
  const taken = () => shown.splice(0);
  return {
    tell: () => {
      repeats.tell(show);
      return taken();
    },
    take: (...entries: LogEntry[]) => {
      for (const entry of entries) repeats.take(entry, show);
      return taken();
    },
  };
}

const refusal = (connection: string, reason = 'UnknownType') =>
  ({ kind: 'refusal', connection, nickname: 'An', reason }) as const;
const failure = (connection: string, error: unknown = 'disk full') =>
  ({ kind: 'error', connection, error }) as const;
const times = <One>(count: number, one: One): One[] => Array.from({ length: count }, () => one);

test('of the refusals of a connection five are shown, and the others counted when it ends', () => {
  const log = newRepeats();
  expect(log.take(...times(1239, refusal('c1')))).toEqual(times(5, refusal('c1')));
  expect(log.take(refusal('c2'))).toEqual([refusal('c2')]);
  const closes = ['c1', 'c2', 'c1'].map((connection) => ({ kind: 'close', connection, code: 1005 }) as const);
  const sum = { kind: 'refusal', connection: 'c1', nickname: 'An', more: 1234 };
  expect(log.take(...closes)).toEqual([sum, ...closes]);
  expect(log.take(refusal('c1'))).toEqual([refusal('c1')]);
});

test('refusals that go on are told once a minute, and five are shown again after a minute without any', () => {
  const log = newRepeats();
  log.take(...times(7, refusal('c1')));
  expect(log.tell()).toMatchObject([{ connection: 'c1', more: 2 }]);
  expect(log.take(...times(3, refusal('c1')))).toEqual([]);
  expect(log.tell()).toMatchObject([{ connection: 'c1', more: 3 }]);
  expect(log.tell()).toEqual([]);
  expect(log.take(...times(7, refusal('c1')))).toHaveLength(5);
});

test('of those who are not let in five of an address are shown for each reason, and the others counted once a minute', () => {
  const log = newRepeats();
  const rejection = (address: string, reason = 'rate') =>
    ({ kind: 'rejection', address, status: 429, reason }) as const;
  expect(log.take(...times(1239, rejection('203.0.113.7')))).toEqual(times(5, rejection('203.0.113.7')));
  expect(log.take(rejection('203.0.113.7', 'address'))).toEqual([rejection('203.0.113.7', 'address')]);
  // A household's network is one address.
  for (let number = 0; number < 100; number++) log.take(rejection(`2001:db8::${number.toString(16)}`));
  expect(log.take(rejection('2001:db8:1::1'))).toHaveLength(1);
  expect(log.tell()).toEqual([
    { ...rejection('203.0.113.7'), more: 1234 },
    { ...rejection('2001:db8::0'), more: 95 },
  ]);
  expect(log.tell()).toEqual([]);
  expect(log.take(rejection('203.0.113.7'))).toHaveLength(1);
});

test('a failing disk is one line, whoever meets it, then a count; and one line again once a message was stored', () => {
  const log = newRepeats();
  const bug = failure('c9', new Error('bug'));
  expect(log.take(failure('c1'), failure('c2'), bug, failure('c1'), bug)).toEqual([failure('c1'), bug]);
  expect(log.take(failure('c3', 'i/o error'))).toHaveLength(1);
  const sent = { kind: 'send', connection: 'c1', nickname: 'An', content: 'x' } as const;
  expect(log.take(sent)).toEqual([{ kind: 'error', error: 'disk full', more: 2 }, sent]);
  expect(log.take(failure('c2'), failure('c2'))).toEqual([failure('c2')]);
  // A message says nothing about a bug.
  expect(log.take(bug)).toEqual([]);
  expect(log.tell()).toEqual([
    { kind: 'error', error: 'bug', more: 2 },
    { kind: 'error', error: 'disk full', more: 1 },
  ]);
});

test('every refusal and error is shown or counted, and all else is shown as it is', () => {
  const connection = fc.constantFrom('c1', 'c2', 'c3');
  const entry = fc.oneof(
    { weight: 8, arbitrary: connection.map((id) => refusal(id)) },
    { weight: 4, arbitrary: fc.constantFrom('a', 'b', new Error('c')).map((error) => failure('c1', error)) },
    connection.map((id) => ({ kind: 'close', connection: id, code: 1000 }) as const),
    connection.map((id) => ({ kind: 'send', connection: id, nickname: 'An', content: 'x' }) as const),
    fc.constantFrom('203.0.113.7', undefined).map((address) => {
      return { kind: 'rejection', address, status: 403, reason: 'origin' } as const;
    }),
    fc.constant(undefined),
  );
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 200, size: 'max' }), (all) => {
      const log = newRepeats();
      const shown = [
        ...all.flatMap((one) => (one === undefined ? log.tell() : log.take(one))),
        ...log.tell(),
      ];
      for (const kind of ['refusal', 'rejection', 'error', 'close', 'send']) {
        const come = all.filter((one) => one?.kind === kind).length;
        const counts = shown.filter((one) => one.kind === kind).map((one) => ('more' in one ? one.more : 1));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(come);
      }
    }),
  );
});
