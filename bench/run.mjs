/**
 * `npm run bench` (half an hour) or `npm run bench -- --quick` (three minutes): compares this server with others on
 * this machine, in interleaved rounds, and writes the medians to docs/benchmarks.md. With `--only watch`, `--only
 * 'fan-out N=500 S=10'`, or the beginning of another scenario's name, it runs only those scenarios. Their results, and
 * those of `--quick`, are only printed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rssOf } from './measure.mjs';
import { plot, plots, report } from './report.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
if (!existsSync(join(folder, 'node_modules')))
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: folder, stdio: 'inherit' });
const { inProcess, inspected, servers, start } = await import('./servers.mjs');
const { writeHistory, stringifyMs } = await import('./history.mjs');

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const { quick } = values;
const rounds = quick ? 1 : 3;
const isWanted = (name) => values.only === undefined || name.startsWith(values.only);
const results = { quick, rounds, fanOut: {}, watching: {}, history: {}, others: {} };

const say = (text) => process.stderr.write(`${text}\n`);
const median = (numbers) => Float64Array.from(numbers).sort()[numbers.length >> 1];
const medians = (runs) =>
  Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((run) => run[key]))]));

async function withServer(name, options, work) {
  const server = await start(name, options);
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

/** Runs a scenario on each server, round by round, so that a slow minute of the machine affects all of them. */
async function compare(label, names, run) {
  const runs = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      try {
        runs[name].push(await run(name));
        say(
          `${label} | ${name} | ${JSON.stringify(runs[name].at(-1), (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value))}`,
        );
      } catch (error) {
        say(`${label} | ${name} | ${error.message}`);
      }
    }
  }
  return Object.fromEntries(
    names.filter((name) => runs[name].length > 0).map((name) => [name, medians(runs[name])]),
  );
}

const fanOuts = [
  { members: 100, underWay: 16 },
  { members: 500, underWay: 1 },
  { members: 500, underWay: 16 },
  { members: 500, underWay: 64 },
  { members: 500, senders: 10, underWay: 16 },
  { members: 500, senders: 10, underWay: 64 },
  { members: 2000, underWay: 16 },
  { members: 500, rate: 40 },
];
const quickFanOuts = fanOuts.filter(
  ({ members, underWay, rate }) => members === 500 && (underWay === 16 || rate),
);
const seconds = quick ? 2 : 3;

const labelOf = ({ members, senders, underWay, rate }) =>
  `N=${members} ${senders ? `S=${senders} ` : ''}${rate ? `${rate}/s` : `W=${underWay}`}`;

for (const scenario of quick ? quickFanOuts : fanOuts) {
  const label = labelOf(scenario);
  if (!isWanted(`fan-out ${label}`)) continue;
  results.fanOut[label] = await compare(`fan-out ${label}`, Object.keys(servers), (name) =>
    withServer(name, {}, ({ port, pid, protocol }) =>
      inProcess('load.mjs', { port, pid, protocol, seconds, ...scenario }),
    ),
  );
}

/** This server without an inspector, with an inspector, and with a watcher too. */
const watchings = {
  'no inspector': { args: [] },
  'nobody watches': { args: inspected },
  'one watcher': { args: inspected, isWatched: true },
};
for (const scenario of quickFanOuts) {
  const label = labelOf(scenario);
  if (!isWanted(`watch ${label}`)) continue;
  results.watching[label] = await compare(`watch ${label}`, Object.keys(watchings), (name) => {
    const { args, isWatched } = watchings[name];
    return withServer('ours', { args }, ({ port, pid, protocol, inspector }) =>
      inProcess('load.mjs', {
        port,
        pid,
        protocol,
        seconds,
        ...scenario,
        ...(isWatched && { inspector }),
      }),
    );
  });
}

const both = ['ours', 'socket.io'];
const crowd = (scenario, parameters) => (name) =>
  withServer(name, {}, ({ port, pid, protocol }) =>
    inProcess('crowd.mjs', { scenario, port, pid, protocol, ...parameters }),
  );

if (isWanted('connect'))
  results.others.connect = await compare(
    'connect',
    [...both, 'floor'],
    crowd('connect', { members: quick ? 500 : 1000 }),
  );
if (isWanted('idle'))
  results.others.idle = await compare(
    'idle',
    both,
    crowd('idle', { members: quick ? 2000 : 10_000, seconds: quick ? 6 : 10 }),
  );
if (isWanted('churn'))
  results.others.churn = await compare('churn', ['ours'], crowd('churn', { members: 200, seconds }));
if (isWanted('storm'))
  results.others.storm = await compare('storm', ['ours'], crowd('storm', { members: quick ? 500 : 2000 }));

const temporary = mkdtempSync(join(tmpdir(), 'bench-history-'));
try {
  for (const messages of quick ? [100, 100_000] : [100, 10_000, 100_000, 1_000_000]) {
    if (!isWanted('history')) continue;
    const data = join(temporary, 'data.json');
    const measured = await compare(`history ${messages}`, ['ours'], async (name) => {
      await writeHistory(data, messages);
      return withServer(name, { data }, async ({ port, pid, protocol, report: blocked, startMs }) => {
        await blocked();
        const { get, ...sent } = await inProcess('crowd.mjs', {
          scenario: 'history',
          port,
          pid,
          protocol,
          sends: 1000,
        });
        const { longestBlockMs } = await blocked();
        const rssBytes = rssOf(pid);
        return {
          startMs,
          ...sent,
          longestBlockMs,
          getMs: get.ms,
          getCpuMs: get.cpuMs,
          rssBytes,
        };
      });
    });
    results.history[messages] = { ...measured.ours, stringifyCpuMs: stringifyMs(data) };
    if (messages === 100_000) {
      results.others.gets = await compare('20 gets', ['ours'], (name) =>
        withServer(name, { data }, ({ port, pid, protocol }) =>
          inProcess('crowd.mjs', { scenario: 'gets', port, pid, protocol, readers: 20 }),
        ),
      );
    }
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

const [{ model }] = cpus();
const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const versions = Object.entries(dependencies)
  .map(([name, version]) => `${name} ${version}`)
  .join(', ');
const notes = readFileSync(join(folder, 'notes.md'), 'utf8');
const markdown = report(results, { notes, model, cores: cpus().length, node: process.version, versions });
process.stdout.write(`${markdown}\n`);
if (values.only === undefined && !quick) {
  writeFileSync(join(folder, '../docs/benchmarks.md'), markdown);
  for (const one of plots) writeFileSync(join(folder, '../docs', one.file), plot(results.fanOut, one));
}
