import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { targetOf } from './http.ts';
import { readSmallFile } from './small-file.ts';

/** The tokens that let somebody in. Only their hashes are kept. */
export class Tokens {
  readonly #hashes: readonly Buffer[];

  constructor(tokens: readonly string[]) {
    this.#hashes = tokens.map(hashOf);
  }

  /** Whether a request has one of the tokens. Takes the same time for every wrong one. */
  admit(request: IncomingMessage): boolean {
    const given = hashOf(tokenIn(request));
    let isRight = false;
    for (const hash of this.#hashes) if (timingSafeEqual(hash, given)) isRight = true;
    return isRight;
  }
}

/**
 * Reads a file with a token on each line. Blank lines and those that begin with `#` do not count. Throws a StartError if the
 * file cannot be read or has no token.
 */
export function readTokens(path: string, onWarning: (text: string) => void): Tokens {
  const [text, mode] = read(path);
  const lines = text.split('\n').map((line) => line.trim());
  const tokens = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (tokens.length === 0) throw new StartError('CONFIG_INVALID', `${path} has no access token`);
  if (process.platform !== 'win32' && (mode & 0o044) !== 0)
    onWarning(`${path}, which has the access tokens, may be read by other users`);
  return new Tokens(tokens);
}

function read(path: string): [text: string, mode: number] {
  try {
    const { content, mode } = readSmallFile(path);
    return [`${content}`, mode];
  } catch (error) {
    throw new StartError('CONFIG_INVALID', `cannot read the access tokens in ${path}: ${inWords(error)}`);
  }
}

/** The token of a request: in its `Authorization`, as browsers cannot send it, or in its query. */
function tokenIn({ headers: { authorization = '' }, url }: IncomingMessage): string {
  const [, bearer] = /^bearer +(\S+)$/i.exec(authorization) ?? [];
  const [, query] = targetOf(url).split('?', 2);
  // A token has no spaces, so a space was a plus sign that nobody has escaped.
  return bearer ?? new URLSearchParams(query).get('access_token')?.replaceAll(' ', '+') ?? '';
}

const hashOf = (text: string) => createHash('sha256').update(text).digest();
