/**
 * Who may ask the inspector anything. It listens on loopback, where every page in a browser of this machine can reach it
 * too: so a request must name a loopback host (a name that was made to point here is another one, DNS rebinding), come
 * from no page but its own, and know the token.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const names = ['127.0.0.1', 'localhost', '[::1]'];

/** Is an address to listen on reached from this machine only? */
export const isLoopback = (host: string) => ['127.0.0.1', 'localhost', '::1'].includes(host);

/** Is it asked under a name of its own, and by no other page? */
export function isOwn({ headers }: IncomingMessage, port: number): boolean {
  const { host = '', origin } = headers;
  const isNamed = names.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
  return isNamed && (origin === undefined || origin === `http://${host}`);
}

/** Does its query hold the token? Takes the same time for every wrong one. */
export function holdsToken({ url = '' }: IncomingMessage, token: string): boolean {
  const [, query = ''] = url.split('?', 2);
  const given = Buffer.from(new URLSearchParams(query).get('token') ?? '');
  const right = Buffer.from(token);
  return given.length === right.length && timingSafeEqual(given, right);
}
