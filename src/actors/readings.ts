import { connectionMachine } from '../machines/connection.ts';
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
  const states = new StateCounts();
  let { deliveredBytes, delayedMs } = past;
  let bufferedBytes = 0;
  for (const { actor, outlet, reader } of connections) {
    states.add(actor.getSnapshot().value);
    deliveredBytes += outlet.flushed;
    delayedMs += reader.delayedMs;
    bufferedBytes += outlet.buffered;
  }
  return { states: states.all(), deliveredBytes, delayedMs, bufferedBytes };
}

type State = ReturnType<typeof connectionMachine.getInitialSnapshot>['value'];

/** Counts states without making a text for each of thousands of connections. */
class StateCounts {
  /** By state, and by the state within it; `''` is for states without any. */
  readonly #counts = new Map(
    Object.values(connectionMachine.states).map(({ key, states }) => {
      const names = Object.keys(states);
      return [key, new Map((names.length > 0 ? names : ['']).map((name) => [name, 0]))];
    }),
  );

  add(state: State): void {
    if (typeof state === 'string') this.#addTo(state, '');
    else for (const outer in state) this.#addTo(outer, state[outer as keyof State] as string);
  }

  #addTo(outer: string, inner: string): void {
    const counts = this.#counts.get(outer);
    counts?.set(inner, (counts.get(inner) ?? 0) + 1);
  }

  all(): Map<string, number> {
    return new Map(
      [...this.#counts].flatMap(([outer, counts]) =>
        [...counts].map(([inner, count]) => [inner === '' ? outer : `${outer}.${inner}`, count] as const),
      ),
    );
  }
}
