/** Loads on a process with a file, and on 1, 2 and 4 processes on Redis, in interleaved rounds. */
import { inProcess } from '../servers.mjs';
import { withRoom } from './room.mjs';

/** How many processes on Redis; 0 is one process with a file. */
const rooms = [0, 1, 2, 4];

const loads = {
  'N=400 W=64': { members: 400, underWay: 64 },
  'N=400 W=16': { members: 400, underWay: 16 },
  'N=400 40/s': { members: 400, rate: 40 },
};

const run = (processes, load) =>
  withRoom(processes, ({ redis, servers }) =>
    inProcess('load.mjs', {
      ports: servers.map(({ port }) => port),
      pids: servers.map(({ pid }) => pid),
      besides: redis ? [redis.pid] : [],
      protocol: 'json',
      seconds: 3,
      ...load,
    }),
  );

const median = (numbers) => numbers.toSorted((one, other) => one - other)[numbers.length >> 1];
const medians = (runs) =>
  Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((one) => one[key]))]));
const ratios = (runs, bases) =>
  Object.fromEntries(
    Object.keys(runs[0]).map((key) => [key, median(runs.map((one, round) => one[key] / bases[round][key]))]),
  );

/** The medians of the rounds, and those of their ratios to the process with a file. */
export async function throughput(rounds, say) {
  const rows = [];
  for (const [load, scenario] of Object.entries(loads)) {
    const runs = rooms.map(() => []);
    for (let round = 0; round < rounds; round++)
      for (const [index, processes] of rooms.entries()) {
        const result = await run(processes, scenario);
        runs[index].push(result);
        say({ load, processes, ...result });
      }
    for (const [index, processes] of rooms.entries())
      rows.push({ load, processes, figures: medians(runs[index]), ratios: ratios(runs[index], runs[0]) });
  }
  return rows;
}
