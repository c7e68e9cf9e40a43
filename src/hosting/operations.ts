/** The operations port: whether the chat is alive and ready, its metrics, and the acts of moderators. Not for the public. */
import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { Log } from '../actors/log.ts';
import { limitConnections } from './descriptors.ts';
import { createHttpServer, formatAddress, listen, pathOf } from './http.ts';
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

/** Why the chat is not ready, and what else there is to know of it as long as it is so, a line each. */
export type Readiness = { obstacles: string[]; remarks: string[] };

/** What the endpoints tell. */
export type Source = {
  /** Resolves to the workers that do not answer, a line each. */
  silent: () => Promise<string[]>;
  readiness: () => Promise<Readiness>;
  /** Resolves to all metrics in the text format of Prometheus. */
  metrics: () => Promise<string>;
};

export class Operations {
  readonly #server: Server;
  readonly #source: Source;
  /** Answers requests below /admin/. */
  readonly #acts: RequestListener;
  readonly #log: Log;
  #url = '';

  private constructor(source: Source, acts: RequestListener, log: Log) {
    this.#source = source;
    this.#acts = acts;
    this.#log = log;
    this.#server = createHttpServer(handshakeSeconds, this.#onRequest);
  }

  /** Starts to listen. Rejects with a StartError. */
  static async start(
    { opsPort: port = 0, opsHost: host }: Values<typeof operationsSettings>,
    source: Source,
    acts: RequestListener,
    log: Log,
  ): Promise<Operations> {
    const operations = new Operations(source, acts, log);
    const address = await listen(operations.#server, { host, port });
    limitConnections(operations.#server, log, maxConnections);
    operations.#url = `http://${formatAddress(address)}/`;
    return operations;
  }

  get url(): string {
    return this.#url;
  }

  /** Stops listening. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  readonly #onRequest: RequestListener = (request, response) => {
    const { method, url } = request;
    if (pathOf(url).startsWith('/admin/')) {
      this.#acts(request, response);
      return;
    }
    const answer = this.#answers[pathOf(url)];
    if (answer === undefined)
      reply(response, 404, 'There is only /healthz, /readyz, /metrics and /admin/.\n');
    else if (method === 'GET' || method === 'HEAD')
      answer(response).catch((error) => {
        this.#log({ kind: 'error', connection: undefined, error });
        reply(response, 500, 'The answer could not be put together.\n');
      });
    else {
      response.setHeader('allow', 'GET, HEAD');
      reply(response, 405, 'Only GET and HEAD are allowed.\n');
    }
  };

  readonly #answers: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
    '/healthz': async (response) => replyUnless(response, await this.#source.silent(), ['ok']),
    '/readyz': async (response) => {
      const { obstacles, remarks } = await this.#source.readiness();
      replyUnless(response, obstacles, ['ready', ...remarks]);
    },
    '/metrics': async (response) => reply(response, 200, await this.#source.metrics(), metricsType),
  };
}

const plainText = 'text/plain; charset=utf-8';
const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

/** Answers that all is well, unless something is wrong. */
function replyUnless(response: ServerResponse, wrong: readonly string[], well: readonly string[]): void {
  const isWell = wrong.length === 0;
  reply(response, isWell ? 200 : 503, [...(isWell ? well : wrong), ''].join('\n'));
}

function reply(response: ServerResponse, status: number, text: string, type = plainText): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
}
