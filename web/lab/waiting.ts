import type { Queues } from '../../src/inspect/told.ts';

/** What waited at one moment, in the connections in which something did. */
export type Wait = { at: number; queues: Queues['queues'] };

/** What waits in one connection. */
export type Queue = Omit<Queues['queues'][number], 'sessionId'>;

const mostWaits = 60;
const mostMs = 10_000;
const empty = { frames: 0, isPaused: false, waitingBytes: 0 };

/** What waits in the connections, and what did at the last changes. */
export class Waiting {
  readonly past: Wait[] = [];

  add(wait: Wait): void {
    this.past.push(wait);
    if (this.past.length > mostWaits) this.past.shift();
  }

  /** What waited in a connection at each of the changes, the last one is now. */
  of(session: string): Queue[] {
    return this.past.map(({ queues }) => queues.find(({ sessionId }) => sessionId === session) ?? empty);
  }

  /** The same, each with when it began and the milliseconds that it lasted, over the ten seconds before `now` at most. */
  spansOf(session: string, now: number): (Queue & { at: number; ms: number })[] {
    const begin = now - mostMs;
    return this.of(session).flatMap((queue, index) => {
      const from = Math.max(begin, this.past[index]?.at ?? now);
      const to = this.past[index + 1]?.at ?? now;
      return to < begin ? [] : { ...queue, at: from, ms: Math.max(0, to - from) };
    });
  }

  clear(): void {
    this.past.length = 0;
  }
}
