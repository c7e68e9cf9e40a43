import type { IncomingMessage } from 'node:http';
import { AdmissionError } from './admit.ts';
import { lossIn, mistakeIn } from './handshake.ts';
import type { Refusal } from './http.ts';
import { nameOf, readOrigin } from './origins.ts';

/** Why a request is refused, in one word. */
export const reasons = [
  'handshake',
  'proxy',
  'host',
  'origin',
  'rate',
  'token',
  'banned',
  'full',
  'address',
  'admit',
] as const;
type Reason = (typeof reasons)[number];

export type AdmissionRefusal = Refusal & { readonly reason: Reason };

/** How long those are told to wait for whom there is no room, in seconds. */
const fullSeconds = 10;

/** The refusals of those who are not let in, or not let moderate. Nothing else makes one. */
export const refusals = {
  proxy(request: IncomingMessage): AdmissionRefusal | undefined {
    const refusal = lossIn(request);
    return refusal && { ...refusal, reason: 'proxy' };
  },
  handshake(request: IncomingMessage): AdmissionRefusal | undefined {
    const refusal = mistakeIn(request);
    return refusal && { ...refusal, reason: 'handshake' };
  },
  /** What `ws` says against a handshake. */
  invalid: (text: string): AdmissionRefusal => ({ status: 400, reason: 'handshake', text }),
  host: (host: string | undefined): AdmissionRefusal => ({
    status: 421,
    reason: 'host',
    text: wrongHost(host),
  }),
  origin: (origin: string | undefined): AdmissionRefusal => ({
    status: 403,
    reason: 'origin',
    text: wrongOrigin(origin),
  }),
  rate: (waitMs: number): AdmissionRefusal => ({
    status: 429,
    reason: 'rate',
    text: 'There are too many new connections from your address. Try again later.',
    headers: retryAfter(waitMs),
  }),
  token: (): AdmissionRefusal => ({
    status: 401,
    reason: 'token',
    text: 'This server needs an access token: Authorization: Bearer, or ?access_token= in the address.',
    headers: { 'www-authenticate': 'Bearer' },
  }),
  /** Only moderators may do this. */
  moderator: (): AdmissionRefusal => ({
    status: 401,
    reason: 'token',
    text: "This needs a moderator's token: Authorization: Bearer.",
    headers: { 'www-authenticate': 'Bearer' },
  }),
  /** Wrong tokens have come from this address. */
  guesses: (waitMs: number): AdmissionRefusal => ({
    status: 429,
    reason: 'token',
    text: 'Too many wrong tokens have come from your address. Try again later.',
    headers: retryAfter(waitMs),
  }),
  /** `sentence`: that the address is banned, until when, and why. */
  banned: (sentence: string): AdmissionRefusal => ({ status: 403, reason: 'banned', text: sentence }),
  full: (): AdmissionRefusal => ({
    status: 503,
    reason: 'full',
    text: 'The server is full. Try again later.',
    headers: { 'retry-after': `${fullSeconds}` },
  }),
  address: (): AdmissionRefusal => ({
    status: 429,
    reason: 'address',
    text: 'There are too many connections from your address.',
  }),
  /** What a program says against a connection, or a bug in it. */
  admit: (error: unknown): AdmissionRefusal =>
    error instanceof AdmissionError
      ? { status: error.status, reason: 'admit', text: error.message }
      : { status: 500, reason: 'admit', text: 'The server could not decide.' },
};

/** Says how long to wait, in whole seconds. */
const retryAfter = (waitMs: number) => ({ 'retry-after': `${Math.ceil(waitMs / 1000)}` });

function wrongHost(host = ''): string {
  const name = nameOf(host.replace(/:\d*$/, ''));
  return name === ''
    ? 'This server answers only requests that name it as their Host.'
    : `This server does not answer as ${name}. Whoever runs it can allow that name: --hosts ${name}`;
}

function wrongOrigin(origin: string | undefined): string {
  if (origin === undefined) return 'This server admits only connections that name their Origin.';
  if (readOrigin(origin) === undefined) return 'Pages of this origin may not connect to this server.';
  return `Pages of ${origin} may not connect to this server. Whoever runs it can allow them: --origins ${origin}`;
}
