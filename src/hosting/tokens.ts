import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { targetOf } from './http.ts';
import { readSmallFile } from './small-file.ts';

/** Tokens, and whose they are. Only their hashes are kept. */
export class Tokens<Owner = true> {
  readonly #owners: readonly { hash: Buffer; owner: Owner }[];

  constructor(owners: Iterable<readonly [token: string, owner: Owner]>) {
    this.#owners = Array.from(owners, ([token, owner]) => ({ hash: hashOf(token), owner }));
  }

  /** Whose token this is. Takes the same time for every wrong one. */
  ownerOf(token: string): Owner | undefined {
    const given = hashOf(token);
    let found: Owner | undefined;
    for (const { hash, owner } of this.#owners) if (timingSafeEqual(hash, given)) found = owner;
    return found;
  }
}

/** Reads a file with a token on each line. Throws a StartError if the file cannot be read or has no token. */
export function readTokens(path: string, what: string, onWarning: (text: string) => void): Tokens {
  return new Tokens(readTokenLines(path, what, onWarning).map(({ text }) => [text, true]));
}

/**
 * Reads the lines of a file that has tokens, with their numbers. Blank lines and those that begin with `#` do not count.
 * `what` says in words what a line is, such as `access token`. Throws a StartError if the file cannot be read or has none.
 */
export function readTokenLines(
  path: string,
  what: string,
  onWarning: (text: string) => void,
): { number: number; text: string }[] {
  const [content, mode] = read(path, what);
  const lines = content.split('\n').map((line, index) => ({ number: index + 1, text: line.trim() }));
  const counted = lines.filter(({ text }) => text !== '' && !text.startsWith('#'));
  if (counted.length === 0) throw new StartError('CONFIG_INVALID', `${path} has no ${what}`);
  if (process.platform !== 'win32' && (mode & 0o044) !== 0)
    onWarning(`${path}, which has the ${what}s, may be read by other users`);
  return counted;
}

function read(path: string, what: string): [content: string, mode: number] {
  try {
    const { content, mode } = readSmallFile(path);
    return [`${content}`, mode];
  } catch (error) {
    throw new StartError('CONFIG_INVALID', `cannot read the ${what}s in ${path}: ${inWords(error)}`);
  }
}

/**
 * The token of a request: in its `Authorization`, as browsers cannot send it with a handshake, or in its query. An empty
 * text if there is none.
 */
export function tokenIn(request: Pick<IncomingMessage, 'headers' | 'url'>): string {
  const [, query] = targetOf(request.url).split('?', 2);
  // A token has no spaces, so a space was a plus sign that nobody has escaped.
  return bearerOf(request) || (new URLSearchParams(query).get('access_token')?.replaceAll(' ', '+') ?? '');
}

/** The token in a request's `Authorization`. An empty text if there is none. */
export function bearerOf({ headers: { authorization = '' } }: Pick<IncomingMessage, 'headers'>): string {
  const [, token = ''] = /^bearer +(\S+)$/i.exec(authorization) ?? [];
  return token;
}

const hashOf = (text: string) => createHash('sha256').update(text).digest();
