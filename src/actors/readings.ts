import { connectionMachine } from '../machines/connection.ts';
import type { Connection } from './connection.ts';

/** The states of a connection that have no states within them. */
const states = Object.values(connectionMachine.states).flatMap((state) => {
  const inner = Object.keys(state.states);
  return inner.length > 0 ? inner.map((name) => `${state.key}.${name}`) : [state.key];
});

/** What all connections add up to at one moment. */
export type Readings = {
  /** How many connections are in each state of their machine, such as `registered.idle`. */
  states: ReadonlyMap<string, number>;
  /** Bytes that have left for clients since the start, and those that wait to leave. */
  deliveredBytes: number;
  bufferedBytes: number;
  /** How long frames have waited because of limits since the start, in milliseconds. */
  delayedMs: number;
};

/** Adds up the connections. `past`: what those that are gone have added to the totals. */
export function readingsOf(
  connections: Iterable<Connection>,
  past: Pick<Readings, 'deliveredBytes' | 'delayedMs'>,
): Readings {
  const counts = new Map(states.map((state) => [state, 0]));
  let { deliveredBytes } = past;
  let bufferedBytes = 0;
  for (const { actor, outlet } of connections) {
    const { value } = actor.getSnapshot();
    const state = typeof value === 'string' ? value : (Object.entries(value)[0] as string[]).join('.');
    counts.set(state, (counts.get(state) ?? 0) + 1);
    deliveredBytes += outlet.flushed;
    bufferedBytes += outlet.buffered;
  }
  return { ...past, states: counts, deliveredBytes, bufferedBytes };
}
