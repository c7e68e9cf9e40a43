/**
 * `npm run --silent build && node bench/soak.mjs [--minutes 30]`: does anything grow? Members chat, come and go, and
 * every attack of attacks/ comes round, each for fifteen seconds with as long a rest. Every five seconds the server's
 * memory, descriptors, resources and the delay of its event loop are noted. They are drawn into docs/soak.svg, unless
 * the soak is shorter than half an hour. What each has grown by at rest, on the line that fits best, is compared with a
 * bound, and a figure that has grown by more ends this with 1. The history is kept in memory on purpose, so its size is
 * taken off.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { attacks } from './attacks/attacks.mjs';
import { attack, limits, newMembers } from './attacks/members.mjs';
import { cpuOf, rssOf, sleep } from './measure.mjs';
import { drawing } from './report.mjs';
import { start } from './servers.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } });
const minutes = Number(values.minutes);
const attackSeconds = 15;
const sampleSeconds = 5;
/** The first samples are those of a process that is warming up. */
const warmUp = 0.1;

/** What is noted, and how much it may grow over the whole soak. */
const figures = [
  { key: 'memory', title: 'resident memory without the history, MB', bound: 25 },
  { key: 'descriptors', title: 'open descriptors', bound: 10 },
  { key: 'resources', title: 'timers, sockets and the like', bound: 10 },
  { key: 'delay', title: 'delay of the event loop, p99 of 5 seconds, ms', bound: 5 },
];

const data = join(mkdtempSync(join(tmpdir(), 'bench-soak-')), 'data.json');
const server = await start('ours', { data, args: limits });
const members = await newMembers(server.port, 40);
const beganAt = performance.now();
const elapsed = () => (performance.now() - beganAt) / 1000;
const samples = [];
/** Since when there has been no attack, in seconds; `undefined` while there is one. */
let restingSince = 0;

async function sample() {
  const { p99Ms, resources } = await server.report();
  samples.push({
    at: elapsed(),
    isAtRest: restingSince !== undefined && elapsed() > restingSince + sampleSeconds,
    memory: (rssOf(server.pid) - statSync(data).size) / 2 ** 20,
    descriptors: readdirSync(`/proc/${server.pid}/fd`).length,
    resources,
    delay: p99Ms,
  });
}

async function comeAndGo() {
  while (elapsed() < minutes * 60) {
    await members.join();
    await sleep(1);
    members.leave();
    await sleep(1);
  }
}

async function attackInTurn() {
  const names = Object.keys(attacks);
  for (let round = 0; elapsed() < minutes * 60; round++) {
    const name = names[round % names.length];
    process.stderr.write(`${Math.round(elapsed())} s: ${name}, ${JSON.stringify(samples.at(-1))}\n`);
    restingSince = undefined;
    const end = await attack(name, server.port);
    await sleep(attackSeconds);
    await end();
    restingSince = elapsed();
    await sleep(attackSeconds);
  }
}

const [coming, attacking] = [comeAndGo(), attackInTurn()];
while (elapsed() < minutes * 60) {
  await sleep(sampleSeconds);
  await sample();
}
await Promise.all([coming, attacking]);
const cpuSeconds = cpuOf(server.pid) / 1e6;
const { p50, p99, count } = members.takeLatencies();
const { refused, closed } = members;
members.stop();
await server.stop();
rmSync(join(data, '..'), { recursive: true, force: true });

/** How much a figure has grown over the samples, on the line that fits them best. */
function growthOf(key, some) {
  const mean = (take) => some.reduce((sum, one) => sum + take(one), 0) / some.length;
  const [middle, level] = [mean(({ at }) => at), mean(({ [key]: value }) => value)];
  const slope =
    mean(({ at, [key]: value }) => (at - middle) * (value - level)) / mean(({ at }) => (at - middle) ** 2);
  return slope * (some.at(-1).at - some[0].at);
}

/** One figure over time, with its growth. */
function plotOf({ title, key }, growth, top) {
  const most = Math.max(...samples.map(({ [key]: value }) => value)) * 1.1 || 1;
  const points = samples.map(
    ({ at, [key]: value }) =>
      `${(50 + (600 * at) / (minutes * 60)).toFixed(1)},${(top + 110 - (90 * value) / most).toFixed(1)}`,
  );
  return [
    `<text x="50" y="${top + 12}" font-weight="600">${title}; growth at rest: ${growth.toFixed(1)}</text>`,
    `<text x="44" y="${top + 24}" text-anchor="end">${most.toFixed(0)}</text>`,
    `<text x="44" y="${top + 114}" text-anchor="end">0</text>`,
    `<path d="M50,${top + 20}V${top + 110}H650" fill="none" stroke="#cbd5e1"/>`,
    `<polyline points="${points.join(' ')}" fill="none" stroke="#2563eb"/>`,
  ];
}

const settled = samples.filter(({ at, isAtRest }) => isAtRest && at > minutes * 60 * warmUp);
const lines = [];
let top = 20;
for (const figure of figures) {
  const growth = growthOf(figure.key, settled);
  lines.push(...plotOf(figure, growth, top));
  top += 140;
  const isFlat = growth <= figure.bound;
  if (!isFlat) process.exitCode = 1;
  const verdict = `${isFlat ? 'flat' : 'NOT FLAT'} (bound ${figure.bound})`;
  process.stdout.write(
    `${figure.title}: at rest grown by ${growth.toFixed(2)} in ${minutes} minutes, ${verdict}\n`,
  );
}
process.stdout.write(
  `${count} deliveries, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; members refused ${refused}, closed ` +
    `${closed}; ${cpuSeconds.toFixed(0)} s of processor time\n`,
);
const title = `${minutes} minutes of chat, with an attack in every half minute`;
if (minutes >= 30) writeFileSync(new URL('../docs/soak.svg', import.meta.url), drawing(title, top, lines));
