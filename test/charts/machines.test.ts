import { execFile } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type AnyStateMachine, createActor, createMachine } from 'xstate';
import { chartOf } from '../../src/charts/chart.ts';
import { glyph, inset, type Layout } from '../../src/charts/drawing.ts';
import { machines, printMachines } from '../../src/charts/machines.ts';
import { newProcess } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const each = Object.entries(machines);

test('the machines are the server’s five and the client’s', () => {
  expect(Object.keys(machines)).toEqual(['connection', 'room', 'ledger', 'heartbeat', 'server', 'client']);
});

test.each(each)('the JSON of %s, made back into a machine, is the same one', (name, machine) => {
  const again = createMachine(JSON.parse(printMachines([name])));
  expect(chartOf(again)).toEqual(chartOf(machine));
  expect(printMachines([name, '--format', 'json'])).toBe(printMachines([name]));
});

/** The machines that the TypeScript of all exports, compiled under strict rules. */
async function compiled(): Promise<Record<string, AnyStateMachine>> {
  const folder = await newFolder();
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'machines.mts');
  await writeFile(file, printMachines(['--format', 'ts']));
  const options = ['--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023', '--types', ''];
  await run(join(root, 'node_modules/.bin/tsc'), [...options, '--exactOptionalPropertyTypes', file], {
    cwd: folder,
  });
  return import(pathToFileURL(join(folder, 'machines.mjs')).href);
}

test('the TypeScript of all compiles under strict rules, evaluates to the same machines, and they run', async () => {
  const made = await compiled();
  expect(Object.keys(made).sort()).toEqual(each.map(([name]) => `${name}Machine`).sort());
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  for (const [name, machine] of each) {
    const again = made[`${name}Machine`] as AnyStateMachine;
    expect(chartOf(again)).toEqual(chartOf(machine));
    const errors: unknown[] = [];
    const actor = createActor(again);
    actor.subscribe({ error: (error) => errors.push(error) });
    actor.start();
    const seen = [actor.getSnapshot().value];
    for (const step of paths[name] ?? []) {
      if (typeof step === 'string') actor.send({ type: step });
      else await vi.advanceTimersByTimeAsync(step);
      seen.push(actor.getSnapshot().value);
    }
    expect(errors).toEqual([]);
    expect(seen, name).toEqual(walks[name]);
  }
});

/** Events, or milliseconds that pass, by machine; and the states on the way if all guards are true. */
const paths: Record<string, (string | number)[]> = {
  connection: ['name', 'settled', 'get', 'unmuted', 'name', 'settled', 'lost', 'expired'],
  room: ['changes', 'committed', 'drain', 'committed'],
  ledger: [1000, 1000, 'lost', 1000, 'fenced', 1000, 'close'],
  heartbeat: [1000, 1000],
  server: [1000],
  client: ['open', 'named', 'synced', 'named', 'lost', 1000, 'close'],
};
const walks: Record<string, unknown[]> = {
  connection: [
    { unregistered: 'idle' },
    { unregistered: 'resuming' },
    { registered: 'muted' },
    { registered: 'muted' },
    { registered: 'muted' },
    { registered: 'changing' },
    { registered: 'muted' },
    { registered: 'lost' },
    'closed',
  ],
  room: [
    { open: 'idle' },
    { open: 'committing' },
    { open: 'committing' },
    { draining: 'committing' },
    { draining: 'committing' },
  ],
  ledger: ['connecting', 'loading', 'ready', 'lagging', 'ready', 'fenced', 'loading', 'closed'],
  heartbeat: ['waiting', 'beating', 'waiting'],
  server: ['running', 'closed'],
  client: [
    { linked: 'connecting' },
    { linked: { unregistered: 'reclaiming' } },
    { linked: { registered: 'syncing' } },
    { linked: { registered: 'changing' } },
    { linked: { registered: 'changing' } },
    'waiting',
    { linked: 'reconnecting' },
    'closed',
  ],
};

test.each(each)('the TypeScript of %s is one setup and its machine, as Stately Studio imports it', (name) => {
  const text = printMachines([name, '--format', 'ts']);
  expect(text.match(/createMachine\(/g)).toHaveLength(1);
  expect(text).toMatch(/^import \{ (?:from\w+, )*setup \} from 'xstate';$/m);
  expect(text).toMatch(new RegExp(`^export const ${name}Machine = setup\\(\\{$`, 'm'));
  expect(text).toMatch(/^\}\)\.createMachine\(\{$/m);
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
});

/** What we use of Mermaid's grammar of `stateDiagram-v2`, line by line. In a text `:` and `;` would end it. */
const [id, text] = ['([A-Za-z_]\\w*)', '[^:;{}\\n]+'];
const grammar = {
  opening: new RegExp(`^state "[^"\\n]+" as ${id} \\{$`),
  closing: /^\}$/,
  state: new RegExp(`^state "[^"\\n]+" as ${id}$`),
  start: new RegExp(`^\\[\\*\\] --> ${id}$`),
  end: new RegExp(`^${id} --> \\[\\*\\]$`),
  line: new RegExp(`^${id} : ${text}$`),
  edge: new RegExp(`^${id} --> ${id} : ${text}$`),
  note: new RegExp(`^note (?:left|right) of ${id} : ${text}$`),
};

test.each([[[]], ...each.map(([name]) => [[name]])])(
  'the Mermaid diagram of %j is one valid diagram, and each of its states has one name',
  (args) => {
    const [fence, title, ended, kind, ...lines] = printMachines([...args, '--format', 'mermaid']).split('\n');
    expect([fence, title, ended, kind]).toEqual([
      '---',
      expect.stringMatching(/^title: \w+$/),
      '---',
      'stateDiagram-v2',
    ]);
    const known: string[] = [];
    const used: string[] = [];
    let depth = 0;
    for (const line of lines.map((one) => one.trim())) {
      const [rule, found] = Object.entries(grammar)
        .map(([name, pattern]) => [name, pattern.exec(line)] as const)
        .find(([, match]) => match !== null) ?? [undefined, null];
      expect(rule, line).toBeDefined();
      const ids = found?.slice(1) ?? [];
      if (rule === 'opening' || rule === 'state') known.push(...ids);
      else used.push(...ids);
      if (rule === 'opening') depth++;
      if (rule === 'closing') depth--;
      expect(depth, line).toBeGreaterThanOrEqual(0);
    }
    expect(depth).toBe(0);
    expect(new Set(known).size).toBe(known.length);
    expect([...new Set(used)].filter((one) => !known.includes(one))).toEqual([]);
  },
);

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

async function layoutOf(name: string): Promise<Layout> {
  const layouts = await import('../../dist/charts/layouts.json', { with: { type: 'json' } });
  return (layouts.default as unknown as Record<string, Layout>)[name] as Layout;
}

test.each(each)(
  'in the SVG of %s states stand within their parents and beside their siblings',
  async (name, machine) => {
    const { states: boxes, width, height } = await layoutOf(name);
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

type Box = { x: number; y: number; width: number; height: number };

const overlap = (one: Box, other: Box) =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

test.each(each)('in the SVG of %s no arrow and no label lies on a text', async (name, machine) => {
  const { states: boxes, edges, starts } = await layoutOf(name);
  const texts = chartOf(machine).states.flatMap(({ id, name: shown, lines }) => {
    const { x, y } = boxes[id] as Box;
    return [shown, ...lines].map((text, line) => ({
      text,
      x: x + inset.left,
      y: y + inset.top + (line - 1) * glyph.line + 4,
      width: text.length * glyph.width,
      height: glyph.line,
    }));
  });
  const labels = Object.entries(edges).map(([text, { label }]) => ({ text, ...label }));
  const arrows = Object.entries({ ...starts, ...edges }).flatMap(([text, { points }]) =>
    points.slice(1).map(([x, y], index) => {
      const [fromX, fromY] = points[index] ?? [x, y];
      const [left, top] = [Math.min(x, fromX), Math.min(y, fromY)];
      return { text, x: left, y: top, width: Math.abs(x - fromX) || 1, height: Math.abs(y - fromY) || 1 };
    }),
  );
  const written = [...texts, ...labels];
  for (const one of written)
    expect([...written, ...arrows].filter((other) => other !== one && overlap(one, other))).toEqual([]);
});

test.each(each)(
  'in the SVG of %s each arrow leads from the border of its state to that of the next',
  async (name, machine) => {
    const { states: boxes, edges } = await layoutOf(name);
    const isOnBorder = ([x, y]: readonly [number, number], { x: left, y: top, width, height }: Box) =>
      left <= x &&
      x <= left + width &&
      top <= y &&
      y <= top + height &&
      ([left, left + width].includes(x) || [top, top + height].includes(y));
    for (const { id, from, to } of chartOf(machine).edges) {
      const points = edges[id]?.points ?? [];
      const [start, end] = [points[0], points.at(-1)];
      expect(start && isOnBorder(start, boxes[from] as Box), id).toBe(true);
      expect(end && isOnBorder(end, boxes[to] as Box), id).toBe(true);
    }
  },
);

test('transitions with the same ends are one arrow with several labels', async () => {
  const { edges } = await layoutOf('connection');
  const ends = chartOf(machines['connection'] as AnyStateMachine).edges.filter(
    ({ from, to }) => from === '' && to === 'closed',
  );
  expect(ends.map(({ label }) => label)).toEqual(['hangup', 'kicked', 'lost', 'retired']);
  const [hangup, lost] = ends.map(({ id }) => edges[id]);
  expect(lost?.points).toEqual(hangup?.points);
  expect(lost?.label.y).toBe((hangup?.label.y ?? 0) + glyph.line);
  const svg = printMachines(['connection', '--format', 'svg']);
  expect(svg).toContain(`<g class="edge" data-edge="${ends[0]?.id}">`);
  expect(svg).toContain(`<g class="edge again" data-edge="${ends[1]?.id}">`);
});

test('all of them in one: an object, a module, a diagram, a picture', () => {
  expect(Object.keys(JSON.parse(printMachines([])))).toEqual(Object.keys(machines));
  const svg = printMachines(['--format', 'svg']);
  expect(XMLValidator.validate(svg)).toBe(true);
  const { svg: outer } = new XMLParser().parse(svg);
  expect(outer.svg).toHaveLength(6);
  const mermaid = printMachines(['--format', 'mermaid']);
  for (const [name] of each) expect(mermaid).toMatch(new RegExp(`^  state "${name}" as ${name} \\{$`, 'm'));
});

test('the executable prints them', async () => {
  for (const args of [['room', '--format', 'mermaid'], ['--format=svg'], []]) {
    const server = newProcess(['machines', ...args]);
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(server.lines.join('\n')).toBe(printMachines(args));
  }
});

test.each([
  [['rooms'], 'there is no machine "rooms"; there are connection, room, ledger, heartbeat, server, client'],
  [
    ['constructor'],
    'there is no machine "constructor"; there are connection, room, ledger, heartbeat, server, client',
  ],
  [['room', '--format', 'png'], 'there is no format "png"; there are json, ts, mermaid, svg'],
  [['--format', 'toString'], 'there is no format "toString"; there are json, ts, mermaid, svg'],
  [
    ['room', 'connection'],
    /^Usage: classic-chatbox-server machines \[connection \| room \| ledger \| heartbeat \| server \| client\] /,
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
