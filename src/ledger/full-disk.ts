import { constants } from 'node:os';
import { inWords } from '../system-error.ts';
import type { Batch, Ledger, Outcome } from './ledger.ts';

const noSpace = inWords({ errno: -constants.errno.ENOSPC });

/**
 * A ledger whose disk can be made full, for a lesson: while it has fillers, posts fail as they do on a full disk
 * (P-SEND-3), and all else goes on.
 */
export class FullDisk implements Ledger {
  /** Who has made it full and not freed it since. */
  readonly fillers = new Set<object>();
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  commit(batch: Batch): Promise<readonly Outcome[]> {
    return this.fillers.size > 0 ? this.#commitWithoutPosts(batch) : this.#ledger.commit(batch);
  }

  close(): Promise<void> {
    return this.#ledger.close();
  }

  async #commitWithoutPosts({ acts, timestamp }: Batch): Promise<readonly Outcome[]> {
    const others = acts.filter(({ type }) => type !== 'post');
    const outcomes = [...(await this.#ledger.commit({ acts: others, timestamp }))];
    return acts.map(({ type }) =>
      type === 'post' ? { type: 'failed', error: noSpace } : (outcomes.shift() as Outcome),
    );
  }
}
