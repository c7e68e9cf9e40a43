/** Whether a process may say something, as far as it can know by itself. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Lease } from '../../../src/ledger/redis/lease.ts';

const leaseMs = 4000;
/** A stop that is just short enough for a lease that was renewed as late as possible. */
const shortMs = 1500;

let stoppedMs = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
  const { now } = performance;
  stoppedMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + stoppedMs);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** The lease of a process that follows the order, or has lost Redis. */
function newLease(isFollowing: boolean): Lease {
  const lease = new Lease(leaseMs, () => isFollowing);
  expect([lease.beatMs, lease.silenceMs]).toEqual([500, 1400]);
  return lease;
}

/** The process runs for so long, and its lease is renewed or not. */
function run(lease: Lease, ms: number, isRenewed: boolean): void {
  for (let at = 0; at < ms; at += lease.beatMs) {
    vi.advanceTimersByTime(lease.beatMs);
    if (isRenewed) lease.renew();
  }
}

/** The wall clock is set, or has gone on while the machine slept. */
const setClock = (ms: number) => vi.setSystemTime(Date.now() + ms);

/** The process does not run for so long: when it goes on, no timer has fired. */
function stop(ms: number): void {
  stoppedMs += ms;
  setClock(ms);
}

/** The machine sleeps for so long: only the wall clock shows it. */
const sleep = setClock;

const ways = [
  ['was stopped', stop],
  ['was asleep', sleep],
] as const;

test.each([1000, 2000, 5000, 60_000])(
  'a beat and two answers that come as late as they may are within a lease of %d ms',
  (ms) => {
    const { beatMs, silenceMs } = new Lease(ms, () => true);
    expect(beatMs + 2 * silenceMs).toBeLessThan(ms);
  },
);

test.each(ways)('a process that %s for too long says nothing before its lease is renewed', (_, pause) => {
  const lease = newLease(true);
  run(lease, 10_000, true);
  pause(shortMs);
  expect(lease.isHeld).toBe(false);
  run(lease, 1000, true);
  const askedMs = lease.now();
  pause(leaseMs + 1);
  expect(lease.isHeld).toBe(true);
  vi.advanceTimersByTime(lease.beatMs);
  // The lease that Redis granted then may be over.
  lease.renew(askedMs);
  expect(lease.isHeld).toBe(true);
  lease.renew();
  expect(lease.isHeld).toBe(false);
});

test.each(ways)('a timer that fires first when a process %s does not hide that', (_, pause) => {
  const lease = newLease(false);
  pause(leaseMs);
  vi.advanceTimersByTime(lease.beatMs);
  expect(lease.isHeld).toBe(true);
});

test('a process that runs and has lost Redis goes on, however long that takes', () => {
  const lease = newLease(false);
  run(lease, 60_000, false);
  expect(lease.isHeld).toBe(false);
  stop(shortMs);
  expect(lease.isHeld).toBe(false);
  stop(leaseMs);
  expect(lease.isHeld).toBe(true);
  run(lease, 60_000, false);
  expect(lease.isHeld).toBe(true);
  lease.renew();
  expect(lease.isHeld).toBe(false);
});

test('a process that follows the order and has not renewed its lease for as long as that says nothing', () => {
  const lease = newLease(true);
  run(lease, leaseMs, false);
  expect(lease.isHeld).toBe(false);
  run(lease, lease.beatMs, false);
  expect(lease.isHeld).toBe(true);
});

test('a wall clock that is put back hides nothing, neither then nor later', () => {
  const lease = newLease(true);
  const beforeMs = lease.now();
  setClock(-3_600_000);
  expect(lease.now()).toBe(beforeMs);
  run(lease, 10_000, true);
  expect(lease.isHeld).toBe(false);
  sleep(leaseMs);
  expect(lease.isHeld).toBe(true);
});

test('a lease that has ended holds nobody up', () => {
  const lease = newLease(false);
  lease.end();
  stop(leaseMs);
  expect(lease.isHeld).toBe(false);
});
