/** Machines as a TypeScript module that runs by itself: their tables, with a stub for each thing that they name. */
import type { AnyStateMachine } from 'xstate';
import { type Parts, partsOf } from './parts.ts';
import { Code, sourceOf } from './source.ts';
import { tableOf } from './table.ts';

const comment = `\
// The machines' tables as they stand. The rest are stubs, which you can fill in: a guard is always true, an
// action does nothing, a delay is one second, and an actor does nothing for a second, or until it is stopped.`;

const stubs = {
  action: new Code('() => {}'),
  guard: new Code('() => true'),
  delay: 1000,
  running: new Code('fromCallback(() => {})'),
  awaited: new Code('fromPromise(() => new Promise<void>((resolve) => setTimeout(resolve, 1000)))'),
};

export function moduleOf(chosen: readonly (readonly [name: string, machine: AnyStateMachine])[]): string {
  const machines = chosen.map(([name, machine]) => {
    const setup = sourceOf(setupOf(partsOf(machine)));
    return `export const ${name}Machine = setup(${setup}).createMachine(${sourceOf(tableOf(machine.config))});`;
  });
  const code = machines.join('\n\n');
  const makers = ['fromCallback', 'fromPromise'].filter((maker) => code.includes(`${maker}(`));
  const imported = [...makers, 'setup'].join(', ');
  return [`import { ${imported} } from 'xstate';`, comment, code].join('\n\n');
}

/** What `setup` is given: the types of events and tags, and the stubs. */
function setupOf({ events, tags, actors, actions, guards, delays }: Parts): object {
  const types = {
    ...(events.length > 0 && { events: typed(events.map((type) => `{ type: '${type}' }`)) }),
    ...(tags.length > 0 && { tags: typed(tags.map((tag) => `'${tag}'`)) }),
  };
  const parts = {
    types,
    actors: Object.fromEntries(
      actors.map(({ name, isAwaited }) => [name, isAwaited ? stubs.awaited : stubs.running]),
    ),
    actions: withStub(actions, stubs.action),
    guards: withStub(guards, stubs.guard),
    delays: withStub(delays, stubs.delay),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0));
}

const withStub = (names: readonly string[], stub: unknown) =>
  Object.fromEntries(names.map((name) => [name, stub]));

/** A value of a union type, for `setup` to infer the type from. */
const typed = ([first = '', ...more]: readonly string[]) =>
  new Code(
    more.length === 0
      ? `{} as ${first}`
      : ['{} as', ...[first, ...more].map((one) => `  | ${one}`)].join('\n'),
  );
