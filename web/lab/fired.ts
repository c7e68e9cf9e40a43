/** Which edges of a chart a machine took, judged by the state before, the event, and the state after. */
import { type Chart, eventOf, lineId } from '../../src/charts/chart.ts';

export type Fired = {
  /** Ids of the edges, in the order in which they were taken. */
  edges: string[];
  /** Ids of the lines of text in states that say what was done. */
  lines: string[];
};

/** The state as one path: `{ registered: 'idle' }` is `registered.idle`. No machine of ours is in two states at once. */
export function leafOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[key, inner] = ['', '']] = Object.entries(Object(value));
  return key === '' ? '' : `${key}.${leafOf(inner)}`;
}

/** Is the machine in this state, when its innermost state is `leaf`? */
export const isIn = (leaf: string, id: string) => id === '' || leaf === id || leaf.startsWith(`${id}.`);

export function firedIn(chart: Chart, before: string, type: string, after: string): Fired {
  const event = eventOf(type);
  const lines = chart.states
    .filter(({ id }) => isIn(before, id))
    .flatMap(({ id, lines }) => lines.map((line, index) => ({ id: lineId(id, index), line })))
    .filter(({ line }) => line === event || line.startsWith(`${event} `))
    .map(({ id }) => id);
  if (before === after && lines.length > 0) return { edges: [], lines };
  const edges = pathTo(chart, before, event, after, lines.length > 0);
  const isLeft = chart.edges.some(({ id, event: own }) => id === edges[0] && own !== 'always');
  return { edges, lines: isLeft ? [] : lines };
}

/** The shortest way from one state to the other: an edge for the event, then edges that are always taken. */
function pathTo(chart: Chart, before: string, event: string, after: string, mayStay: boolean): string[] {
  const going = (from: string, name: string) =>
    chart.edges
      .filter((edge) => edge.event === name && isIn(from, edge.from))
      .map((edge) => ({ id: edge.id, at: beginningOf(chart, edge.to) }));
  let ways = going(before, event).map(({ id, at }) => ({ ids: [id], at }));
  if (mayStay || ways.length === 0) ways.push({ ids: [], at: before });
  for (let steps = 0; steps < 3; steps++) {
    const found = ways.find(({ at, ids }) => at === after && ids.length > 0);
    if (found !== undefined) return found.ids;
    ways = ways.flatMap((way) =>
      going(way.at, 'always').map(({ id, at }) => ({ ids: [...way.ids, id], at })),
    );
  }
  return [];
}

/** The innermost state that is entered with this one. */
export function beginningOf(chart: Chart, id: string): string {
  const initial = chart.states.find((state) => state.id === id)?.initial;
  return initial === undefined ? id : beginningOf(chart, initial);
}
