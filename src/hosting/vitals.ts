/** How a chat is doing: whether it is ready, and its metrics. */
import type { LogEntry } from '../actors/log.ts';
import type { Readings } from '../actors/readings.ts';
import type { HostedLedger, Ledger } from '../ledger/ledger.ts';
import type { Metric, Metrics, Obstacle, Rejection, Status } from './metrics.ts';
import type { Readiness, Source } from './operations.ts';

/** What one worker tells the primary of its chat. */
export type Report = Readiness & { metrics: Metric[] };

/** The parts of a chat that the endpoints tell of. */
export type Watched = {
  system: { read: () => Readings };
  ledger: Pick<HostedLedger, 'view' | 'health' | 'bytes' | 'weakness'>;
  /** What else the metrics show. */
  facts: () => Pick<Status, 'maxDataBytes' | 'maxConnections' | 'certificateExpiry'>;
};

export class Vitals implements Source {
  #phase: 'starting' | 'open' | 'draining' = 'starting';
  readonly #metrics: Metrics;
  #watched: Watched | undefined;

  private constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** The library for metrics is loaded only when it is used. */
  static async load(): Promise<Vitals> {
    const { Metrics } = await import('./metrics.ts');
    return new Vitals(new Metrics());
  }

  /** Counts what is logged, or a handshake that was refused. */
  count(entry: LogEntry | Rejection): void {
    this.#metrics.count(entry);
  }

  /** A ledger whose commits are measured. */
  timed(ledger: Ledger): Ledger {
    return {
      start: (listener) => ledger.start(listener),
      commit: async (changes) => {
        const startMs = performance.now();
        await ledger.commit(changes);
        this.#metrics.committed(changes.length, (performance.now() - startMs) / 1000);
      },
      act: (act) => ledger.act(act),
      ask: () => ledger.ask(),
      archivedBy: (isAuthor) => ledger.archivedBy(isAuthor),
      get rules() {
        return ledger.rules;
      },
      view: (window) => ledger.view(window),
      close: () => ledger.close(),
    };
  }

  watch(watched: Watched): void {
    this.#watched = watched;
  }

  /** The chat takes connections. */
  opened(): void {
    if (this.#phase === 'starting') this.#phase = 'open';
  }

  /** The chat has begun to end. */
  drain(): void {
    this.#phase = 'draining';
  }

  async silent(): Promise<string[]> {
    return [];
  }

  async readiness(): Promise<Readiness> {
    const { weakness } = this.#watched?.ledger ?? {};
    return { obstacles: [...this.#obstacles().values()], remarks: weakness === undefined ? [] : [weakness] };
  }

  metrics(): Promise<string> {
    return this.#metrics.text(this.#status());
  }

  async report(): Promise<Report> {
    return { ...(await this.readiness()), metrics: await this.#metrics.data(this.#status()) };
  }

  #obstacles(): Map<Obstacle, string> {
    const found = new Map<Obstacle, string>();
    if (this.#phase !== 'open') found.set(this.#phase, this.#phase);
    const trouble = this.#watched?.ledger.health();
    if (trouble !== undefined) found.set('ledger', `messages cannot be stored: ${trouble}`);
    return found;
  }

  #status(): Status {
    const obstacles = this.#obstacles();
    if (this.#watched === undefined) return { obstacles };
    const { system, ledger, facts } = this.#watched;
    const messages = ledger.view({ limit: 0 }).part.total;
    return { ...system.read(), ...facts(), obstacles, messages, dataBytes: ledger.bytes };
  }
}
