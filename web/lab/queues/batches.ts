import type { ShownEvent } from '../../../src/inspect/told.ts';

/** A change that a connection has asked for, or how many more there are. */
type Act = { type?: string; by?: string; more?: number };

/** The changes of one commit. */
export type Batch = {
  at: number;
  acts: Act[];
  /** When it was committed; not while that is under way. */
  until?: number;
};

const mostBatches = 40;

/** What waits before the ledger, and the last commits, as far as the events of the actors tell. */
export class Batches {
  readonly past: Batch[] = [];
  /** Changes in the mailbox, and in the room behind the commit that is under way. */
  mailbox = 0;
  waiting = 0;

  /** An actor is sent an event. */
  hear(actor: string | undefined, event: ShownEvent, at: number): void {
    const acts = actsOf(event);
    const count = countOf(acts);
    if (actor === 'mailbox' && typeof event['by'] === 'string') this.mailbox++;
    else if (actor === 'room' && event.type === 'changes') {
      this.mailbox = Math.max(0, this.mailbox - count);
      this.waiting += count;
    } else if (actor === 'ledger' && event.type === 'commit') {
      this.waiting = Math.max(0, this.waiting - count);
      this.past.push({ at, acts });
      if (this.past.length > mostBatches) this.past.shift();
    } else if (actor === 'room' && (event.type === 'committed' || event.type === 'broken')) {
      const last = this.past.at(-1);
      if (last !== undefined) last.until ??= at;
    }
  }

  restore(past: readonly Batch[]): void {
    this.past.push(...past);
  }

  clear(): void {
    this.past.length = 0;
    this.mailbox = 0;
    this.waiting = 0;
  }
}

/** How many changes a list stands for. */
export const countOf = (acts: readonly Act[]) => acts.reduce((sum, { more = 1 }) => sum + more, 0);

function actsOf({ changes }: ShownEvent): Act[] {
  return Array.isArray(changes) ? changes.map(({ type, by, more }) => ({ type, by, more })) : [];
}
