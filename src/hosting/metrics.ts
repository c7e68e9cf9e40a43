/** What Prometheus is told of a chat. Nothing of it comes from clients: no nickname, text or address. */
import { readdir } from 'node:fs/promises';
import { type Aggregator, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Command, LogEntry } from '../actors/log.ts';
import type { Readings } from '../actors/readings.ts';
import type { Refusal } from '../protocol/replies.ts';
import { reasons } from './refusals.ts';

/** A handshake that was refused, as it stands in the log. */
export type Rejection = { kind: 'rejection'; reason: string };

/** Why a chat is not ready. */
const obstacles = ['starting', 'draining', 'ledger', 'silent'] as const;
export type Obstacle = (typeof obstacles)[number];

/** A metric as data, with all of its series. */
export type Metric = Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number];

/** The state of a chat when its metrics are asked for. */
export type Status = Partial<Readings> & {
  obstacles: ReadonlyMap<Obstacle, string>;
  messages?: number;
  dataBytes?: number;
  maxDataBytes?: number;
  maxConnections?: number | undefined;
  certificateExpiry?: Date | undefined;
};

type Failure = `ErrorWhen${'Register' | 'Change' | 'Send'}`;
const refusals: Record<Exclude<Refusal['reason'], Failure>, true> = {
  WrongFormatJSON: true,
  UnknownType: true,
  NotEnoughKey: true,
  UnknownRegister: true,
  NameAlreadyUsed: true,
  WrongFormatName: true,
  WrongFormatContent: true,
  ErrorWhenGet: true,
};

type Reading = [
  help: string,
  read: (status: Status) => number | undefined,
  /** What becomes of the values of several workers. Default: their sum. */
  aggregator?: Aggregator,
];

/** The gauges, with what they are and how they are read off. What is not known is 0. */
const gauges: Record<string, Reading> = {
  chat_buffered_bytes: ['Bytes that wait to leave for clients.', (status) => status.bufferedBytes],
  chat_history_messages: ['Messages in the history.', (status) => status.messages, 'max'],
  chat_data_bytes: ['Size of the data file.', (status) => status.dataBytes, 'max'],
  chat_max_data_bytes: ['Most bytes that the data file may have.', (status) => status.maxDataBytes, 'max'],
  chat_max_connections: ['Most connections at a time; 0: not known.', (status) => status.maxConnections],
  chat_certificate_expiry_timestamp_seconds: [
    'When the TLS certificate expires; 0: there is none.',
    (status) => status.certificateExpiry && status.certificateExpiry.getTime() / 1000,
    'min',
  ],
};

/** The same for totals. */
const totals: typeof gauges = {
  chat_delivered_bytes_total: ['Bytes that have left for clients.', (status) => status.deliveredBytes],
  chat_delayed_seconds_total: [
    'Time for which frames have waited because of limits.',
    (status) => status.delayedMs && status.delayedMs / 1000,
  ],
};

export class Metrics {
  readonly #registry = new Registry();
  readonly #connections = this.#gauge('chat_connections', 'Connections by the state of their machine.', {
    labelNames: ['state'],
  });
  readonly #unready = this.#gauge('chat_unready', 'Whether this keeps the chat from being ready.', {
    labelNames: ['reason'],
    aggregator: 'max',
  });
  readonly #gauges = Object.entries(gauges).map(([name, [help, read, aggregator = 'sum']]) => {
    return { gauge: this.#gauge(name, help, { aggregator }), read };
  });
  readonly #totals = Object.entries(totals).map(([name, [help, read]]) => {
    return { counter: this.#counter(name, help), read };
  });
  readonly #requests = this.#counter(
    'chat_requests_total',
    'Requests that were answered.',
    'command',
    'result',
  );
  readonly #refusals = this.#counter(
    'chat_refusals_total',
    'Requests and frames that were refused.',
    'reason',
  );
  readonly #handshakes = this.#counter(
    'chat_handshakes_refused_total',
    'Handshakes that were refused, TLS handshakes that have failed, and TCP connections that were cut off.',
    'reason',
  );
  readonly #commitSeconds = new Histogram({
    name: 'chat_commit_seconds',
    help: 'How long commits took, to the disk if there were messages in them.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.#registry],
  });
  readonly #commitChanges = new Histogram({
    name: 'chat_commit_changes',
    help: 'How many changes were committed together.',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
    registers: [this.#registry],
  });

  constructor() {
    for (const command of ['name', 'get', 'send'])
      for (const result of ['ok', 'refused', 'failed']) this.#requests.inc({ command, result }, 0);
    for (const reason of [...Object.keys(refusals), 'InvalidFrame']) this.#refusals.inc({ reason }, 0);
    for (const reason of [...reasons, 'tls', 'tcp']) this.#handshakes.inc({ reason }, 0);
  }

  /** Counts what an entry of the log stands for. */
  count(entry: LogEntry | Rejection): void {
    switch (entry.kind) {
      case 'register':
      case 'resume':
      case 'change':
        this.#answered('name', 'ok');
        break;
      case 'send':
      case 'get':
        this.#answered(entry.kind, 'ok');
        break;
      case 'refusal':
        this.#refused(entry.request, entry.reason);
        break;
      case 'error':
        if (entry.request !== undefined) this.#answered(entry.request, 'failed');
        break;
      case 'rejection':
        this.#handshakes.inc({ reason: entry.reason });
        break;
    }
  }

  committed(changes: number, seconds: number): void {
    this.#commitChanges.observe(changes);
    this.#commitSeconds.observe(seconds);
  }

  /** Resolves to all metrics in the text format of Prometheus. */
  async text(status: Status): Promise<string> {
    this.#set(status);
    const texts = await Promise.all([this.#registry.metrics(), ofProcess().metrics()]);
    return texts.join('\n');
  }

  /** Resolves to the same as data, which can be added up. */
  async data(status: Status): Promise<Metric[]> {
    this.#set(status);
    return (await Promise.all([this.#registry.getMetricsAsJSON(), ofProcess().getMetricsAsJSON()])).flat();
  }

  #set(status: Status): void {
    for (const [state, count] of status.states ?? []) this.#connections.set({ state }, count);
    for (const reason of obstacles) this.#unready.set({ reason }, status.obstacles.has(reason) ? 1 : 0);
    for (const { gauge, read } of this.#gauges) gauge.set(read(status) ?? 0);
    for (const { counter, read } of this.#totals) {
      counter.reset();
      counter.inc(read(status) ?? 0);
    }
  }

  /** A frame that is no request of the protocol has been answered as an unknown one, or is invalid. */
  #refused(command: Command | undefined, reason: string): void {
    const isReply = Object.hasOwn(refusals, reason);
    this.#refusals.inc({ reason: isReply ? reason : 'InvalidFrame' });
    if (isReply) this.#answered(command ?? 'unknown', 'refused');
  }

  #answered(command: Command | 'unknown', result: 'ok' | 'refused' | 'failed'): void {
    this.#requests.inc({ command, result });
  }

  #gauge(name: string, help: string, more: { labelNames?: string[]; aggregator?: Aggregator }) {
    return new Gauge({ name, help, ...more, registers: [this.#registry] });
  }

  #counter(name: string, help: string, ...labelNames: string[]) {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }
}

/** What would make each of thousands of connections be looked at again, and says no more than `chat_connections`. */
const dear = ['handles', 'resources', 'requests'].flatMap((kind) => [
  `nodejs_active_${kind}`,
  `nodejs_active_${kind}_total`,
]);

let processMetrics: Registry | undefined;

/** The metrics of the process, which all chats in it share. Nothing can end their collection. */
function ofProcess(): Registry {
  if (processMetrics === undefined) {
    processMetrics = new Registry();
    collectDefaultMetrics({ register: processMetrics });
    for (const name of dear) processMetrics.removeSingleMetric(name);
    countDescriptors(processMetrics);
  }
  return processMetrics;
}

/** Counts the open file descriptors in a thread: to list ten thousand of them takes 15 ms. */
function countDescriptors(registry: Registry): void {
  registry.removeSingleMetric('process_open_fds');
  new Gauge({
    name: 'process_open_fds',
    help: 'Number of open file descriptors.',
    registers: [registry],
    async collect() {
      // Where the system does not list them, there are none to count.
      const descriptors = await readdir('/proc/self/fd').catch(() => []);
      this.set(descriptors.length);
    },
  });
}
