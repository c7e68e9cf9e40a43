/** The command `machines`: prints the machines' tables in a form that another program can draw or import. */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { AnyStateMachine } from 'xstate';
import { serverMachine } from '../actors/tree.ts';
import { clientMachine } from '../client/machine.ts';
import { connectionMachine } from '../machines/connection.ts';
import { heartbeatMachine } from '../machines/heartbeat.ts';
import { ledgerMachine } from '../machines/ledger.ts';
import { roomMachine } from '../machines/room.ts';
import { StartError } from '../start-error.ts';
import { chartOf } from './chart.ts';
import { type Layout, placeOf } from './drawing.ts';
import { mermaidOf } from './mermaid.ts';
import { moduleOf } from './module.ts';
import { svgOf } from './svg.ts';
import { tableOf } from './table.ts';

export const machines: Record<string, AnyStateMachine> = {
  connection: connectionMachine,
  room: roomMachine,
  ledger: ledgerMachine,
  heartbeat: heartbeatMachine,
  server: serverMachine,
  client: clientMachine,
};

type Named = [name: string, machine: AnyStateMachine];

const formats: Record<string, (chosen: Named[]) => string> = {
  json(chosen) {
    const tables = chosen.map(([name, machine]) => [name, tableOf(machine.config)] as const);
    return JSON.stringify(tables.length === 1 ? tables[0]?.[1] : Object.fromEntries(tables), null, 2);
  },
  ts: moduleOf,
  mermaid: (chosen) => mermaidOf(chosen.map(([, machine]) => chartOf(machine))),
  svg(chosen) {
    const layouts = readLayouts();
    return svgOf(
      chosen.map(([name, machine]) => ({ chart: chartOf(machine), layout: placeOf(layouts, name) })),
    );
  },
};

const usage = `Usage: classic-chatbox-server machines [${Object.keys(machines).join(' | ')}] [--format ${Object.keys(formats).join(' | ')}]`;

/** What `machines …` prints. Throws a StartError when the name or the format is unknown. */
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
    // The usage below says more than Node's error.
  }
  throw new StartError('CONFIG_INVALID', usage);
}

const unknown = (what: string, name: string, table: object) =>
  new StartError(
    'CONFIG_INVALID',
    `there is no ${what} ${JSON.stringify(name)}; there are ${Object.keys(table).join(', ')}`,
  );

/** The layouts that `npm run build` has computed, by machine. */
function readLayouts(): Record<string, Layout> {
  const file = new URL('../../dist/charts/layouts.json', import.meta.url);
  if (!existsSync(file)) throw new StartError('PAGE_MISSING', 'the charts are not built: npm run build');
  return JSON.parse(readFileSync(file, 'utf8'));
}
