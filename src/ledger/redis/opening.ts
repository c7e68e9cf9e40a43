import { StartError } from '../../start-error.ts';
import { inWords } from '../../system-error.ts';
import { RedisError } from './client.ts';
import { unusable } from './links.ts';
import { isRefusal } from './sender.ts';

export type OpeningOptions = { url: string; onWarning: (text: string) => void };

/** The time until a process has joined the room for the first time. */
export class Opening {
  /** Resolves when it has joined. Rejects with a StartError if that is not possible. */
  readonly done: Promise<void>;
  readonly #options: OpeningOptions;
  #isWaiting = false;
  #resolve = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(options: OpeningOptions) {
    this.#options = options;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  succeed(): void {
    this.#resolve();
  }

  /** An attempt has failed. There will be another one, unless it cannot succeed either. */
  fail(error: unknown): void {
    const { url, onWarning } = this.#options;
    if (error instanceof StartError) this.#reject(error);
    else if (error instanceof RedisError && !isRefusal(error)) this.#reject(unusable(url, error));
    else if (!this.#isWaiting) onWarning(`Redis: ${inWords(error)}; the start waits for it`);
    this.#isWaiting = true;
  }
}
