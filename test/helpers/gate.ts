import { setImmediate } from 'node:timers/promises';
import type { Change } from '../../src/ledger/ledger.ts';
import { Relay } from './relay.ts';

/** A ledger whose commits can be blocked, as if its disk were slow. */
export class Gate extends Relay {
  /** Every commit so far. */
  readonly commits: (readonly Change[])[] = [];
  #blocked: Promise<void> | undefined;
  #release = () => {};

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

  override async commit(changes: readonly Change[]): Promise<void> {
    this.commits.push(changes);
    await this.#blocked;
    return this.ledger.commit(changes);
  }
}

/** Resolves once the condition holds; checks it after every turn of the event loop. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await setImmediate();
}
