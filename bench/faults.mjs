/**
 * `npm run --silent build && node bench/faults.mjs [--minutes 30] [--seed 1]`: random faults for longer than the tests
 * have time for. Runs test/redis/storm.test.ts over and over, each time with the next seed, and prints what has happened
 * in all. Ends with 1 at the first finding, after the output of the run that has it.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' } },
});
const beganAt = performance.now();
const totals = {};
let runs = 0;

for (let seed = Number(values.seed); performance.now() - beganAt < values.minutes * 60_000; seed++) {
  const { stdout, status } = spawnSync('npx', ['vitest', 'run', 'test/redis/storm.test.ts'], {
    cwd: new URL('..', import.meta.url),
    encoding: 'utf8',
    env: { ...process.env, FAULT_SEED: `${seed}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) {
    process.stdout.write(stdout);
    process.exitCode = 1;
    break;
  }
  runs++;
  const counts = JSON.parse(/^.*counts: (\{.*\})/m.exec(stdout)[1]);
  for (const [what, count] of Object.entries(counts)) totals[what] = (totals[what] ?? 0) + count;
  process.stderr.write(`seed ${seed}: ${JSON.stringify(counts)}\n`);
}

const minutes = (performance.now() - beganAt) / 60_000;
process.stdout.write(`${runs} runs without a finding in ${minutes.toFixed(1)} minutes\n`);
for (const [what, count] of Object.entries(totals).sort()) process.stdout.write(`${what}: ${count}\n`);
