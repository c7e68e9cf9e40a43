/** The names that a machine's table uses, each once, in the table's order. */
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { type Names, namesOf, transitionsOf } from './chart.ts';

export type Parts = {
  events: string[];
  tags: string[];
  actors: { name: string; isAwaited: boolean }[];
  actions: string[];
  guards: string[];
  delays: string[];
};

export function partsOf({ root }: AnyStateMachine): Parts {
  const nodes = nodesOf(root);
  const transitions = nodes.flatMap(transitionsOf);
  const events = transitions.map(({ eventType }) => eventType);
  const awaited = new Set(events);
  const invoked = nodes.flatMap(({ invoke }) =>
    invoke.map(({ id, src }) => ({ name: `${src}`, isAwaited: awaited.has(`xstate.done.actor.${id}`) })),
  );
  return {
    events: unique(events.filter((type) => type !== '' && !type.startsWith('xstate.'))),
    tags: unique(nodes.flatMap(({ tags }) => tags)),
    actors: unique(invoked, ({ name }) => name),
    actions: unique([
      ...nodes.flatMap(({ config: { entry, exit } }) =>
        [entry, exit].flatMap((names) => namesOf(names as Names)),
      ),
      ...transitions.flatMap(({ actions }) => namesOf(actions as Names)),
    ]),
    guards: unique(transitions.flatMap(({ guard }) => namesOf(guard as Names))),
    delays: unique(nodes.flatMap(({ config: { after = {} } }) => Object.keys(after)).filter(isName)),
  };
}

const nodesOf = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap(nodesOf),
];

/** Without repetitions, by what `keyOf` makes of each. */
const unique = <Item>(items: readonly Item[], keyOf: (item: Item) => unknown = (item) => item): Item[] => [
  ...new Map(items.map((item) => [keyOf(item), item])).values(),
];

/** A delay that is a number stands in the table itself. */
const isName = (delay: string) => Number.isNaN(Number(delay));
