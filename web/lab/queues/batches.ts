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

/** How many changes wait from a moment on: in the mailbox, and in the room behind the commit that is under way. */
export type Depth = { at: number; mailbox: number; waiting: number };

const mostBatches = 40;
const mostDepths = 60;

/** What waits before the ledger, and the last commits, as far as the events of the actors tell. */
export class Batches {
  readonly past: Batch[] = [];
  /** The last one holds now. */
  readonly depths: Depth[] = [];

  /** What waits now. */
  get depth(): Omit<Depth, 'at'> {
    return this.depths.at(-1) ?? { mailbox: 0, waiting: 0 };
  }

  /** An actor is sent an event. */
  hear(actor: string | undefined, event: ShownEvent, at: number): void {
    const acts = actsOf(event);
    const count = countOf(acts);
    const { mailbox, waiting } = this.depth;
    if (actor === 'mailbox' && typeof event['by'] === 'string')
      push(this.depths, { at, mailbox: mailbox + 1, waiting }, mostDepths);
    else if (actor === 'room' && event.type === 'changes')
      push(this.depths, { at, mailbox: Math.max(0, mailbox - count), waiting: waiting + count }, mostDepths);
    else if (actor === 'ledger' && event.type === 'commit') {
      push(this.depths, { at, mailbox, waiting: Math.max(0, waiting - count) }, mostDepths);
      push(this.past, { at, acts }, mostBatches);
    } else if (actor === 'room' && (event.type === 'committed' || event.type === 'broken')) {
      const last = this.past.at(-1);
      if (last !== undefined) last.until ??= at;
    }
  }

  restore(past: readonly Batch[], depths: readonly Depth[]): void {
    this.past.push(...past);
    this.depths.push(...depths);
  }

  clear(): void {
    this.past.length = 0;
    this.depths.length = 0;
  }
}

function push<Item>(items: Item[], item: Item, most: number): void {
  items.push(item);
  if (items.length > most) items.shift();
}

/** How many changes a list stands for. */
export const countOf = (acts: readonly Act[]) => acts.reduce((sum, { more = 1 }) => sum + more, 0);

function actsOf({ changes }: ShownEvent): Act[] {
  return Array.isArray(changes) ? changes.map(({ type, by, more }) => ({ type, by, more })) : [];
}
