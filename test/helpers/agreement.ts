/** Whether a watcher of the inspector believes what is true. */
import type { AnyMachineSnapshot } from 'xstate';
import type { System } from '../../src/actors/system.ts';
import { until } from './gate.ts';
import type { Snapshot, TestWatcher } from './watcher.ts';

/** How the machines of the server stand: `c1` to its state. */
export function statesOf(system: System): Record<string, unknown> {
  return Object.fromEntries(system.actors().map((actor) => [actor.id, stateOf(actor.getSnapshot())]));
}

const stateOf = (snapshot: AnyMachineSnapshot | Snapshot) =>
  snapshot.value === undefined ? snapshot.status : snapshot.value;

/** How a watcher believes them to stand. */
export const believed = (watcher: TestWatcher) =>
  Object.fromEntries(Object.entries(watcher.alive()).map(([name, snapshot]) => [name, stateOf(snapshot)]));

/** The watcher has been told all that there was to tell. */
export const agrees = (watcher: TestWatcher, system: System) =>
  until(() => JSON.stringify(sorted(believed(watcher))) === JSON.stringify(sorted(statesOf(system))));
const sorted = (record: Record<string, unknown>) =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
