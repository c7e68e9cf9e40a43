/** The rows of the tables in docs/scaling.md and its translation. Their heads are in the documents. */
import { readFileSync, writeFileSync } from 'node:fs';
import { simulate } from './capacity.mjs';

const row = (cells) => `| ${cells.join(' | ')} |`;
const whole = (value) => Math.round(value).toLocaleString('en');
const ms = (value) => `${value < 10 ? value.toFixed(1) : whole(value)} ms`;
const seconds = (value) => `${value.toFixed(2)} s`;
const percent = (share) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** The rooms that the capacity is worked out for: connections, messages a second, seconds of a stay, processes. */
const rooms = [
  [1000, 10, 3600, 2],
  [10_000, 20, 3600, 4],
  [100_000, 50, 3600, 20],
  [1_000_000, 100, 3600, 200],
  [1_000_000, 100, 600, 200],
];

/** The rows of each table, by its name. */
export const rowsOf = (measured) => ({
  throughput: measured.throughput.map(({ processes, load, figures, ratios }) =>
    row([
      processes === 0 ? '`--data`' : '`--ledger`',
      Math.max(1, processes),
      load,
      whole(figures.deliveriesPerSecond),
      ratios.deliveriesPerSecond.toFixed(2),
      whole(figures.acksPerSecond),
      figures.cpuPerDelivery.toFixed(2),
      ratios.cpuPerDelivery.toFixed(2),
      percent(figures.besidesCpuShare),
      ms(figures.ackP50Ms),
    ]),
  ),
  moments: [measured].map(({ crash, comeback }) =>
    row([crash, comeback, comeback.refusal].flatMap(({ p50, max }) => [seconds(p50), seconds(max)])),
  ),
  needs: [measured].map(({ memory, costs }) =>
    row([
      whole(memory.message),
      whole(memory.member),
      whole(memory.log),
      costs.commandsPerMessage.toFixed(1),
      whole(costs.bytesInPerMessage),
      whole(costs.bytesOutPerMessage),
      costs.idleCommands.toFixed(1),
    ]),
  ),
  capacity: rooms.map(([connections, messages, stay, processes]) => {
    const found = simulate({ connections, messages, stay, processes }, measured);
    const figures = [
      ms(found.p50Ms),
      ms(found.p99Ms),
      percent(found.processCpu),
      percent(found.redisCpu),
      `${whole(found.redisOutMbit)} Mbit/s`,
      `${whole(found.outMbit)} Mbit/s`,
    ];
    const room = [whole(connections), messages, `${stay / 60} min`, processes];
    return row([...room, ...figures.map((figure) => (found.keepsUp ? figure : '–'))]);
  }),
});

/** Puts rows in place of those of the table behind `<!-- NAME -->`. */
export function filled(text, tables) {
  let result = text;
  for (const [name, rows] of Object.entries(tables)) {
    const table = new RegExp(`(<!-- ${name} -->\n\n.*\n\\|(?: --- \\|)+\n)(?:\\|.*\n)*`);
    if (!table.test(result)) throw new Error(`there is no table ${name}`);
    result = result.replace(table, (_, head) => `${head}${rows.join('\n')}\n`);
  }
  return result;
}

export const measuredFile = new URL('measured.json', import.meta.url);

export const documents = ['scaling.md', 'scaling.vi.md'].map(
  (name) => new URL(`../../docs/${name}`, import.meta.url),
);

export function fill(measured) {
  for (const document of documents)
    writeFileSync(document, filled(readFileSync(document, 'utf8'), rowsOf(measured)));
}
