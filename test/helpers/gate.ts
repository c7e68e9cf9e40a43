import { setImmediate } from 'node:timers/promises';
import type { Change, Ledger, LedgerListener } from '../../src/ledger/ledger.ts';

/** A ledger whose commits can be held back, as those of a slow disk. */
export class Gate implements Ledger {
  readonly #ledger: Ledger;
  /** Every commit so far. */
  readonly commits: (readonly Change[])[] = [];
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

  start(listener: LedgerListener): void {
    this.#ledger.start(listener);
  }

  async commit(changes: readonly Change[]): Promise<void> {
    this.commits.push(changes);
    await this.#held;
    return this.#ledger.commit(changes);
  }

  view(...args: Parameters<Ledger['view']>): ReturnType<Ledger['view']> {
    return this.#ledger.view(...args);
  }

  close(): Promise<void> {
    return this.#ledger.close();
  }
}

/** Resolves when it has become true; looks after every turn of the event loop. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await setImmediate();
}
