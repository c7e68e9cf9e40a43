import { setImmediate } from 'node:timers/promises';
import type { Batch, Ledger, Outcome } from '../../src/ledger/ledger.ts';

/** A ledger whose commits can be held back, as those of a slow disk. */
export class Gate implements Ledger {
  readonly #ledger: Ledger;
  /** Every batch so far. */
  readonly batches: Batch[] = [];
  #held: Promise<void> | undefined;
  #release = () => {};

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Holds back every commit from now on. */
  hold(): void {
    this.#held = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  /** Lets them go on. */
  release(): void {
    this.#held = undefined;
    this.#release();
  }

  /** Lets the commit under way through and holds the next. */
  passOne(): void {
    this.release();
    this.hold();
  }

  async commit(batch: Batch): Promise<readonly Outcome[]> {
    this.batches.push(batch);
    await this.#held;
    return this.#ledger.commit(batch);
  }

  close(): Promise<void> {
    return this.#ledger.close();
  }
}

/** Resolves when it has become true; looks after every turn of the event loop. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await setImmediate();
}
