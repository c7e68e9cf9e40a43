import { setTimeout as pause } from 'node:timers/promises';
import type { Chooser } from '../fuzz.ts';

export type ModeratorOptions = {
  /** The addresses of the processes. */
  urls: readonly string[];
  token: string;
  choose: Chooser;
};

/** Somebody who removes messages, at any of several processes, whatever happens to them. */
export class Moderator {
  /** The positions of the messages that it was told were removed. */
  readonly removed: number[] = [];
  readonly #options: ModeratorOptions;
  #isOver = false;

  constructor(options: ModeratorOptions) {
    this.#options = options;
  }

  /** Removes one message in three, until `stop`. */
  async run(): Promise<void> {
    const { choose } = this.#options;
    for (let position = 0; !this.#isOver; ) {
      await pause(50 + choose.below(300));
      if (await this.#remove(position)) position += 1 + choose.below(5);
    }
  }

  stop(): void {
    this.#isOver = true;
  }

  /** Resolves to whether there was a message at this position. */
  async #remove(position: number): Promise<boolean> {
    const { urls, token, choose } = this.#options;
    try {
      const answer = await fetch(new URL('/admin/remove', choose.pick(urls).replace('ws', 'http')), {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ positions: [position] }),
        signal: AbortSignal.timeout(10_000),
      });
      if (answer.status === 200) this.removed.push(position);
      return answer.status === 200;
    } catch {
      // Its answer was lost, and it may have been done.
      return choose.isTrue(0.5);
    }
  }
}
