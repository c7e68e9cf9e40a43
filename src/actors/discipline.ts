import type { Policy } from '../moderation/policy.ts';
import type { Connection } from './connection.ts';

/** The longest time for which a timer can be set. */
const longestMs = 2 ** 31 - 1;

/** Makes all connections of this process heed the rules when these change, and when a mute is over. */
export class Discipline {
  readonly #policy: Policy;
  readonly #connections: ReadonlyMap<string, Connection>;
  #next: NodeJS.Timeout | undefined;

  constructor(policy: Policy, connections: ReadonlyMap<string, Connection>) {
    this.#policy = policy;
    this.#connections = connections;
    this.#wait();
  }

  /** Called when the rules have changed. */
  governed(): void {
    if (this.#policy.governed()) this.heed();
  }

  end(): void {
    clearTimeout(this.#next);
    this.#policy.end();
  }

  /** Makes all connections look at the rules. */
  heed(): void {
    for (const { standing } of this.#connections.values()) standing.heed();
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#next);
    const { nextEndMs } = this.#policy;
    if (nextEndMs === undefined) return;
    this.#next = setTimeout(() => this.heed(), Math.min(nextEndMs + 1, longestMs)).unref();
  }
}
