/** What the single steps of several processes on Redis cost: the constants of capacity.mjs. */
import { cpuOf, rssOf, sleep } from '../measure.mjs';
import { crowd, Peer, post } from './peer.mjs';
import { withRoom } from './room.mjs';

/** What Redis and the processes spend a second, and a time, while something is done so many times. */
async function spent({ redis, servers }, times, work) {
  const look = async () => ({ ...(await redis.work()), processes: servers.map(({ pid }) => cpuOf(pid)) });
  const before = await look();
  const beganAt = performance.now();
  for (let time = 0; time < times; time++) await work();
  const seconds = (performance.now() - beganAt) / 1000;
  const after = await look();
  const rise = (of) => of(after) - of(before);
  return {
    seconds,
    redisUs: rise(({ cpuUs }) => cpuUs),
    bytesIn: rise(({ bytesIn }) => bytesIn),
    bytesOut: rise(({ bytesOut }) => bytesOut),
    commands: rise(({ commands }) => commands),
    stretches: rise(({ stretches }) => stretches),
    authorUs: rise(({ processes }) => processes[0]),
    readerUs: rise(({ processes }) => processes.at(-1)),
  };
}

/**
 * What a stretch of so many messages costs. Their author is in the first process, and all other members, who only read,
 * are in the last. What is spent anyway, `idle` a second, is taken off.
 */
function stretch({ processes, members, messages, times }) {
  return withRoom(
    processes,
    async (room) => {
      const { servers } = room;
      const author = await Peer.join(servers[0].port, 'author');
      for (const { socket } of await crowd(servers.at(-1).port, members))
        socket.removeAllListeners('data').resume();
      // At a pace at which nothing of the last one is left in the processor's cache, as in a room that is not busy.
      const burst = async () => {
        await author.askAll(Array.from({ length: messages }, () => post));
        await sleep(0.02);
      };
      // The first ones are those of a process that is warming up.
      for (let time = 0; time < times / 2; time++) await burst();
      const pause = await spent(room, 1, () => sleep(4));
      const idle = Object.fromEntries(
        Object.entries(pause).map(([key, value]) => [key, value / pause.seconds]),
      );
      const all = await spent(room, times, burst);
      const own = Object.entries(all).map(([key, value]) => [
        key,
        (value - idle[key] * all.seconds) / all.stretches,
      ]);
      return { ...Object.fromEntries(own), idle };
    },
    ['--ping-interval', '3600'],
  );
}

/** What a member costs that only answers pings: CPU in µs a ping, and bytes of memory. */
function idling(members) {
  return withRoom(
    1,
    async ({ servers: [{ port, pid }] }) => {
      const bare = rssOf(pid);
      await crowd(port, members);
      await sleep(3);
      const before = cpuOf(pid);
      await sleep(10);
      return { pingUs: (cpuOf(pid) - before) / members / 10, memberBytes: (rssOf(pid) - bare) / members };
    },
    ['--ping-interval', '1'],
  );
}

/** `figure = fixed + x·perX + y·perY + x·y·perBoth`, from what it is at two places of each. No cost is below zero. */
function fit(runs, [x1, x2], [y1, y2], figure) {
  const at = (x, y) => runs.find((run) => run.x === x && run.y === y)[figure];
  const perBoth = (at(x2, y2) - at(x1, y2) - at(x2, y1) + at(x1, y1)) / ((x2 - x1) * (y2 - y1));
  const perX = (at(x2, y1) - at(x1, y1)) / (x2 - x1) - perBoth * y1;
  const perY = (at(x1, y2) - at(x1, y1)) / (y2 - y1) - perBoth * x1;
  const fixed = at(x1, y1) - x1 * perX - y1 * perY - x1 * y1 * perBoth;
  const costs = Object.entries({ fixed, perX, perY, perBoth });
  return Object.fromEntries(costs.map(([name, cost]) => [name, Math.max(0, cost)]));
}

/** The time that it takes to sync a small write of Redis, in microseconds. */
function syncing() {
  return withRoom(1, async (room) => {
    const { redis } = room;
    const times = 1000;
    const secondsOf = async (...command) => (await spent(room, times, () => redis.call(...command))).seconds;
    const written = await secondsOf('SET', 'a', 'b');
    return ((written - (await secondsOf('GET', 'a'))) / times) * 1e6;
  });
}

/** The bytes of the frame that tells a member of a message. */
function eventBytes() {
  const { content } = post;
  const event = {
    type: 'receive',
    datatype: 'message',
    name: 'author',
    content,
    timestamp: '27/11/2026 10/0600',
  };
  return 4 + Buffer.byteLength(JSON.stringify(event));
}

/** All constants, from runs with `times` stretches each. */
export async function costs(times) {
  const [few, many] = [1, 64];
  const grid = async (xs, scenario) => {
    const runs = [];
    for (const x of xs)
      for (const y of [few, many])
        runs.push({ x, y, ...(await stretch({ ...scenario(x), messages: y, times })) });
    return runs;
  };
  const processes = [1, 4];
  const members = [20, 1000];
  const byProcesses = await grid(processes, (x) => ({ processes: x, members: 0 }));
  const byMembers = await grid(members, (x) => ({ processes: 2, members: x }));
  const ofRedis = (figure) => fit(byProcesses, processes, [few, many], figure);
  const [cpu, out] = [ofRedis('redisUs'), ofRedis('bytesOut')];
  const reader = fit(byMembers, members, [few, many], 'readerUs');
  const author = fit(byMembers, members, [few, many], 'authorUs');
  const alone = byProcesses[0];
  const { pingUs, memberBytes } = await idling(2000);
  return {
    commandsPerMessage: alone.commands,
    bytesInPerMessage: alone.bytesIn,
    bytesOutPerMessage: alone.bytesOut,
    idleCommands: alone.idle.commands,
    scriptUs: cpu.fixed,
    scriptChangeUs: cpu.perY,
    readUs: cpu.perX,
    readChangeUs: cpu.perBoth,
    stretchBytes: out.perX,
    changeBytes: out.perBoth,
    syncUs: await syncing(),
    beatUs: (byProcesses.at(-1).idle.redisUs - alone.idle.redisUs) / (processes[1] - processes[0]),
    stretchUs: reader.fixed,
    changeUs: reader.perY,
    writeUs: reader.perX,
    messageUs: reader.perBoth,
    ownUs: Math.max(0, author.perY - reader.perY),
    pingUs,
    memberBytes,
    eventBytes: eventBytes(),
  };
}
