import { candidatesOf } from '../charts/candidates.ts';
import type { ConnectionActor } from '../machines/connection.ts';
import type { Event } from '../machines/guards.ts';
import type { Own } from '../protocol/own.ts';
import { textFrame } from './frame.ts';
import type { Outlet } from './outlet.ts';
import { type Queued, queueOf } from './queue.ts';

/** The shortest time between two frames, in milliseconds. */
export const pauseMs = 50;

type Snapshot = ReturnType<ConnectionActor['getSnapshot']>;

/** What is read of a connection, and how it is told. */
export type Viewed = Queued & {
  readonly actor: Pick<ConnectionActor, 'getSnapshot'>;
  readonly outlet: Pick<Outlet, 'isBusy' | 'write'>;
};

/**
 * Tells one connection about its own machine. It is told the latest only, a few times a second, and nothing while bytes
 * wait for it, so what it is told never delays what it has asked for.
 */
export class OwnView {
  readonly #connection: Viewed;
  readonly #now: () => number;
  #lastMs: number;
  /** What is to be told next; `undefined` if everything has been. */
  #next: Own | undefined;
  /** Runs while nothing may be told. */
  #pause: NodeJS.Timeout | undefined;

  constructor(connection: Viewed, now: () => number) {
    this.#connection = connection;
    this.#now = now;
    this.#lastMs = now();
    this.#tell({});
  }

  /** The machine has been sent an event in the state `before`. One that has ended takes none. */
  took(before: Snapshot, event: Event): void {
    if (before.status !== 'active') return;
    const candidates = candidatesOf(before, event);
    this.#tell({
      event: event.type,
      edge: candidates.find(({ isTaken }) => isTaken)?.id,
      guards: candidates.flatMap(({ guard }) => guard ?? []),
      ...(event.type === 'settled' && { batch: event.count }),
    });
  }

  /** Tells nothing more. */
  end(): void {
    clearTimeout(this.#pause);
    this.#next = undefined;
  }

  #tell(step: Pick<Own, 'event' | 'edge' | 'guards' | 'batch'>): void {
    const { frames, isPaused, waitingBytes } = queueOf(this.#connection);
    const now = this.#now();
    const ms = Math.round((now - this.#lastMs) * 10) / 10;
    this.#lastMs = now;
    const state = pathOf(this.#connection.actor.getSnapshot());
    this.#next = {
      type: 'machine',
      state,
      ...step,
      inbox: frames,
      paused: isPaused,
      waiting: waitingBytes,
      ms,
    };
    if (this.#pause === undefined) this.#flush();
  }

  #flush(): void {
    this.#pause = undefined;
    if (this.#next === undefined) return;
    const { outlet } = this.#connection;
    if (!outlet.isBusy && outlet.buffered === 0) {
      outlet.write(textFrame(JSON.stringify(this.#next)));
      this.#next = undefined;
    }
    this.#pause = setTimeout(() => this.#flush(), pauseMs);
  }
}

/** The path of the innermost state. */
const pathOf = ({ value }: Snapshot): string =>
  typeof value === 'string' ? value : Object.entries(value).flat().join('.');
