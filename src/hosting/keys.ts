/** Who may moderate: whose token is whose, at which door it opens, and how many wrong ones somebody may try. */
import type { NicknameComparison } from '../protocol/nickname.ts';
import { Guesses } from './guesses.ts';
import { type Moderators, readModerators } from './moderators.ts';
import { text, type Values } from './settings.ts';
import { readTokens, type Tokens } from './tokens.ts';

export const keySettings = {
  /** File with a moderator on each line: a name, which nobody else may register, and a token. Default none. */
  moderators: text.optional().meta({
    description: 'file with a moderator on each line: a name, which nobody else may register, and a token',
    unset: 'none',
    must: 'the path of a file',
    isPath: true,
  }),
  /** File with a token on each line, one of which is needed to moderate at the operations port. Default none. */
  opsTokenFile: text.optional().meta({
    description: 'file with a token on each line, one of which is needed to moderate at the operations port',
    unset: 'none',
    must: 'the path of a file',
    isPath: true,
  }),
};

export type KeysConfig = Values<typeof keySettings> & { readonly nicknameComparison: NicknameComparison };

/** Who acts. The host is above all moderators; moderators cannot act on one another. */
export type Actor = { readonly name: string; readonly isHost: boolean };

/** Whoever may write the data, runs the program, or has a token for its operations port. */
export const host: Actor = { name: 'admin', isHost: true };

/** Whose token it is; or that it is nobody's; or for how long its sender may try none. */
export type Verdict = { readonly actor: Actor } | { readonly actor: undefined; readonly waitMs: number };

type Files = { moderators: Moderators | undefined; operators: Tokens | undefined };

export type KeysOptions = {
  onWarning: (text: string) => void;
  /** A monotonic clock, in milliseconds. */
  now: () => number;
};

export class Keys {
  readonly #onWarning: (text: string) => void;
  readonly #guesses: Guesses;
  #files: Files;

  /** Throws a StartError if a file cannot be used. */
  constructor(config: KeysConfig, { onWarning, now }: KeysOptions) {
    this.#onWarning = onWarning;
    this.#guesses = new Guesses(now);
    this.#files = this.#read(config);
  }

  /** Reads the files again. Throws a StartError if one cannot be used; otherwise returns what makes the change. */
  prepare(config: KeysConfig): () => void {
    const files = this.#read(config);
    return () => {
      this.#files = files;
    };
  }

  /** Whether anybody can moderate at the chat's own address. */
  get hasModerators(): boolean {
    return this.#files.moderators !== undefined;
  }

  /** Whether anybody can moderate at the operations port. */
  get hasOperators(): boolean {
    return this.hasModerators || this.#files.operators !== undefined;
  }

  /** The name of the moderator who alone may have nicknames with this key. */
  moderatorOf(key: string): string | undefined {
    return this.#files.moderators?.withKey(key);
  }

  /** Whether there is a moderator of this name. */
  isModerator(name: string): boolean {
    return this.#files.moderators?.has(name) === true;
  }

  /** Judges a token at the chat's own address. `sender`: the key of the sender's address. */
  atChat(token: string, sender: string): Verdict {
    if (!this.hasModerators) return { actor: undefined, waitMs: 0 };
    return this.#judge(sender, token, this.#moderatorWith(token));
  }

  /** Judges a token at the operations port. */
  atOperations(token: string, sender: string): Verdict {
    const isOperator = this.#files.operators?.ownerOf(token) === true;
    return this.#judge(sender, token, isOperator ? host : this.#moderatorWith(token));
  }

  #moderatorWith(token: string): Actor | undefined {
    const name = this.#files.moderators?.withToken(token);
    return name === undefined ? undefined : { name, isHost: false };
  }

  #judge(sender: string, token: string, actor: Actor | undefined): Verdict {
    // Nothing has been tried.
    if (token === '') return { actor: undefined, waitMs: 0 };
    const waitMs = this.#guesses.waitMs(sender);
    if (waitMs === 0 && actor !== undefined) return { actor };
    if (waitMs === 0) this.#guesses.add(sender);
    return { actor: undefined, waitMs };
  }

  #read({ moderators, opsTokenFile, nicknameComparison }: KeysConfig): Files {
    return {
      moderators:
        moderators === undefined
          ? undefined
          : readModerators(moderators, nicknameComparison, this.#onWarning),
      operators:
        opsTokenFile === undefined
          ? undefined
          : readTokens(opsTokenFile, 'operations token', this.#onWarning),
    };
  }
}
