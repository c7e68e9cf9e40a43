import type { Chart, State } from './chart.ts';

/** Charts as one diagram of Mermaid's kind `stateDiagram-v2`. Of several charts each is a state of the diagram. */
export function mermaidOf(charts: readonly Chart[]): string {
  const [first] = charts;
  const [title, lines] =
    first !== undefined && charts.length === 1
      ? [first.name, linesOf(first)]
      : ['machines', charts.flatMap(asOneState)];
  return ['---', `title: ${title}`, '---', 'stateDiagram-v2', ...lines.map(indented)].join('\n');
}

const asOneState = (chart: Chart) => [
  `state "${chart.name}" as ${chart.name} {`,
  ...linesOf(chart).map(indented),
  '}',
];

function linesOf({ name, states, edges }: Chart): string[] {
  const idOf = (id: string) => [name, ...id.split('.')].join('_');
  const childrenOf = (id: string) => states.filter(({ parent }) => parent === id);

  function shown(state: State): string[] {
    const id = idOf(state.id);
    const children = childrenOf(state.id);
    const named = `state "${state.name}" as ${id}`;
    if (children.length === 0) {
      const end = state.isFinal ? [`${id} --> [*]`] : [];
      return [named, ...state.lines.map((line) => `${id} : ${line}`), ...end];
    }
    const note = state.lines.length === 0 ? [] : [`note right of ${id} : ${state.lines.join('<br/>')}`];
    return [`${named} {`, ...inside(state).map(indented), '}', ...note];
  }

  function inside({ id, initial }: State): string[] {
    const start = initial === undefined ? [] : [`[*] --> ${idOf(initial)}`];
    return [...start, ...childrenOf(id).flatMap(shown)];
  }

  // Mermaid draws no edge from a state to one inside it, so an edge of the whole machine is drawn from each of its states.
  const between = edges.flatMap(({ from, to, label }) =>
    (from === '' ? childrenOf('').filter(({ id, isFinal }) => id !== to && !isFinal) : [{ id: from }]).map(
      ({ id }) => `${idOf(id)} --> ${idOf(to)} : ${label}`,
    ),
  );
  const [root] = states;
  if (root?.initial === undefined) throw new Error('a machine without an initial state');
  const always =
    root.lines.length === 0 ? [] : [`note left of ${idOf(root.initial)} : ${root.lines.join('<br/>')}`];
  return [...inside(root), ...always, ...between];
}

const indented = (line: string) => `  ${line}`;
