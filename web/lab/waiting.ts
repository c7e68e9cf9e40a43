import type { Queues } from '../../src/inspect/told.ts';

/** What waited at one moment, in the connections in which something did. */
export type Wait = { at: number; queues: Queues['queues'] };

/** What waits in one connection. */
export type Queue = Omit<Queues['queues'][number], 'sessionId'>;

const mostWaits = 60;
const empty = { frames: 0, isPaused: false, waitingBytes: 0 };

/** What waits in the connections, and what did at the last changes. */
export class Waiting {
  readonly past: Wait[] = [];

  add(wait: Wait): void {
    this.past.push(wait);
    if (this.past.length > mostWaits) this.past.shift();
  }

  /** What waited in a connection from each of the changes on. What the last one says holds now. */
  of(session: string): (Queue & { at: number })[] {
    return this.past.map(({ at, queues }) => ({
      ...(queues.find(({ sessionId }) => sessionId === session) ?? empty),
      at,
    }));
  }

  clear(): void {
    this.past.length = 0;
  }
}
