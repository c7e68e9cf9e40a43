import { execFile } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { type AnyStateMachine, createMachine } from 'xstate';
import { chartOf } from '../../src/charts/chart.ts';
import type { Layout } from '../../src/charts/drawing.ts';
import { machines, printMachines } from '../../src/charts/machines.ts';
import { newProcess } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const each = Object.entries(machines);

/** The events that a machine's table names, delays and invoked actors included. */
const eventsOf = (machine: AnyStateMachine) => new Set(chartOf(machine).edges.map(({ event }) => event));

test('the machines are four', () => {
  expect(Object.keys(machines)).toEqual(['connection', 'room', 'heartbeat', 'server']);
});

test.each(each)('the JSON of %s, made back into a machine, is the same one', (name, machine) => {
  const again = createMachine(JSON.parse(printMachines([name])));
  expect(chartOf(again)).toEqual(chartOf(machine));
  expect(printMachines([name, '--format', 'json'])).toBe(printMachines([name]));
});

test('the TypeScript of all compiles under strict rules, and evaluates to the same machines', async () => {
  const folder = await newFolder();
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'machines.mts');
  await writeFile(file, printMachines(['--format', 'ts']));
  const options = ['--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023', '--types', ''];
  await run(join(root, 'node_modules/.bin/tsc'), [...options, '--exactOptionalPropertyTypes', file], {
    cwd: folder,
  });
  const made: Record<string, AnyStateMachine> = await import(
    pathToFileURL(join(folder, 'machines.mjs')).href
  );
  const names = ['connectionMachine', 'heartbeatMachine', 'roomMachine', 'serverMachine'];
  expect(Object.keys(made).sort()).toEqual(names);
  for (const [name, machine] of each)
    expect(chartOf(made[`${name}Machine`] as AnyStateMachine)).toEqual(chartOf(machine));
});

test.each(each)('the TypeScript of %s is one call, as Stately Studio imports it', (name) => {
  const text = printMachines([name, '--format', 'ts']);
  expect(text.match(/createMachine\(/g)).toHaveLength(1);
  expect(text.startsWith(`import { createMachine } from 'xstate';\n\nexport const ${name}Machine = `)).toBe(
    true,
  );
  expect(text.split('\n').filter((line) => line.length > 110)).toEqual([]);
});

test.each(each)('the Mermaid diagram of %s names every state, event, guard and action', (name, machine) => {
  const text = printMachines([name, '--format', 'mermaid']);
  expect(text).toMatch(new RegExp(`^---\\ntitle: ${name}\\n---\\nstateDiagram-v2\\n`));
  const { states, edges } = chartOf(machine);
  for (const { id, name: shown, lines } of states.slice(1)) {
    expect(text).toContain(`state "${shown}" as ${[name, ...id.split('.')].join('_')}`);
    for (const line of lines) expect(text).toContain(line);
  }
  for (const { label } of edges)
    expect(text).toMatch(new RegExp(` : ${label.replace(/[[\]]/g, '\\$&')}$`, 'm'));
  for (const event of eventsOf(machine)) expect(text).toContain(event);
  expect(text.split('{').length).toBe(text.split('}').length);
});

test.each(each)(
  'the SVG of %s is well-formed and shows every state, event, guard and action',
  (name, machine) => {
    const svg = printMachines([name, '--format', 'svg']);
    expect(XMLValidator.validate(svg)).toBe(true);
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
    const { states, edges } = chartOf(machine);
    expect(texts).toEqual(
      expect.arrayContaining([
        ...states.flatMap((state) => [state.name, ...state.lines]),
        ...edges.map(({ label }) => label),
      ]),
    );
    for (const { id } of states) expect(svg).toContain(`data-state="${id}"`);
    for (const { id } of edges) expect(svg).toContain(`data-edge="${id}"`);
  },
);

test.each(each)(
  'in the SVG of %s states stand within their parents and beside their siblings',
  async (name, machine) => {
    const layouts = await import('../../dist/charts/layouts.json', { with: { type: 'json' } });
    const {
      states: boxes,
      width,
      height,
    } = (layouts.default as unknown as Record<string, Layout>)[name] as Layout;
    const { states } = chartOf(machine);
    const boxOf = (id: string) => {
      const { x, y, width: wide, height: high } = boxes[id] as Layout['states'][string];
      return { left: x, top: y, right: x + wide, bottom: y + high };
    };
    for (const { id, parent } of states) {
      const inner = boxOf(id);
      const outer = parent === undefined ? { left: 0, top: 0, right: width, bottom: height } : boxOf(parent);
      expect(inner.left > outer.left && inner.right < outer.right).toBe(true);
      expect(inner.top > outer.top && inner.bottom < outer.bottom).toBe(true);
      for (const other of states.filter((state) => state.parent === parent && state.id !== id)) {
        const beside = boxOf(other.id);
        const isApart =
          inner.right <= beside.left ||
          beside.right <= inner.left ||
          inner.bottom <= beside.top ||
          beside.bottom <= inner.top;
        expect(isApart).toBe(true);
      }
    }
  },
);

test('all of them in one: an object, a module, diagrams, one picture', () => {
  expect(Object.keys(JSON.parse(printMachines([])))).toEqual(Object.keys(machines));
  const svg = printMachines(['--format', 'svg']);
  expect(XMLValidator.validate(svg)).toBe(true);
  const { svg: outer } = new XMLParser().parse(svg);
  expect(outer.svg).toHaveLength(4);
  expect(printMachines(['--format', 'mermaid']).match(/^stateDiagram-v2$/gm)).toHaveLength(4);
});

test('the executable prints them', async () => {
  for (const args of [['room', '--format', 'mermaid'], ['--format=svg'], []]) {
    const server = newProcess(['machines', ...args]);
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(server.lines.join('\n')).toBe(printMachines(args));
  }
});

test.each([
  [['rooms'], 'there is no machine "rooms"; there are connection, room, heartbeat, server'],
  [['constructor'], 'there is no machine "constructor"; there are connection, room, heartbeat, server'],
  [['room', '--format', 'png'], 'there is no format "png"; there are json, ts, mermaid, svg'],
  [['--format', 'toString'], 'there is no format "toString"; there are json, ts, mermaid, svg'],
  [
    ['room', 'connection'],
    /^Usage: classic-chatbox-server machines \[connection \| room \| heartbeat \| server\] /,
  ],
  [['--colour'], /^Usage: /],
  [['--format'], /^Usage: /],
])('machines %j is refused in one line, with exit code 1', async (args, line) => {
  const server = newProcess(['machines', ...args]);
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.lines).toEqual([]);
  expect(server.stderr).toMatch(/^[^\n]+\n$/);
  expect(server.stderr.trimEnd()).toEqual(typeof line === 'string' ? line : expect.stringMatching(line));
});
