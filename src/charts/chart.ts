/** A machine as a chart shows it: its states, what happens inside each of them, and the edges between them. */
import type { AnyStateMachine, AnyStateNode } from 'xstate';

export type State = {
  /** The path of the state, `registered.idle`; empty for the machine itself. */
  id: string;
  name: string;
  /** The id of the state around it; undefined for the machine itself. */
  parent: string | undefined;
  /** The id of the state inside it that is entered first. */
  initial: string | undefined;
  isFinal: boolean;
  /** What happens while the machine stays in it: `exit / leave`, `get / refuseStranger`, `invoke beat`, `tag busy`. */
  lines: string[];
};
export type Edge = { id: string; from: string; to: string; label: string };
/** Each state comes after the state around it. */
export type Chart = { name: string; states: State[]; edges: Edge[] };

type Transition = AnyStateNode['always'] extends (infer One)[] | undefined ? One : never;
/** How a config names actions and guards: `'name'` or `{ type: 'name' }`, one or a list. */
export type Names = undefined | string | { type?: string } | readonly (string | { type?: string })[];

export const chartOf = (machine: AnyStateMachine): Chart => drawn(machine).chart;

/** The id of the edge or the line that stands for a transition in the machine's chart, by XState's object for it. */
export const idsOf = (machine: AnyStateMachine): ReadonlyMap<object, string> => drawn(machine).ids;

type Drawn = { chart: Chart; ids: Map<object, string> };

function drawn(machine: AnyStateMachine): Drawn {
  const made: Drawn = { chart: { name: machine.id, states: [], edges: [] }, ids: new Map() };
  visit(machine.root, made);
  return made;
}

function visit(node: AnyStateNode, made: Drawn): void {
  const { chart, ids } = made;
  const { key, parent, initial, type, config, tags, invoke } = node;
  const lines = [
    ...tags.map((tag) => `tag ${tag}`),
    ...invoke.map(({ id }) => `invoke ${id}`),
    ...namesOf(config.entry as Names).map((name) => `entry / ${name}`),
    ...namesOf(config.exit as Names).map((name) => `exit / ${name}`),
  ];
  const id = idOf(node);
  chart.states.push({
    id,
    name: key,
    parent: parent && idOf(parent),
    initial: initial.target[0] && idOf(initial.target[0]),
    isFinal: type === 'final',
    lines,
  });
  for (const transition of transitionsOf(node)) {
    const label = labelOf(transition);
    const [target] = transition.target ?? [];
    if (target === undefined) {
      ids.set(transition, lineId(id, lines.length));
      lines.push(label);
    } else {
      const edge = { id: `${id}#${chart.edges.length}`, from: id, to: idOf(target), label };
      ids.set(transition, edge.id);
      chart.edges.push(edge);
    }
  }
  for (const child of Object.values(node.states)) visit(child, made);
}

const idOf = ({ path }: AnyStateNode) => path.join('.');

export const transitionsOf = ({ always = [], transitions }: AnyStateNode): Transition[] => [
  ...always,
  ...[...transitions.values()].flat(),
];

function labelOf({ eventType, guard, actions }: Transition): string {
  const [guardName] = namesOf(guard as Names);
  const does = namesOf(actions as Names);
  return [
    eventOf(eventType),
    ...(guardName === undefined ? [] : [`[${guardName}]`]),
    ...(does.length === 0 ? [] : [`/ ${does.join(', ')}`]),
  ].join(' ');
}

/** The id of a line of text in a state, by the line's index. */
export const lineId = (state: string, index: number) => `${state}:${index}`;

/** What the edges and lines with these ids say. */
export function labelsOf(
  { edges, states }: Pick<Chart, 'edges' | 'states'>,
  ids: readonly string[],
): string[] {
  const labels = new Map([
    ...edges.map(({ id, label }) => [id, label] as const),
    ...states.flatMap(({ id, lines }) => lines.map((line, index) => [lineId(id, index), line] as const)),
  ]);
  return ids.flatMap((id) => labels.get(id) ?? []);
}

/** The name of an event as a chart shows it: XState's own events say what they stand for. */
export function eventOf(type: string): string {
  if (type === '') return 'always';
  const [, delay] = /^xstate\.after\.([^.]+)/.exec(type) ?? [];
  if (delay !== undefined) return `after ${delay}`;
  return type.replace(/^xstate\.(done|error)\.\w+\./, '$1 ');
}

export const namesOf = (names: Names): string[] =>
  (Array.isArray(names) ? names : [names]).flatMap((name) =>
    typeof name === 'string' ? name : (name?.type ?? []),
  );
