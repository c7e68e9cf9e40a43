import { type NicknameComparison, nicknameKey } from '../protocol/nickname.ts';
import { StartError } from '../start-error.ts';
import { readTokenLines, Tokens } from './tokens.ts';

/** The moderators of a chat: whose token is whose, and which nicknames are theirs alone. */
export class Moderators {
  readonly #tokens: Tokens<string>;
  readonly #names: ReadonlyMap<string, string>;

  /** `tokens`: the name of each one's owner. `names`: the names by the keys of the nicknames that they reserve. */
  constructor(tokens: ReadonlyMap<string, string>, names: ReadonlyMap<string, string>) {
    this.#tokens = new Tokens(tokens);
    this.#names = names;
  }

  /** The name of the moderator who has this token. */
  withToken(token: string): string | undefined {
    return this.#tokens.ownerOf(token);
  }

  /** Whether one has this name. */
  has(name: string): boolean {
    return [...this.#names.values()].includes(name);
  }

  /** The name of the moderator who alone may have nicknames with this key. */
  withKey(key: string): string | undefined {
    return this.#names.get(key);
  }
}

/**
 * Reads a file with a moderator on each line: a name, which may have spaces, and a token. Several lines may have one name.
 * Throws a StartError that names the line, and never a token.
 */
export function readModerators(
  path: string,
  comparison: NicknameComparison,
  onWarning: (text: string) => void,
): Moderators {
  const tokens = new Map<string, string>();
  const names = new Map<string, string>();
  for (const { number, text } of readTokenLines(path, 'moderator token', onWarning)) {
    const invalid = (why: string) => new StartError('CONFIG_INVALID', `${path}, line ${number}: ${why}`);
    const [, given, token] = /^(\S.*?)\s+(\S+)$/.exec(text) ?? [];
    if (given === undefined || token === undefined)
      throw invalid('a moderator is a name and a token, with a space between them');
    const key = nicknameKey(given, comparison);
    if (key === '') throw invalid('this name cannot be a nickname');
    if (tokens.has(token)) throw invalid('an earlier line has the same token');
    // Whoever is called the same is the same.
    const name = names.get(key) ?? given;
    names.set(key, name);
    tokens.set(token, name);
  }
  return new Moderators(tokens, names);
}
