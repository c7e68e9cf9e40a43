import { setImmediate } from 'node:timers/promises';
import type { Change, Ledger, LedgerListener } from '../../src/ledger/ledger.ts';

/** A ledger whose commits can be blocked, as if its disk were slow. */
export class Gate implements Ledger {
  readonly #ledger: Ledger;
  /** Every commit so far. */
  readonly commits: (readonly Change[])[] = [];
  #blocked: Promise<void> | undefined;
  #release = () => {};

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Blocks every commit from now on. */
  block(): void {
    this.#blocked = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  /** Lets the blocked commits go on. */
  release(): void {
    this.#blocked = undefined;
    this.#release();
  }

  /** Lets the blocked commit through and blocks the next. */
  passOne(): void {
    this.release();
    this.block();
  }

  start(listener: LedgerListener): void {
    this.#ledger.start(listener);
  }

  async commit(changes: readonly Change[]): Promise<void> {
    this.commits.push(changes);
    await this.#blocked;
    return this.#ledger.commit(changes);
  }

  view(...args: Parameters<Ledger['view']>): ReturnType<Ledger['view']> {
    return this.#ledger.view(...args);
  }

  close(): Promise<void> {
    return this.#ledger.close();
  }
}

/** Resolves once the condition holds; checks it after every turn of the event loop. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await setImmediate();
}
