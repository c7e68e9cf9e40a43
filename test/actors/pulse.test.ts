import { expect, test } from 'vitest';
import { type Flow, Pulse } from '../../src/actors/pulse.ts';

const idle: Flow = { isBusy: false, flushed: 0 };

/** Whether the peer was found alive at each of so many beats. */
const beats = (pulse: Pulse, flows: Flow[], isPaused = false) =>
  flows.map((flow) => pulse.beat(flow, isPaused, 0) === undefined);

test('P-EVT-4: a peer is alive as long as each ping has its pong by the next beat', () => {
  const pulse = new Pulse();
  for (let beat = 0; beat < 5; beat++) {
    expect(pulse.beat(idle, false, 0)).toBeUndefined();
    pulse.pong();
  }
  expect(beats(pulse, [idle, idle])).toEqual([true, false]);
});

test('P-EVT-4: a pong that nobody asked for counts for one ping only', () => {
  const pulse = new Pulse();
  for (let pong = 0; pong < 10; pong++) pulse.pong();
  expect(beats(pulse, [idle, idle])).toEqual([true, false]);
});

test('P-EVT-4: a peer is alive while it takes bytes that its ping stands behind, and for one beat after', () => {
  const pulse = new Pulse();
  const flows = [10, 20, 30].map((flushed) => ({ isBusy: true, flushed }));
  expect(beats(pulse, [...flows, { isBusy: false, flushed: 40 }])).toEqual([true, true, true, true]);
  expect(beats(pulse, [{ isBusy: false, flushed: 50 }])).toEqual([false]);
});

test('P-EVT-4: a peer that takes none of the bytes that wait for it is dead', () => {
  const pulse = new Pulse();
  const stuck = { isBusy: true, flushed: 10 };
  expect(beats(pulse, [stuck, stuck])).toEqual([true, false]);
});

test('P-EVT-4: bytes that leave while nothing waits, as pings do, prove nothing', () => {
  const pulse = new Pulse();
  expect(beats(pulse, [idle, { isBusy: false, flushed: 10 }])).toEqual([true, false]);
});

test('P-EVT-4: a peer is alive while the server does not read its frames, and for one beat after', () => {
  const pulse = new Pulse();
  expect(beats(pulse, [idle, idle, idle], true)).toEqual([true, true, true]);
  pulse.paused();
  expect(beats(pulse, [idle, idle])).toEqual([true, false]);
});

test('P-EVT-4: a server that does not read because the peer does not is no excuse for it', () => {
  const pulse = new Pulse();
  const stuck = { isBusy: true, flushed: 10 };
  expect(beats(pulse, [stuck, stuck], true)).toEqual([true, false]);
});

test('P-EVT-4: a dead peer has been silent since the first ping that it has not answered', () => {
  const pulse = new Pulse();
  expect(pulse.beat(idle, false, 1000)).toBeUndefined();
  pulse.pong();
  expect(pulse.beat(idle, false, 6000)).toBeUndefined();
  expect(pulse.beat({ isBusy: true, flushed: 10 }, false, 11_000)).toBeUndefined();
  expect(pulse.beat({ isBusy: true, flushed: 10 }, false, 16_000)).toBe(10_000);
});
