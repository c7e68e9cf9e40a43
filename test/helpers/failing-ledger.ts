import { appendFileSync, statSync, truncateSync } from 'node:fs';
import type { Change, Ledger } from '../../src/ledger/ledger.ts';
import { Relay } from './relay.ts';

/**
 * A ledger whose writes fail at chosen commits. They fail for real: another program has written to the file by then,
 * and undoes that afterwards. Only commits with a message count.
 */
export class FailingLedger extends Relay {
  readonly #dataFile: string;
  readonly #failures: readonly boolean[];
  #commits = 0;

  constructor(ledger: Ledger, dataFile: string, failures: readonly boolean[]) {
    super(ledger);
    this.#dataFile = dataFile;
    this.#failures = failures;
  }

  override async commit(changes: readonly Change[]): Promise<void> {
    const isWrite = changes.some(({ type }) => type === 'post');
    if (!isWrite || !this.#failures[this.#commits++]) return this.ledger.commit(changes);
    const { size } = statSync(this.#dataFile);
    appendFileSync(this.#dataFile, ' ');
    await this.ledger.commit(changes);
    truncateSync(this.#dataFile, size);
  }
}
