import type { Connection } from './connection.ts';

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
  const states = new Map<string, number>();
  let { deliveredBytes } = past;
  let bufferedBytes = 0;
  for (const { actor, outlet } of connections) {
    const { value } = actor.getSnapshot();
    const state = typeof value === 'string' ? value : (Object.entries(value)[0] as string[]).join('.');
    states.set(state, (states.get(state) ?? 0) + 1);
    deliveredBytes += outlet.flushed;
    bufferedBytes += outlet.buffered;
  }
  return { ...past, states, deliveredBytes, bufferedBytes };
}
