import type { Act, Change, Ledger, LedgerListener } from '../../src/ledger/ledger.ts';

/** A ledger that passes everything on to another one. */
export class Relay implements Ledger {
  protected readonly ledger: Ledger;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  start(listener: LedgerListener): void {
    this.ledger.start(listener);
  }

  commit(changes: readonly Change[]): Promise<void> {
    return this.ledger.commit(changes);
  }

  act(act: Act): ReturnType<Ledger['act']> {
    return this.ledger.act(act);
  }

  ask(): ReturnType<Ledger['ask']> {
    return this.ledger.ask();
  }

  archivedBy(...args: Parameters<Ledger['archivedBy']>): ReturnType<Ledger['archivedBy']> {
    return this.ledger.archivedBy(...args);
  }

  get rules(): Ledger['rules'] {
    return this.ledger.rules;
  }

  view(...args: Parameters<Ledger['view']>): ReturnType<Ledger['view']> {
    return this.ledger.view(...args);
  }

  close(): Promise<void> {
    return this.ledger.close();
  }
}
