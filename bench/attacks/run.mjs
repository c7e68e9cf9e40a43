/**
 * `node bench/attacks/run.mjs [--only NAME] [--seconds 8] [--rounds 3] [--bare]`, after a build: what members notice of an
 * attack. Forty members each say something once a second. For each attack there is a line, of several rounds without
 * and with it by turns: how long a message took to reach another member, calm and attacked, and the memory and the share
 * of a processor that the server took. `--only` takes the beginning of a name. Attackers come from the
 * machine's address in its network, which makes them strangers; with `--bare` there are no limits by connection.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeHistory } from '../history.mjs';
import { cpuOf, rssOf, sleep } from '../measure.mjs';
import { start } from '../servers.mjs';
import { attacks, needs } from './attacks.mjs';
import { attack, limits, newMembers } from './members.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
    bare: { type: 'boolean', default: false },
  },
});
const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
const data = join(mkdtempSync(join(tmpdir(), 'bench-attacks-')), 'data.json');

/** What members and the server see for a while: latencies in ms, the most bytes of memory, and the share of a processor. */
async function observe(members, pid) {
  members.takeLatencies();
  const before = cpuOf(pid);
  let rss = 0;
  for (let second = 0; second < seconds; second++) {
    await sleep(1);
    rss = Math.max(rss, rssOf(pid));
  }
  return { ...members.takeLatencies(), rss, cpu: (cpuOf(pid) - before) / 1e6 / seconds };
}

const median = (numbers) => numbers.toSorted((one, other) => one - other)[numbers.length >> 1];

for (const name of Object.keys(attacks).filter((one) => one.startsWith(values.only))) {
  const { messages = 0, args = [] } = needs[name] ?? {};
  await writeHistory(data, messages);
  const server = await start('ours', { data, args: [...(values.bare ? [] : limits), ...args] });
  const members = await newMembers(server.port, 40);
  const observed = { calm: [], attacked: [] };
  for (let round = 0; round < rounds; round++) {
    observed.calm.push(await observe(members, server.pid));
    const end = await attack(name, server.port);
    observed.attacked.push(await observe(members, server.pid));
    await end();
    await sleep(1);
  }
  members.stop();
  await server.stop();
  const of = (when, figure) => median(observed[when].map(({ [figure]: value }) => value));
  const both = (figure, show) => `${show(of('calm', figure))} → ${show(of('attacked', figure))}`;
  const inMs = (ms) => `${ms.toFixed(1)} ms`;
  const inMb = (bytes) => `${Math.round(bytes / 2 ** 20)} MB`;
  const before = observed.calm[0].rss;
  const most = Math.max(...observed.attacked.map(({ rss }) => rss));
  const ratios = observed.attacked.map(({ p99 }, round) => p99 / observed.calm[round].p99);
  process.stdout.write(
    `${name}: p50 ${both('p50', inMs)}, p99 ${both('p99', inMs)}, ` +
      `ratios of p99 ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}, ` +
      `deliveries ${both('count', String)}, RSS ${inMb(before)} + ${inMb(most - before)}, ` +
      `CPU ${both('cpu', (share) => `${Math.round(share * 100)} %`)}, ` +
      `members refused ${members.refused}, closed ${members.closed}\n`,
  );
}
rmSync(join(data, '..'), { recursive: true });
