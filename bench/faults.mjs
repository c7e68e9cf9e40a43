/**
 * `npm run --silent build && node bench/faults.mjs [--minutes 30] [--seed 1]`: random faults for longer than the tests
 * have time for. Runs test/redis/storm.test.ts over and over, each time with the next seed, and prints what has happened
 * in all. Shows the output of each run that has findings, and ends with 1 if there was one.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' } },
});
const beganAt = performance.now();
const elapsedMinutes = () => (performance.now() - beganAt) / 60_000;
const totals = {};
let runs = 0;
let failed = 0;

for (let seed = Number(values.seed); elapsedMinutes() < Number(values.minutes); seed++) {
  const { stdout, status } = spawnSync('npx', ['vitest', 'run', 'test/redis/storm.test.ts'], {
    cwd: new URL('..', import.meta.url),
    encoding: 'utf8',
    env: { ...process.env, FAULT_SEED: `${seed}` },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  runs++;
  if (status !== 0) {
    failed++;
    process.stdout.write(stdout);
  }
  const [, counts = '{}'] = /counts: (\{.*\})/.exec(stdout) ?? [];
  for (const [what, count] of Object.entries(JSON.parse(counts))) totals[what] = (totals[what] ?? 0) + count;
  process.stderr.write(
    `${elapsedMinutes().toFixed(1)} minutes, seed ${seed}: ${status === 0 ? 'good' : 'BAD'}\n`,
  );
}

process.stdout.write(`${runs} runs in ${elapsedMinutes().toFixed(1)} minutes, ${failed} with findings\n`);
for (const [what, count] of Object.entries(totals).sort()) process.stdout.write(`${what}: ${count}\n`);
if (failed > 0) process.exitCode = 1;
