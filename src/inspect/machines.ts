/** The command `machines`: prints the tables of the machines, in a form that another program draws or takes over. */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { AnyStateMachine } from 'xstate';
import { serverMachine } from '../actors/system.ts';
import { connectionMachine } from '../machines/connection.ts';
import { heartbeatMachine } from '../machines/heartbeat.ts';
import { roomMachine } from '../machines/room.ts';
import { StartError } from '../start-error.ts';
import { chartOf } from './chart.ts';
import { mermaidOf } from './mermaid.ts';
import { sourceOf } from './source.ts';
import { type Layout, svgOf } from './svg.ts';
import { tableOf } from './table.ts';

export const machines: Record<string, AnyStateMachine> = {
  connection: connectionMachine,
  room: roomMachine,
  heartbeat: heartbeatMachine,
  server: serverMachine,
};

type Named = [name: string, machine: AnyStateMachine];

const formats: Record<string, (chosen: Named[]) => string> = {
  json(chosen) {
    const tables = chosen.map(([name, machine]) => [name, tableOf(machine.config)] as const);
    return JSON.stringify(tables.length === 1 ? tables[0]?.[1] : Object.fromEntries(tables), null, 2);
  },
  ts(chosen) {
    const calls = chosen.map(
      ([name, machine]) =>
        `export const ${name}Machine = createMachine(${sourceOf(tableOf(machine.config))});`,
    );
    return ["import { createMachine } from 'xstate';", ...calls].join('\n\n');
  },
  mermaid: (chosen) => chosen.map(([, machine]) => mermaidOf(chartOf(machine))).join('\n\n'),
  svg(chosen) {
    const layouts = readLayouts();
    const drawn = chosen.map(([name, machine]) => ({ machine, layout: layouts[name] as Layout }));
    const charts = drawn.map(({ machine, layout }) => svgOf(chartOf(machine), layout));
    if (charts.length === 1) return `${charts[0]}`;
    return stacked(
      charts,
      drawn.map(({ layout }) => layout),
    );
  },
};

const usage = `Usage: classic-chatbox-server machines [${Object.keys(machines).join(' | ')}] [--format ${Object.keys(formats).join(' | ')}]`;

/** What `machines …` prints. Throws a StartError for a name or a format that there is not. */
export function printMachines(args: readonly string[]): string {
  const { name, format, help } = readArgs(args);
  if (help) return usage;
  const print = Object.hasOwn(formats, format) ? formats[format] : undefined;
  if (print === undefined) throw unknown('format', format, formats);
  if (name === undefined) return print(Object.entries(machines));
  const machine = Object.hasOwn(machines, name) ? machines[name] : undefined;
  if (machine === undefined) throw unknown('machine', name, machines);
  return print([[name, machine]]);
}

function readArgs(args: readonly string[]): { name: string | undefined; format: string; help: boolean } {
  const options = {
    format: { type: 'string', default: 'json' },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [name, ...rest] = positionals;
    if (rest.length === 0) return { ...values, name };
  } catch {
    // One line says it all.
  }
  throw new StartError('CONFIG_INVALID', usage);
}

const unknown = (what: string, name: string, table: object) =>
  new StartError(
    'CONFIG_INVALID',
    `there is no ${what} ${JSON.stringify(name)}; there are ${Object.keys(table).join(', ')}`,
  );

/** Where everything goes in the charts, by machine, as `npm run build` has found it. */
function readLayouts(): Record<string, Layout> {
  const file = new URL('../../dist/inspect/layouts.json', import.meta.url);
  if (!existsSync(file)) throw new StartError('PAGE_MISSING', 'the charts are not built: npm run build');
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Charts one below the other, in one document. */
function stacked(charts: string[], layouts: Layout[]): string {
  const width = Math.max(...layouts.map((layout) => layout.width));
  let height = 0;
  const placed = charts.map((chart, at) => {
    const moved = chart.replace('<svg ', `<svg y="${height}" `);
    height += (layouts[at] as Layout).height;
    return moved;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    ...placed,
    '</svg>',
  ].join('\n');
}
