/** What is measured of several processes on Redis. Each measurement has a Redis and processes of its own. */
import { percentile, sleep } from '../measure.mjs';
import { crowd, Peer, post } from './peer.mjs';
import { withRoom } from './room.mjs';

const spread = (values) => {
  const sorted = Float64Array.from(values).sort();
  return { p50: percentile(sorted, 0.5), max: sorted.at(-1) };
};

/** The seconds from the SIGKILL of a process until a member of another one has seen the last of its 20 members leave. */
export function crash(runs) {
  return withRoom(1, async ({ servers, open }) => {
    const members = 20;
    let left = 0;
    let onLast;
    await Peer.join(servers[0].port, 'watcher', ({ datatype }) => {
      if (datatype === 'leave' && ++left === members) onLast();
    });
    const seconds = [];
    while (seconds.length < runs) {
      const server = await open();
      await crowd(server.port, members);
      left = 0;
      const last = new Promise((resolve) => (onLast = resolve));
      const killedAt = performance.now();
      await server.stop();
      await last;
      seconds.push((performance.now() - killedAt) / 1000);
    }
    return spread(seconds);
  });
}

/**
 * The seconds from when a Redis that was killed answers again until a message is acknowledged; `refusal` are those that a
 * message waits for its refusal meanwhile.
 */
export function comeback(runs) {
  return withRoom(1, async ({ redis, servers }) => {
    const [peer] = await crowd(servers[0].port, 1, 'author');
    const [seconds, refusals] = [[], []];
    while (seconds.length < runs) {
      await redis.kill();
      const back = sleep(1).then(async () => {
        await redis.start();
        return performance.now();
      });
      for (let status = false; !status; ) {
        const askedAt = performance.now();
        ({ status } = await peer.ask(post));
        if (!status) refusals.push((performance.now() - askedAt) / 1000);
        if (!status) await sleep(0.002);
      }
      seconds.push((performance.now() - (await back)) / 1000);
    }
    return { ...spread(seconds), refusal: spread(refusals) };
  });
}

/** The bytes of Redis's memory for a message, a member, and the log. */
export function memory(messages) {
  return withRoom(1, async ({ redis, servers }) => {
    const members = 2000;
    const [peer] = await crowd(servers[0].port, 1, 'author');
    for (let index = 0; index < messages; index++) await peer.ask(post);
    const [history, log] = [await redis.usage('history'), await redis.usage('log')];
    const before = await redis.work();
    await crowd(servers[0].port, members);
    const joined = (await redis.usage('log')) - log;
    const grown = (await redis.work()).memory - before.memory - joined;
    return { message: history / messages, log, member: grown / members };
  });
}
