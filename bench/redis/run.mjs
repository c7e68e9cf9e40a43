/**
 * `npm run --silent build && node bench/redis/run.mjs [--quick] [--only NAME]`: several processes on Redis, on this machine,
 * which needs redis-server: `throughput`, `crash`, `comeback`, `memory` and `costs`. It takes half an hour, or with
 * `--quick` six minutes, and prints the rows of the tables in docs/scaling.md. A whole run puts the figures into
 * measured.json, from which capacity.mjs works out what more processes could carry, and the rows into the tables.
 * `--tables` prints the rows of the last whole run; with `--write` it puts them into the tables.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { costs } from './costs.mjs';
import { comeback, crash, memory } from './measurements.mjs';
import { fill, measuredFile, rowsOf } from './tables.mjs';
import { throughput } from './throughput.mjs';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    tables: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const { quick, only, tables, write } = values;
const isWhole = !quick && !tables && only === undefined;
const say = (result) => process.stderr.write(`${JSON.stringify(result)}\n`);

const measurements = {
  throughput: () => throughput(quick ? 1 : 5, say),
  crash: () => crash(quick ? 5 : 50),
  comeback: () => comeback(quick ? 5 : 50),
  memory: () => memory(quick ? 2000 : 20_000),
  costs: () => costs(quick ? 100 : 300),
};

const measured = JSON.parse(readFileSync(measuredFile, 'utf8'));
for (const [name, measure] of tables ? [] : Object.entries(measurements)) {
  if (only !== undefined && name !== only) continue;
  measured[name] = await measure();
  say({ [name]: measured[name] });
  if (isWhole) writeFileSync(measuredFile, `${JSON.stringify(measured, undefined, 2)}\n`);
}
for (const [name, rows] of Object.entries(rowsOf(measured))) console.log(`${name}\n${rows.join('\n')}\n`);
if (isWhole || write) fill(measured);
