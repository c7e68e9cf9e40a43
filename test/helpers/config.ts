/** Reads a machine's table as plain data: the names in it, and functions in place of names. */

export type Names = { actions: string[]; guards: string[]; actors: string[]; delays: string[] };

/** The names in the table of a machine, in alphabetical order and without duplicates. */
export function namesIn(config: unknown): Names {
  const found = { actions: new Set<string>(), guards: new Set<string>(), actors: new Set<string>() };
  const delays = new Set<string>();
  visit(config, (key, value) => {
    if (key === 'actions' || key === 'entry' || key === 'exit') addNames(value, found.actions);
    if (key === 'guard') addNames(value, found.guards);
    if (key === 'src') addNames(value, found.actors);
    if (key === 'after') for (const delay of Object.keys(Object(value))) delays.add(delay);
  });
  const sorted = (names: Set<string>) => [...names].sort();
  return {
    actions: sorted(found.actions),
    guards: sorted(found.guards),
    actors: sorted(found.actors),
    delays: sorted(delays),
  };
}

/** The names of a machine's implementations, in the same form. */
export function namesOf(implementations: Record<keyof Names, object>): Names {
  const keys = (table: object) => Object.keys(table).sort();
  const { actions, guards, actors, delays } = implementations;
  return { actions: keys(actions), guards: keys(guards), actors: keys(actors), delays: keys(delays) };
}

/** The paths at which the table contains a function, such as `states.idle.entry`. */
export function functionsIn(config: unknown): string[] {
  const found: string[] = [];
  visit(config, (_, value, path) => {
    if (typeof value === 'function') found.push(path);
  });
  return found;
}

/** A copy of the table without its context, which may be a function of the input. */
export function tableOf(config: object): object {
  return Object.fromEntries(Object.entries(config).filter(([key]) => key !== 'context'));
}

function visit(value: unknown, see: (key: string, value: unknown, path: string) => void, above = ''): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const path = above === '' ? key : `${above}.${key}`;
    see(key, member, path);
    visit(member, see, path);
  }
}

/** `'name'`, `{ type: 'name' }`, or a list of these. */
function addNames(value: unknown, names: Set<string>): void {
  for (const one of Array.isArray(value) ? value : [value]) {
    if (typeof one === 'string') names.add(one);
    else if (typeof one === 'object' && one !== null && typeof one.type === 'string') names.add(one.type);
  }
}
