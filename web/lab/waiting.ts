import type { Queues } from '../../src/inspect/told.ts';

/** What waited at one moment, in the connections in which something did. */
export type Wait = { at: number; queues: Queues['queues'] };

const mostWaits = 60;
const empty = { frames: 0, isPaused: false, waitingBytes: 0 };

/** What waits in the connections, and what did at the last changes. */
export class Waiting {
  readonly past: Wait[] = [];

  add(wait: Wait): void {
    this.past.push(wait);
    if (this.past.length > mostWaits) this.past.shift();
  }

  /** What waited in a connection at each of the changes, the last one is now. */
  of(session: string): Omit<Queues['queues'][number], 'sessionId'>[] {
    return this.past.map(({ queues }) => queues.find(({ sessionId }) => sessionId === session) ?? empty);
  }

  clear(): void {
    this.past.length = 0;
  }
}
