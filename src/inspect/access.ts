/**
 * Decides who may use the inspector. Although it listens on loopback only, every page in a browser on this machine can
 * reach it. So a request must name a loopback host (against DNS rebinding), come from no other page, and have the token.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const names = ['127.0.0.1', 'localhost', '[::1]'];

/** Can this address be reached from this machine only? */
export const isLoopback = (host: string) => ['127.0.0.1', 'localhost', '::1'].includes(host);

/** Does the request name the inspector itself, and come from no other page? */
export function isOwn({ headers }: IncomingMessage, port: number): boolean {
  const { host = '', origin } = headers;
  const isNamed = names.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
  return isNamed && (origin === undefined || origin === `http://${host}`);
}

/** Does the query hold the token? Takes the same time for every wrong token. */
export function holdsToken({ url = '' }: IncomingMessage, token: string): boolean {
  const [, query = ''] = url.split('?', 2);
  const given = Buffer.from(new URLSearchParams(query).get('token') ?? '');
  const right = Buffer.from(token);
  return given.length === right.length && timingSafeEqual(given, right);
}
