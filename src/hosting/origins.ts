/** Whose pages may open a WebSocket, and under which names the server may be asked for (against DNS rebinding). */
import { ipOf } from './address.ts';

/** What a request says of the page that it comes from, and of where it goes. */
export type Request = {
  origin: string | undefined;
  host: string | undefined;
  /** How the peer speaks, as far as that is known. */
  scheme: 'http' | 'https' | undefined;
  /** The peer's address is a loopback one. */
  isLoopback: boolean;
};

/**
 * Whether a page may open a WebSocket. Without a list it may if its origin is the request's own host, or if the peer is on
 * this machine and so is the page, which may also have been opened from disk.
 */
export function mayConnect(request: Request, allowed: readonly string[], isRequired: boolean): boolean {
  const { origin } = request;
  if (origin === undefined) return !isRequired;
  if (allowed.length > 0) return allowed.includes('*') || allowed.includes(origin);
  return isOwn(origin, request) || (request.isLoopback && isLocal(origin));
}

/** Are the origin's host and port those of the request? A host without a port has that of its scheme. */
function isOwn(origin: string, { host = '', scheme }: Request): boolean {
  const page = readOrigin(origin);
  if (page === undefined) return false;
  const asked = placeOf(host, scheme ?? page.protocol.slice(0, -1));
  return asked !== undefined && asked.hostname === page.hostname && portOf(asked) === portOf(page);
}

function isLocal(origin: string): boolean {
  const { hostname = '' } = readOrigin(origin) ?? {};
  return origin === 'null' || isOfThisMachine(hostname);
}

const isOfThisMachine = (hostname: string) =>
  isLocalName(hostname) || ipOf(bare(hostname))?.range() === 'loopback';

/** Reads an origin that is written as browsers write it. Returns `undefined` for any other text. */
export function readOrigin(text: string): URL | undefined {
  const url = urlOf(text);
  return url?.origin === text && /^https?:$/.test(url.protocol) ? url : undefined;
}

/**
 * Whether the server may be asked for under the name in a `Host` header. An address always passes, since only names can be
 * made to lead elsewhere, and so does `localhost`.
 */
export function isNamed(host: string | undefined, names: readonly string[]): boolean {
  const name = hostOf(host);
  return isLocalName(name) || ipOf(bare(name)) !== undefined || names.includes(name);
}

/** Whether a `Host` header is one that this machine would write to itself: a loopback address, or one of these names. */
export function isAtHome(host: string | undefined, names: readonly string[]): boolean {
  const name = hostOf(host);
  return name === '' || isOfThisMachine(name) || names.includes(name);
}

/** A name as it is compared: without capitals, and its other letters in the form of DNS. */
export const nameOf = (text: string) => placeOf(text)?.hostname ?? text;

const isLocalName = (name: string) => name === 'localhost' || name.endsWith('.localhost');
const bare = (hostname: string) => hostname.replace(/^\[|\]$/g, '');
const portOf = ({ port, protocol }: URL) => port || (protocol === 'https:' ? '443' : '80');

/** The name or address in a `Host` header; nothing if there is none. */
const hostOf = (host: string | undefined) => placeOf(host)?.hostname.replace(/\.$/, '') ?? '';

/** What a `Host` header names. */
const placeOf = (host = '', scheme = 'http') =>
  /[/?#@\\]/.test(host) ? undefined : urlOf(`${scheme}://${host}`);

/**
 * The URL that a text is. `URL.canParse` cannot be asked: once Node 20 has compiled it, it takes Latin-1 for UTF-8, and so
 * says of some texts that they can be parsed which cannot.
 */
export function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
