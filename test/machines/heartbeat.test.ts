import { expect, test } from 'vitest';
import { createActor, fromPromise, SimulatedClock, waitFor } from 'xstate';
import type { Connection } from '../../src/actors/connection.ts';
import { createHeartbeat } from '../../src/actors/heartbeat.ts';
import { heartbeatMachine } from '../../src/machines/heartbeat.ts';
import { functionsIn, namesIn, namesOf } from '../helpers/config.ts';

/** A heartbeat on a clock that stands still, whose beats end when the test says so. */
function newHeartbeat() {
  const clock = new SimulatedClock();
  const beats: { end: () => void; break: (error: Error) => void }[] = [];
  const beat = () =>
    new Promise<void>((resolve, reject) => {
      beats.push({ end: resolve, break: reject });
    });
  const machine = heartbeatMachine.provide({ actors: { beat: fromPromise(beat) } });
  const actor = createActor(machine, { clock });
  const faults: unknown[] = [];
  actor.subscribe({ error: (error) => void faults.push(error) });
  return { clock, beats, faults, actor: actor.start() };
}

test('P-EVT-3: the first beat comes after 5 s, and not before', () => {
  const { clock, beats, actor } = newHeartbeat();
  clock.increment(4999);
  expect([beats.length, actor.getSnapshot().value]).toEqual([0, 'waiting']);
  clock.increment(1);
  expect([beats.length, actor.getSnapshot().value]).toEqual([1, 'beating']);
});

test('P-EVT-3: beats go on, each 5 s after the one before it', async () => {
  const { clock, beats, actor } = newHeartbeat();
  for (let count = 1; count <= 5; count++) {
    clock.increment(5000);
    expect(beats).toHaveLength(count);
    beats[count - 1]?.end();
    await waitFor(actor, (snapshot) => snapshot.matches('waiting'));
    clock.increment(0);
    expect(beats).toHaveLength(count);
  }
});

test('P-EVT-3: a beat that takes long is not run into by the next', async () => {
  const { clock, beats, actor } = newHeartbeat();
  clock.increment(5000);
  clock.increment(60_000);
  expect(beats).toHaveLength(1);
  beats[0]?.end();
  await waitFor(actor, (snapshot) => snapshot.matches('waiting'));
  clock.increment(4999);
  expect(beats).toHaveLength(1);
  clock.increment(1);
  expect(beats).toHaveLength(2);
});

test('P-EVT-3: a beat that breaks is an error of the actor, not a silence', async () => {
  const { clock, beats, faults, actor } = newHeartbeat();
  const fault = new Error('broken beat');
  clock.increment(5000);
  beats[0]?.break(fault);
  await expect(waitFor(actor, () => false)).rejects.toBe(fault);
  expect(actor.getSnapshot().status).toBe('error');
  expect(faults).toEqual([fault]);
});

test('P-EVT-3: a heartbeat that is stopped beats no more', () => {
  const { clock, beats, actor } = newHeartbeat();
  actor.stop();
  clock.increment(60_000);
  expect(beats).toHaveLength(0);
});

test('P-EVT-3: the interval is taken from the start of a beat, so that beats do not drift', async () => {
  const clock = new SimulatedClock();
  const times: number[] = [];
  let onBeat = () => {};
  // A beat asks for the connections once; here there are none, and it is the test that hears of it.
  const connections = new Map<string, Connection>();
  connections.values = () => {
    times.push(clock.now());
    clock.increment(300);
    onBeat();
    return new Map<string, Connection>().values();
  };
  const machine = createHeartbeat({ pingSeconds: 2, connections, now: () => clock.now() });
  const actor = createActor(machine, { clock }).start();
  for (let count = 1; count <= 3; count++) {
    const beaten = new Promise<void>((resolve) => {
      onBeat = resolve;
    });
    clock.set(2000 * count);
    await beaten;
    await waitFor(actor, (snapshot) => snapshot.matches('waiting'));
  }
  expect(times).toEqual([2000, 4000, 6000]);
});

test('the table contains only names, and each is implemented', () => {
  const { config, implementations } = heartbeatMachine;
  expect(functionsIn(config)).toEqual([]);
  expect(JSON.parse(JSON.stringify(config))).toEqual(config);
  expect(namesIn(config)).toEqual(namesOf(implementations));
});
