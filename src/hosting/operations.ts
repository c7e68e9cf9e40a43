/** The operations port: whether the chat is alive and ready, and its metrics. Not for the public. */
import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { Log, LogEntry } from '../actors/log.ts';
import type { Readings } from '../actors/readings.ts';
import type { HostedLedger, Ledger } from '../ledger/ledger.ts';
import { limitConnections } from './descriptors.ts';
import { createHttpServer, formatAddress, listen, pathOf } from './http.ts';
import type { Metrics, Obstacle, Rejection, Status } from './metrics.ts';
import { text, type Values, whole } from './settings.ts';

export const operationsSettings = {
  /** Port for health checks and metrics; 0 takes any free one. Default none. */
  opsPort: whole(0, 65_535)
    .optional()
    .meta({ description: 'port for health checks and metrics; 0 takes any free one', unset: 'none' }),
  /** Address for health checks and metrics. Default `127.0.0.1`. */
  opsHost: text.default('127.0.0.1').describe('address for health checks and metrics'),
};

const maxConnections = 64;
const handshakeSeconds = 10;

/** The parts of a chat that the endpoints tell of. */
export type Watched = {
  system: { read: () => Readings };
  ledger: Pick<HostedLedger, 'view' | 'health' | 'bytes' | 'weakness'>;
  /** What else the metrics show. */
  facts: () => Pick<Status, 'maxDataBytes' | 'maxConnections' | 'certificateExpiry'>;
};

export class Operations {
  #phase: 'starting' | 'open' | 'draining' = 'starting';
  readonly #server: Server;
  readonly #metrics: Metrics;
  readonly #metricsType: string;
  readonly #log: Log;
  #watched: Watched | undefined;
  #url = '';

  private constructor({ Metrics, metricsType }: typeof import('./metrics.ts'), log: Log) {
    this.#metrics = new Metrics();
    this.#metricsType = metricsType;
    this.#log = log;
    this.#server = createHttpServer(handshakeSeconds, this.#onRequest);
  }

  /** Starts to listen, if there is a port to listen on. Rejects with a StartError. */
  static async start(
    { opsPort: port, opsHost: host }: Values<typeof operationsSettings>,
    log: Log,
  ): Promise<Operations | undefined> {
    if (port === undefined) return undefined;
    // Loaded only when used.
    const operations = new Operations(await import('./metrics.ts'), log);
    const address = await listen(operations.#server, { host, port });
    limitConnections(operations.#server, log, maxConnections);
    operations.#url = `http://${formatAddress(address)}/`;
    return operations;
  }

  get url(): string {
    return this.#url;
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

  /** Stops listening. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  readonly #onRequest: RequestListener = ({ method, url }, response) => {
    const answer = this.#answers[pathOf(url)];
    if (answer === undefined) reply(response, 404, 'There is only /healthz, /readyz and /metrics.\n');
    else if (method === 'GET' || method === 'HEAD') answer(response);
    else {
      response.setHeader('allow', 'GET, HEAD');
      reply(response, 405, 'Only GET and HEAD are allowed.\n');
    }
  };

  readonly #answers: Readonly<Record<string, (response: ServerResponse) => void>> = {
    '/healthz': (response) => reply(response, 200, 'ok\n'),
    '/readyz': (response) => {
      const obstacles = [...this.#obstacles().values()];
      const { weakness } = this.#watched?.ledger ?? {};
      if (obstacles.length === 0)
        reply(response, 200, ['ready', ...(weakness === undefined ? [] : [weakness]), ''].join('\n'));
      else reply(response, 503, `${obstacles.join('\n')}\n`);
    },
    '/metrics': (response) => {
      this.#metrics.text(this.#status()).then(
        (metrics) => reply(response, 200, metrics, this.#metricsType),
        (error) => {
          this.#log({ kind: 'error', connection: undefined, error });
          reply(response, 500, 'The metrics could not be collected.\n');
        },
      );
    },
  };

  /** Why the chat is not ready, in words. */
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

const plainText = 'text/plain; charset=utf-8';

function reply(response: ServerResponse, status: number, text: string, type = plainText): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
}
