import { appendFileSync, statSync, truncateSync } from 'node:fs';
import type { Batch, Ledger, Outcome } from '../../src/ledger/ledger.ts';

/**
 * A ledger whose writes fail at chosen commits, truly: another program has written to its file by then, and takes that
 * back afterwards.
 */
export class FailingLedger implements Ledger {
  readonly #ledger: Ledger;
  readonly #dataFile: string;
  readonly #failures: readonly boolean[];
  #commits = 0;

  constructor(ledger: Ledger, dataFile: string, failures: readonly boolean[]) {
    this.#ledger = ledger;
    this.#dataFile = dataFile;
    this.#failures = failures;
  }

  async commit(batch: Batch): Promise<readonly Outcome[]> {
    if (!this.#failures[this.#commits++]) return this.#ledger.commit(batch);
    const { size } = statSync(this.#dataFile);
    appendFileSync(this.#dataFile, ' ');
    const outcomes = await this.#ledger.commit(batch);
    truncateSync(this.#dataFile, size);
    return outcomes;
  }

  close(): Promise<void> {
    return this.#ledger.close();
  }
}
