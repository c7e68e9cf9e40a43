/** Recordings that are written by hand, and the pictures that they make. */
import { chartOf } from '../../src/charts/chart.ts';
import { machines } from '../../src/charts/machines.ts';
import type { ShownEvent } from '../../src/inspect/told.ts';
import type { Recorded, RecordedTold } from '../../web/lab/recorded.ts';
import { World } from '../../web/lab/world.ts';

const charts = Object.fromEntries(
  Object.entries(machines).map(([name, machine]) => [name, chartOf(machine)]),
);

export function worldOf(entries: readonly Recorded[]): World {
  const world = newWorld();
  for (const entry of entries) world.apply(entry);
  return world;
}

export const newWorld = () => new World(charts);

/** A recording of actors, and of events that they are sent. */
export function recordingOf(
  actors: Record<string, string>,
  events: [to: string, event: ShownEvent][],
): Recorded[] {
  const base = { rootId: 'x:0', id: '1', createdAt: '0', _version: '0.7.2' } as const;
  const born = Object.entries(actors).map(
    ([sessionId, name]): RecordedTold => ({
      type: '@xstate.actor',
      ...base,
      sessionId,
      name,
      machine: /^c\d/.test(name) ? 'connection' : undefined,
      snapshot: { status: 'active' },
    }),
  );
  const said = events.map(
    ([sessionId, event]): RecordedTold => ({ type: '@xstate.event', ...base, sessionId, event }),
  );
  return [...born, ...said].map((told) => ({ at: 0, kind: 'told', told }));
}
