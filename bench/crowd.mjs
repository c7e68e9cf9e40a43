/**
 * Many simple clients in one process, for the scenarios that are not about fan-out: `node crowd.mjs '{"scenario":…}'`
 * prints one line of JSON.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { cpuOf, percentile, rssOf, sleep } from './measure.mjs';
import { protocols } from './protocols.mjs';
import { maskedText, open, readFrames } from './wire.mjs';

/** A client that can wait for the next message of a kind. */
class Client {
  rest = Buffer.alloc(0);
  counts = {};
  waiting = new Map();
  fragments = [];

  constructor(protocol) {
    this.protocol = protocol;
  }

  async open(port) {
    this.isOpen = true;
    this.socket = await open({ port, path: this.protocol.path }, (chunk, socket) => this.take(chunk, socket));
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.isOpen = false;
      for (const { reject } of this.waiting.values()) reject?.(new Error('closed'));
    });
    if (this.protocol.helloAfter !== 'open') {
      await this.next('opened');
      this.protocol.onOpened(this.socket, maskedText);
      await this.next(this.protocol.helloAfter);
    }
  }

  take(chunk, socket) {
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    const read = readFrames(bytes, socket, (_opcode, isFinal, from, to) =>
      this.takeFrame(bytes, isFinal, from, to),
    );
    this.rest = Buffer.from(bytes.subarray(read));
  }

  takeFrame(bytes, isFinal, from, to) {
    if (!isFinal || this.fragments.length > 0) {
      this.fragments.push(Buffer.from(bytes.subarray(from, to)));
      if (!isFinal) return;
      const whole = Buffer.concat(this.fragments);
      this.fragments = [];
      this.tell(whole, 0, whole.length);
    } else this.tell(bytes, from, to);
  }

  tell(bytes, from, to) {
    const kind = this.protocol.kindOf(bytes, from, to) ?? 'other';
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    if (kind === 'ping') this.protocol.onPing(this.socket, maskedText);
    const waiter = this.waiting.get(kind);
    if (waiter?.resolve === undefined) {
      if (waiter === undefined && (kind === 'opened' || kind === 'connected'))
        this.waiting.set(kind, { done: true });
      return;
    }
    this.waiting.delete(kind);
    waiter.resolve(Buffer.from(bytes.subarray(from, to)));
  }

  next(kind) {
    if (this.waiting.get(kind)?.done) {
      this.waiting.delete(kind);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => this.waiting.set(kind, { resolve, reject }));
  }

  async register(name) {
    const reply = this.next('registered');
    this.socket.write(maskedText(this.protocol.hello(name)));
    return reply;
  }

  async say(content) {
    const reply = this.next('ack');
    const at = performance.now();
    this.socket.write(maskedText(this.protocol.send(content)));
    const bytes = await reply;
    if (!bytes.includes(content)) throw new Error('a wrong acknowledgement');
    return performance.now() - at;
  }

  async get(window = {}) {
    const reply = this.next('gotten');
    this.socket.write(maskedText(JSON.stringify({ data: 'get', ...window })));
    return reply;
  }
}

const newClients = (protocol, count) => Array.from({ length: count }, () => new Client(protocol));

/** Runs `work` for each item, with at most `atOnce` at a time. */
async function each(items, atOnce, work) {
  let next = 0;
  const run = async () => {
    while (next < items.length) {
      const index = next++;
      await work(items[index], index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, run));
}

/** Connects and registers all clients. */
const enter = (clients, port) =>
  each(clients, 64, async (client, index) => {
    await client.open(port);
    await client.register(`m${index}`);
  });

/** Waits until each client has seen every later one register, exactly once. */
async function acquainted(clients) {
  const seen = () => clients.reduce((sum, { counts }) => sum + (counts.joined ?? 0), 0);
  const expected = (clients.length * (clients.length - 1)) / 2;
  while (seen() < expected) await sleep(0.01);
  if (seen() !== expected) throw new Error('a registration was seen twice');
}

const sorted = (values) => Float64Array.from(values).sort();

const scenarios = {
  /** Connects and registers N clients at once. Measures the CPU for each, and how many register per second. */
  async connect({ port, pid, protocol, members }) {
    const clients = newClients(protocols[protocol], members);
    const cpu = cpuOf(pid);
    const at = performance.now();
    await enter(clients, port);
    const seconds = (performance.now() - at) / 1000;
    await acquainted(clients);
    return { cpuEach: (cpuOf(pid) - cpu) / members, perSecond: members / seconds };
  },

  /** Opens N idle connections. Measures the memory of each, and the CPU in percent of a core. */
  async idle({ port, pid, protocol, members, seconds }) {
    const before = rssOf(pid);
    const clients = newClients(protocols[protocol], members);
    await each(clients, 64, (client) => client.open(port));
    await sleep(2);
    const cpu = cpuOf(pid);
    await sleep(seconds);
    return {
      bytesEach: (rssOf(pid) - before) / members,
      cpuPercent: (cpuOf(pid) - cpu) / seconds / 1e4,
      open: clients.filter(({ isOpen }) => isOpen).length,
    };
  },

  /**
   * One author with a long history. Measures the time to acknowledgement, one send after the other, and one whole
   * `get`.
   */
  async history({ port, pid, protocol, sends }) {
    const [author] = newClients(protocols[protocol], 1);
    await author.open(port);
    await author.register('author');
    for (let index = 0; index < 100; index++) await author.say(`warm ${index}.`);
    const times = [];
    for (let index = 0; index < sends; index++) times.push(await author.say(`message ${index}.`));
    const cpu = cpuOf(pid);
    const at = performance.now();
    const { length } = await author.get();
    const ms = performance.now() - at;
    const all = sorted(times);
    return {
      ackP50Ms: percentile(all, 0.5),
      ackP99Ms: percentile(all, 0.99),
      get: { bytes: length, ms, cpuMs: (cpuOf(pid) - cpu) / 1000 },
    };
  },

  /**
   * Many whole `get`s at once while an author sends. The readers run in their own thread, so that the time they need
   * for the histories does not count as latency of the author.
   */
  async gets({ port, pid, protocol, readers }) {
    const [author] = newClients(protocols[protocol], 1);
    await author.open(port);
    await author.register('author');
    const thread = new Worker(new URL(import.meta.url), {
      argv: [JSON.stringify({ scenario: 'readers', port, protocol, readers })],
    });
    await once(thread, 'message');
    for (let index = 0; index < 100; index++) await author.say(`warm ${index}.`);
    const times = [];
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, rssOf(pid));
    }, 10);
    const cpu = cpuOf(pid);
    let read;
    void once(thread, 'message').then(([message]) => {
      read = message;
    });
    thread.postMessage('go');
    for (let index = 0; read === undefined; index++) times.push(await author.say(`during ${index}.`));
    clearInterval(watch);
    const all = sorted(times);
    return {
      ackP50Ms: percentile(all, 0.5),
      ackP99Ms: percentile(all, 0.99),
      acks: times.length,
      seconds: read.seconds,
      peakRssBytes: peak,
      cpuEach: (cpuOf(pid) - cpu) / readers / 1000,
    };
  },

  /** The readers of `gets`. */
  async readers({ port, protocol, readers }) {
    const clients = newClients(protocols[protocol], readers);
    await each(clients, 8, async (client, index) => {
      await client.open(port);
      await client.register(`reader ${index}`);
    });
    parentPort.postMessage('ready');
    await once(parentPort, 'message');
    const at = performance.now();
    await Promise.all(clients.map((client) => client.get()));
    return { seconds: (performance.now() - at) / 1000 };
  },

  /** All members are cut off at once, reconnect and fetch what they missed, while one that stays goes on sending. */
  async storm({ port, protocol, members }) {
    const [steady] = newClients(protocols[protocol], 1);
    await steady.open(port);
    await steady.register('steady');
    const thread = new Worker(new URL(import.meta.url), {
      argv: [JSON.stringify({ scenario: 'stormy', port, protocol, members })],
    });
    await once(thread, 'message');
    const times = [];
    let back;
    void once(thread, 'message').then(([message]) => {
      back = message;
    });
    thread.postMessage('go');
    for (let index = 0; back === undefined; index++) {
      times.push(await steady.say(`steady ${index}.`));
      await sleep(0.02);
    }
    const all = sorted(times);
    return { seconds: back.seconds, steadyP50Ms: percentile(all, 0.5), steadyP99Ms: percentile(all, 0.99) };
  },

  /** The members that are cut off in `storm`, in their own thread. */
  async stormy({ port, protocol, members }) {
    const clients = newClients(protocols[protocol], members);
    await enter(clients, port);
    parentPort.postMessage('ready');
    await once(parentPort, 'message');
    await sleep(0.5);
    for (const { socket } of clients) socket.destroy();
    const at = performance.now();
    await Promise.all(
      clients.map(async (_, index) => {
        const client = new Client(protocols[protocol]);
        clients[index] = client;
        await client.open(port);
        while (!(await client.register(`m${index}`)).includes('"status":true')) await sleep(0.05);
        await client.get({ after: 0 });
      }),
    );
    return { seconds: (performance.now() - at) / 1000 };
  },

  /** Guests come and go all the time while one member sends. Measures the CPU for each guest. */
  async churn({ port, pid, protocol, members, seconds }) {
    const clients = newClients(protocols[protocol], members);
    await enter(clients, port);
    const times = [];
    const cpu = cpuOf(pid);
    const end = performance.now() + seconds * 1000;
    let turns = 0;
    const coming = Promise.all(
      Array.from({ length: 8 }, async (_, lane) => {
        for (; performance.now() < end; turns++) {
          const [guest] = newClients(protocols[protocol], 1);
          await guest.open(port);
          await guest.register(`guest ${lane} ${turns}`);
          guest.socket.destroy();
        }
      }),
    );
    while (performance.now() < end) times.push(await clients[0].say(`during ${times.length}.`));
    await coming;
    const all = sorted(times);
    return {
      cpuEach: (cpuOf(pid) - cpu) / turns,
      perSecond: turns / seconds,
      ackP50Ms: percentile(all, 0.5),
      ackP99Ms: percentile(all, 0.99),
    };
  },

  /**
   * An ordinary large room for benchmarks of the lab, in its own thread. A few of the members send requests all the
   * time, every seventh of them a message, and guests come and go. Ends when told to, once all requests are answered.
   */
  async room({ port, protocol, members, talkers, requestsPerSecond, guestsPerSecond }) {
    const clients = newClients(protocols[protocol], members);
    await enter(clients, port);
    await acquainted(clients);
    parentPort.postMessage('ready');
    await once(parentPort, 'message');
    const at = performance.now();
    let asked = 0;
    let guests = 0;
    const visit = async (name) => {
      const [guest] = newClients(protocols[protocol], 1);
      await guest.open(port);
      await guest.register(name);
      guest.socket.destroy();
    };
    const asking = setInterval(() => {
      for (; asked < ((performance.now() - at) / 1000) * requestsPerSecond; asked++) {
        const { socket, protocol: own } = clients[asked % talkers];
        const isMessage = asked % 7 === 0;
        socket.write(maskedText(isMessage ? own.send(`message ${asked}.`) : '{"data":"get","limit":10}'));
      }
    }, 10);
    const coming = setInterval(() => void visit(`guest ${guests++}`), 1000 / guestsPerSecond);
    await once(parentPort, 'message');
    clearInterval(asking);
    clearInterval(coming);
    const seconds = (performance.now() - at) / 1000;
    const answered = () =>
      clients.reduce((sum, { counts: { ack = 0, gotten = 0 } }) => sum + ack + gotten, 0);
    while (answered() < asked) await sleep(0.01);
    return { requestsPerSecond: asked / seconds, guestsPerSecond: guests / seconds };
  },
};

const { scenario, ...parameters } = JSON.parse(process.argv[2]);
const result = await scenarios[scenario](parameters);
if (isMainThread) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(0);
} else parentPort.postMessage(result);
