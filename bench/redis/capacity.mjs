/**
 * What several processes on Redis could carry, on paper: a small simulation of Redis and the processes, made of what
 * measured.json says that each step costs.
 *
 * Redis works through the commits that have arrived, syncs its file, and hands their stretches to all processes. A process
 * takes all that it has been handed together, writes it to each of its members, and then sends the changes that have come
 * meanwhile. Each process and Redis has a core for itself, and nobody waits for the network.
 */
import { percentile } from '../measure.mjs';

const simulatedSeconds = 20;
/** A room in which one change in a hundred takes longer does not keep up. */
const patienceMs = 3000;
/** How often each connection is pinged by default, in seconds. */
const pingInterval = 5;

/** Pseudorandom numbers from 0 to 1, the same in each run (mulberry32). */
function newRandom() {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One process. All times are in microseconds. */
class Process {
  freeAt = 0;
  /** The time that it has spent on stretches. */
  busy = 0;
  /** How long each of its own changes took until its members had it. */
  latencies = [];
  /** When its changes arrived: those that wait, those in the commit under way, and those that it has been handed. */
  waiting = [];
  sent = [];
  handed = { own: [], stretches: 0, changes: 0, at: 0 };

  constructor(members, costs) {
    this.members = members;
    this.costs = costs;
    this.pingShare = Math.min(0.9, ((members / pingInterval) * costs.pingUs) / 1e6);
  }

  /** When it can send its next commit. */
  get sendsAt() {
    const isWaitingForReply = this.sent.length > 0 || this.handed.own.length > 0;
    return this.waiting.length === 0 || isWaitingForReply ? Infinity : Math.max(this.freeAt, this.waiting[0]);
  }

  /** When it can take what it has been handed. */
  get takesAt() {
    return this.handed.stretches === 0 ? Infinity : Math.max(this.freeAt, this.handed.at);
  }

  send(now) {
    const later = this.waiting.findIndex((arrivedAt) => arrivedAt > now);
    this.sent = this.waiting.splice(0, later < 0 ? this.waiting.length : later);
    return this.sent.length;
  }

  hand(at, stretches, changes) {
    const { handed } = this;
    if (handed.stretches === 0) handed.at = at;
    handed.stretches += stretches;
    handed.changes += changes;
    handed.own.push(...this.sent);
    this.sent = [];
  }

  take() {
    const { costs, handed, members } = this;
    const read = handed.stretches * costs.stretchUs + handed.changes * costs.changeUs;
    const written = members * (costs.writeUs + handed.changes * costs.messageUs);
    const work = read + written + handed.own.length * costs.ownUs;
    this.busy += work;
    // Pings take their share of the time.
    this.freeAt = this.takesAt + work / (1 - this.pingShare);
    for (const arrivedAt of handed.own) this.latencies.push(this.freeAt - arrivedAt);
    this.handed = { own: [], stretches: 0, changes: 0, at: 0 };
  }
}

/** Lets time pass for Redis and the processes. Returns what Redis has done. */
function run(processes, changesPerSecond, costs) {
  const random = newRandom();
  const redis = { busy: 0, stretches: 0, changes: 0, now: 0 };
  let nextAt = 0;
  while (redis.now < simulatedSeconds * 1e6) {
    for (; nextAt <= redis.now; nextAt += (-Math.log(1 - random()) * 1e6) / changesPerSecond)
      processes[Math.floor(random() * processes.length)].waiting.push(nextAt);
    for (const one of processes) if (one.takesAt <= redis.now) one.take();
    const ready = processes.filter(({ sendsAt }) => sendsAt <= redis.now);
    if (ready.length === 0) {
      redis.now = Math.min(nextAt, ...processes.map((one) => Math.min(one.sendsAt, one.takesAt)));
      continue;
    }
    const changes = ready.reduce((sum, one) => sum + one.send(redis.now), 0);
    const scripts = ready.length * costs.scriptUs + changes * costs.scriptChangeUs;
    const work = scripts + processes.length * (costs.readUs + changes * costs.readChangeUs);
    redis.busy += work;
    redis.stretches += ready.length;
    redis.changes += changes;
    redis.now += work + costs.syncUs;
    for (const one of processes) one.hand(redis.now, ready.length, changes);
  }
  return redis;
}

/**
 * A room of so many connections, who stay for so many seconds each, and write so many messages a second together. Who
 * comes and who goes is a change too, and everybody is told of each.
 */
export function simulate({ connections, messages, stay, processes }, { costs }) {
  const changesPerSecond = messages + (2 * connections) / stay;
  const each = connections / processes;
  const all = Array.from({ length: processes }, () => new Process(each, costs));
  const redis = run(all, changesPerSecond, costs);
  const seconds = redis.now / 1e6;
  const latencies = Float64Array.from(all.flatMap((one) => one.latencies)).sort();
  const p99Ms = percentile(latencies, 0.99) / 1000;
  const bytesOut = (redis.stretches * costs.stretchBytes + redis.changes * costs.changeBytes) * processes;
  const megabits = (bytes) => (bytes * 8) / 1e6 / seconds;
  return {
    keepsUp: p99Ms < patienceMs,
    p50Ms: percentile(latencies, 0.5) / 1000,
    p99Ms,
    processCpu: all[0].pingShare + Math.max(...all.map(({ busy }) => busy)) / 1e6 / seconds,
    redisCpu: (redis.busy / seconds + processes * costs.beatUs) / 1e6,
    redisOutMbit: megabits(bytesOut),
    outMbit: megabits(redis.changes * each * costs.eventBytes),
    memoryMb: (each * costs.memberBytes) / 1e6,
  };
}
