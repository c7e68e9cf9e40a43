/**
 * `node bench/attacks/limits-cost.mjs [--rounds 9] [--seconds 3] [--before FOLDER]`, after a build: what the limits cost
 * those who keep to them. 500 members, of whom ten send, with 16 messages under way, on a server that has limits for
 * them, so high that nobody waits, and on one without, by turns; `--before` adds an earlier version that has been built
 * in that folder. Prints the median of the CPU per delivery of each, and of the ratios of the rounds. CPU time depends
 * little on what else the machine does.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inProcess, start } from '../servers.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '3' },
    before: { type: 'string' },
  },
});
const kinds = ['rate', 'burst', 'send-rate', 'send-burst', 'name-rate', 'name-burst'];
const high = [...kinds.map((kind) => `--${kind}=1000000`), '--byte-rate=1GiB', '--byte-burst=1GiB'];
const variants = {
  'limits off': {},
  'limits on': { args: high },
  ...(values.before && { before: { executable: join(values.before, 'dist/server.js') } }),
};
const median = (numbers) => numbers.toSorted((one, other) => one - other)[numbers.length >> 1];

const runs = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [name, options] of Object.entries(variants)) {
    const server = await start('ours', options);
    const { port, pid, protocol } = server;
    const load = { members: 500, senders: 10, underWay: 16, seconds: Number(values.seconds) };
    const { cpuPerDelivery } = await inProcess('load.mjs', { port, pid, protocol, ...load });
    runs[name].push(cpuPerDelivery);
    await server.stop();
  }
  process.stderr.write(`${JSON.stringify(Object.values(runs).map((run) => run.at(-1)))}\n`);
}
for (const [name, run] of Object.entries(runs)) {
  const ratios = run.map((value, round) => value / runs['limits off'][round]);
  process.stdout.write(
    `${name}: ${median(run).toFixed(3)} µs per delivery, ${median(ratios).toFixed(3)} of limits off\n`,
  );
}
