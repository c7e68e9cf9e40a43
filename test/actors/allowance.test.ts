import { expect, test } from 'vitest';
import { type Allowance, Allowances } from '../../src/actors/allowance.ts';
import { peerOf } from '../../src/hosting/address.ts';
import { ratesOf } from '../../src/hosting/limits.ts';
import { optionSettings } from '../../src/hosting/options.ts';
import { complete } from '../../src/hosting/settings.ts';

/** The allowances under these options, with a clock that the test sets. */
function newAllowances(options: object = {}) {
  const clock = { ms: 0 };
  const rates = ratesOf(complete(optionSettings, { ...options }));
  return { clock, allowances: new Allowances({ ...rates, now: () => clock.ms }) };
}

const send = { type: 'send', content: 'x' } as const;
const stranger = peerOf('203.0.113.7');

/** How many sends get through within so many seconds, if each connection always has another one. */
function flood(connections: readonly Allowance[], clock: { ms: number }, seconds: number): number {
  const endMs = clock.ms + seconds * 1000;
  const due = connections.map((allowance) => clock.ms + allowance.request(send));
  let passed = 0;
  for (;;) {
    const next = Math.min(...due);
    if (next > endMs) return passed;
    clock.ms = next;
    passed++;
    const at = due.indexOf(next);
    due[at] = next + (connections[at] as Allowance).request(send);
  }
}

test('P-LIM-1: a connection may send ten messages at once, and two a second', () => {
  const { clock, allowances } = newAllowances();
  expect(flood([allowances.open(stranger)], clock, 60)).toBe(10 + 2 * 60);
});

test('P-LIM-1: two thousand connections of one address do no more than thirty-two', () => {
  const { clock, allowances } = newAllowances();
  const crowd = Array.from({ length: 2000 }, () => allowances.open(stranger));
  expect(flood(crowd, clock, 10)).toBe(32 * (10 + 2 * 10));
});

test('P-LIM-1: a class of 40 behind one address, each with a message a second, is never delayed', () => {
  const { clock, allowances } = newAllowances();
  const pupils = Array.from({ length: 40 }, () => allowances.open(stranger));
  const waits = new Set<number>();
  for (const pupil of pupils) waits.add(pupil.request({ type: 'name', name: 'x' }));
  for (let second = 0; second < 600; second++) {
    for (const [at, pupil] of pupils.entries()) {
      clock.ms = second * 1000 + at * 25;
      waits.add(pupil.frame(6000 / 40));
      waits.add(pupil.request(send));
    }
  }
  expect([...waits]).toEqual([0]);
});

test('P-LIM-1: reconnecting fills no bucket', () => {
  const { clock, allowances } = newAllowances();
  let passed = 0;
  for (let round = 0; round < 100; round++) {
    const connection = allowances.open(stranger);
    for (let count = 0; count < 10; count++) if (connection.request(send) === 0) passed++;
    connection.close();
    clock.ms += 1;
  }
  expect(passed).toBe(10);
});

test('P-LIM-1: who comes and goes without waiting leaves no line behind for others of its address', () => {
  const { clock, allowances } = newAllowances();
  const name = { type: 'name', name: 'x' } as const;
  for (let round = 0; round < 1000; round++) {
    const connection = allowances.open(stranger);
    if (connection.request(name) > 0) connection.giveBack(name);
    connection.close();
  }
  // Thirty-two times five names have been used up, and 6.4 come in a second.
  const fresh = Array.from({ length: 40 }, () => allowances.open(stranger));
  clock.ms = 7000;
  expect(fresh.at(-1)?.request(name)).toBe(0);
});

test('P-LIM-1: requests, bytes and nicknames have limits of their own', () => {
  const { allowances } = newAllowances();
  const connection = allowances.open(stranger);
  const passing = (take: () => number) => {
    for (let count = 0; ; count++) if (take() > 0) return count;
  };
  expect(passing(() => connection.request({ type: 'name', name: 'x' }))).toBe(5);
  expect(passing(() => connection.request({ type: 'get', window: undefined }))).toBe(1);
  expect(passing(() => connection.request({ type: 'get', window: { limit: 100 } }))).toBe(200 - 8);
  expect(passing(() => connection.frame(1024 - 64))).toBe(256);
});

test('P-LIM-2: a whole history goes out once in five seconds, and asking for it in a window changes nothing', () => {
  const { clock, allowances } = newAllowances();
  const connection = allowances.open(stranger);
  expect(connection.request({ type: 'get', window: undefined })).toBe(0);
  expect(connection.request({ type: 'get', window: { after: 0 } })).toBe(5000);
  expect(connection.request({ type: 'get', window: { limit: 1001 } })).toBe(10_000);
  clock.ms = 15_000;
  expect(connection.request({ type: 'get', window: undefined })).toBe(0);
});

test.each([
  [{}, 0, 0, 0],
  [{ rate: 50 }, 50, 1, 0],
  [{ sendBurst: 10 }, 0, 0, 1],
])('on this machine %j limits only what it names', (options, requests, gets, sends) => {
  const { allowances } = newAllowances(options);
  const connection = allowances.open(peerOf('127.0.0.1'));
  for (let count = 0; count < 250; count++) connection.request({ type: 'get', window: { limit: 1 } });
  expect(connection.request({ type: 'get', window: { limit: 1 } }) > 0).toBe(requests > 0);
  const other = allowances.open(peerOf('::ffff:127.0.0.1'));
  other.request({ type: 'get', window: undefined });
  expect(other.request({ type: 'get', window: undefined }) > 0).toBe(gets > 0);
  for (let count = 0; count < 10; count++) other.request(send);
  expect(other.request(send) > 0).toBe(sends > 0);
  expect(connection.frame(10_000_000)).toBe(0);
});

test('a rate of 0 is no limit, for whole histories too', () => {
  const { allowances } = newAllowances({ rate: 0, sendRate: 0 });
  const connection = allowances.open(stranger);
  for (let count = 0; count < 1000; count++) expect(connection.request(send)).toBe(0);
  for (let count = 0; count < 10; count++)
    expect(connection.request({ type: 'get', window: undefined })).toBe(0);
});

test('an address is forgotten once its buckets are full again, and not before', () => {
  const { clock, allowances } = newAllowances();
  for (let number = 0; number < 1000; number++) {
    const connection = allowances.open(peerOf(`198.51.${number >> 8}.${number & 255}`));
    connection.request(send);
    connection.close();
  }
  expect(allowances.size).toBe(1000);
  clock.ms = 60_000;
  for (let number = 0; number < 1000; number++) allowances.open(stranger);
  expect(allowances.size).toBe(1);
});

test('other limits hold at once for open connections, and fill no bucket', () => {
  const { clock, allowances } = newAllowances();
  const connection = allowances.open(stranger);
  const change = (options: object) => allowances.change(ratesOf(complete(optionSettings, { ...options })));
  for (let count = 0; count < 10; count++) expect(connection.request(send)).toBe(0);
  change({ sendRate: 4, sendBurst: 10 });
  expect(connection.request(send)).toBe(250);
  change({ sendRate: 0 });
  expect(connection.request(send)).toBe(0);
  clock.ms = 250;
  change({ sendRate: 1 });
  expect(connection.request(send)).toBe(1750);
});
