import { inWords } from '../system-error.ts';

/** How long an error counts. Whoever sends nobody to a ledger in trouble would else never learn of its end. */
const troubleMs = 30_000;

/** Why the last attempt to store something has failed, in words, until one succeeds. */
export class Trouble {
  readonly #prefix: string;
  #last: { error: string; atMs: number } | undefined;

  /** `prefix`: what each error begins with. */
  constructor(prefix = '') {
    this.#prefix = prefix;
  }

  note(error: unknown): void {
    this.#last = { error: `${this.#prefix}${inWords(error)}`, atMs: performance.now() };
  }

  end(): void {
    this.#last = undefined;
  }

  get error(): string | undefined {
    return this.#last?.error;
  }

  /** The error, if it counts still. */
  get recent(): string | undefined {
    return this.#last !== undefined && performance.now() - this.#last.atMs < troubleMs
      ? this.error
      : undefined;
  }
}
