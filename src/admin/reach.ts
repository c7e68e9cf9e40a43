/** How the command `admin` reaches a server. */
import { type IncomingMessage, type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { text } from 'node:stream/consumers';
import { withAdminPath } from '../moderation/socket.ts';
import { inWords } from '../system-error.ts';
import type { Order, Place } from './order.ts';

/** What a server says of an act. */
export type Reply = { status: number; body: Readonly<Record<string, unknown>> };

/** There is no server that could do it. */
export class NoServer extends Error {}

/** Sends an act to a server. Rejects with a NoServer, or with an error if this user may not reach it. */
export async function ask(
  { act, args, place }: Pick<Order, 'act' | 'args' | 'place'>,
  limitMs: number,
): Promise<Reply> {
  const signal = AbortSignal.timeout(limitMs);
  try {
    return await askAt(place, `admin/${act}`, JSON.stringify(args), signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') throw error;
    const where = 'data' in place ? place.data : place.url.host;
    throw new NoServer(
      `${where}: ${signal.aborted ? `no answer within ${limitMs / 1000} s` : inWords(error)}`,
    );
  }
}

function askAt(place: Place, path: string, body: string, signal: AbortSignal): Promise<Reply> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const options = { method: 'POST', agent: false, signal, headers } as const;
  if ('data' in place)
    return withAdminPath(place.data, (socketPath) =>
      replyTo(requestPlain, `http://localhost/${path}`, { ...options, socketPath }, body),
    );
  const { url, token } = place;
  const authorization = `Bearer ${token}`;
  const folder = url.pathname.endsWith('/') ? url.href : `${url.href}/`;
  const request = url.protocol === 'https:' ? requestTls : requestPlain;
  return replyTo(
    request,
    new URL(path, folder),
    { ...options, headers: { ...headers, authorization } },
    body,
  );
}

async function replyTo(
  request: typeof requestPlain | typeof requestTls,
  url: string | URL,
  options: RequestOptions,
  body: string,
): Promise<Reply> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, options, resolve).on('error', reject).end(body);
  });
  const { statusCode: status = 0 } = response;
  return { status, body: objectIn(await text(response)) };
}

function objectIn(said: string): Reply['body'] {
  try {
    const value = JSON.parse(said);
    if (typeof value === 'object' && value !== null) return value;
  } catch {}
  throw new Error('what answers there does not moderate a chat');
}
