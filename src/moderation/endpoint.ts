/**
 * The acts of moderators over HTTP: `POST …/admin/ACT` with a JSON object. Whoever asks has a token in `Authorization`,
 * which no browser sends by itself. So a page of another site can do nothing here, and no origin needs to be allowed.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Peer } from '../actors/guest.ts';
import type { Log } from '../actors/log.ts';
import { answer, pathOf } from '../hosting/http.ts';
import type { Actor, Verdict } from '../hosting/keys.ts';
import { refusals } from '../hosting/refusals.ts';
import { bearerOf } from '../hosting/tokens.ts';
import { type Outcome, type Perform, refused } from './outcome.ts';

export type EndpointOptions = {
  senderOf: (request: IncomingMessage) => Peer;
  /** Judges a token. `sender`: the key of the sender's address. */
  judge: (token: string, sender: string) => Verdict;
  /** Why nobody can moderate here, if nobody can. */
  obstacle?: () => string | undefined;
  perform: Perform;
  /** How long a body may take, in milliseconds. The server of an embedding program may have no limit of its own. */
  bodyMs?: number;
  log: Log;
};

/** The largest body, in bytes. The longest are the host's lists of blocked words. */
const mostBytes = { host: 1024 * 1024, moderator: 64 * 1024 } as const;
const usualBodyMs = 10_000;

/** The act that a request asks for: the last part of its path. */
const actIn = ({ url }: IncomingMessage) => /^\/admin\/(.*)$/s.exec(pathOf(url))?.[1];

/** Whether a request asks for an act. */
export const asksForAct = (request: IncomingMessage) => actIn(request) !== undefined;

/** A listener for requests that ask for an act. */
export function actListener(options: EndpointOptions): RequestListener {
  return (request, response) => {
    outcomeOf(request, options).then(
      (outcome) => send(response, outcome),
      (error) => {
        // The peer has gone, or was too slow.
        if (!request.complete) return;
        options.log({ kind: 'error', connection: undefined, error });
        send(response, refused({ status: 500, text: 'There is a bug in the server.' }));
      },
    );
  };
}

async function outcomeOf(request: IncomingMessage, options: EndpointOptions): Promise<Outcome> {
  const why = options.obstacle?.();
  if (why !== undefined) return refused({ status: 403, text: why });
  if (request.method !== 'POST')
    return refused({ status: 405, text: 'An act is a POST.', headers: { allow: 'POST' } });
  const entry = enter(request, options);
  if ('status' in entry) return entry;
  const body = await readBody(request, mostBytes[entry.isHost ? 'host' : 'moderator'], options.bodyMs);
  if (typeof body !== 'string') return body;
  const order = orderIn(body);
  if (order === undefined) return refused({ status: 400, text: 'The body must be a JSON object.' });
  return options.perform(entry, actIn(request) ?? '', order);
}

/** Who sends a request, or why it is refused. */
function enter(request: IncomingMessage, { senderOf, judge, log }: EndpointOptions): Actor | Outcome {
  const { address, key } = senderOf(request);
  const verdict = judge(bearerOf(request), key);
  if (verdict.actor !== undefined) return verdict.actor;
  const refusal = verdict.waitMs > 0 ? refusals.guesses(verdict.waitMs) : refusals.moderator();
  log({ kind: 'rejection', address, status: refusal.status, reason: refusal.reason });
  return refused(refusal);
}

/** Reads a body. One that comes too slowly ends its connection. */
async function readBody(
  request: IncomingMessage,
  most: number,
  bodyMs = usualBodyMs,
): Promise<string | Outcome> {
  const [type] = (request.headers['content-type'] ?? 'application/json').split(';');
  if (type?.trim().toLowerCase() !== 'application/json')
    return refused({ status: 415, text: 'The body must be JSON: Content-Type: application/json.' });
  const late = setTimeout(() => request.destroy(), bodyMs);
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of request.iterator({ destroyOnReturn: false })) {
      bytes += part.length;
      if (bytes > most) return refused({ status: 413, text: `The body may have ${most} bytes.` });
      parts.push(part);
    }
    return `${Buffer.concat(parts)}`;
  } finally {
    clearTimeout(late);
  }
}

/** The object in a body. An empty body is an empty object. */
function orderIn(body: string): object | undefined {
  try {
    const value = JSON.parse(body || '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, body, headers = {} }: Outcome): void {
  if (response.destroyed) return;
  const fields = { ...headers, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  // What is left of a body that was refused is not read.
  if (!response.req.complete) response.setHeader('connection', 'close');
  response.setHeaders(new Map(Object.entries(fields)));
  answer(response, status, `${JSON.stringify(body)}\n`, 'application/json');
}
