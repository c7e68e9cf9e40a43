import type { WebSocket } from 'ws';
import type { AnyActorRef } from 'xstate';
import type { System } from '../actors/system.ts';
import type { Outcome } from './faults/orders.ts';
import type { Redactor } from './redact.ts';
import type { Told } from './told.ts';

export type WatcherLimits = {
  /** Most events that one watcher is sent in a tick, and most refreshed snapshots. */
  eventsPerTick: number;
  /** Most frames in each direction that it is sent in a tick. */
  framesPerTick: number;
  /** Most bytes that may wait for a watcher that does not read. */
  maxBufferedBytes: number;
};

export type WatcherOptions = WatcherLimits &
  Pick<System, 'handshakeOf'> & {
    redactor: Redactor;
    /** The actors that are alive when it connects. */
    actors: readonly AnyActorRef[];
    /** More bytes are waiting than may. */
    onOverflow: () => void;
  };

/** Most orders that a watcher may give in a tick. */
const ordersPerTick = 100;

/**
 * One watcher. It is told a limited number of events in each tick. An actor whose event was left out is stale until one of
 * the next ticks tells its present state; at first every actor is. So a watcher falls behind by a few ticks at most, and
 * never ends up with a stale state. Frames have a limit of their own in each direction, since one message to a full room is
 * hundreds of them.
 */
export class Watcher {
  readonly #ws: WebSocket;
  readonly #options: WatcherOptions;
  readonly #known = new WeakSet<AnyActorRef>();
  readonly #stale: Set<AnyActorRef>;
  /** How many more events it may be told in this tick. */
  #left = 0;
  #skipped = 0;
  readonly #framesLeft = { in: 0, out: 0 };
  #framesSkipped = 0;
  #ordersLeft = 0;
  /** Who is online, as it was last told. */
  #online: Buffer | undefined;
  /** What waits, as it was last told. At first it believes that nothing does. */
  #queues: Buffer = bytesOf({ type: '@chat.queues', queues: [] });

  constructor(ws: WebSocket, options: WatcherOptions) {
    this.#ws = ws;
    this.#options = options;
    this.#stale = new Set(options.actors);
  }

  /** Is the watcher to be told the next event of this actor? If not, the event is counted. */
  wants(actor: AnyActorRef, isBirth: boolean): boolean {
    if (isBirth && this.#left > 0) this.#known.add(actor);
    if (this.#left > 0 && this.#known.has(actor) && !this.#stale.has(actor)) {
      this.#left--;
      return true;
    }
    this.#skipped++;
    this.#stale.add(actor);
    return false;
  }

  /** How many of the next frames of this actor is the watcher to be told? The others are counted. */
  framesFor(actor: AnyActorRef, way: 'in' | 'out', count: number): number {
    const told = this.#known.has(actor) ? Math.min(count, this.#framesLeft[way]) : 0;
    this.#framesLeft[way] -= told;
    this.#framesSkipped += count - told;
    return told;
  }

  /** May the watcher give one more order? */
  mayOrder(): boolean {
    return this.#ordersLeft-- > 0;
  }

  send(bytes: Buffer): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    this.#ws.send(bytes, { binary: false });
    if (this.#ws.bufferedAmount > this.#options.maxBufferedBytes) this.#options.onOverflow();
  }

  /**
   * Begins a tick: tells how much was left out in the last one, the present state of the actors it concerned, and who is
   * online and what waits if that has changed.
   */
  tick(online: Buffer | undefined, queues: Buffer): void {
    this.#left = this.#options.eventsPerTick;
    this.#framesLeft.in = this.#options.framesPerTick;
    this.#framesLeft.out = this.#options.framesPerTick;
    this.#ordersLeft = ordersPerTick;
    if (this.#skipped > 0 || this.#framesSkipped > 0)
      this.send(bytesOf({ type: '@chat.skipped', count: this.#skipped, frames: this.#framesSkipped }));
    this.#skipped = 0;
    this.#framesSkipped = 0;
    this.#refresh();
    if (!this.#queues.equals(queues)) this.send(queues);
    this.#queues = queues;
    if (online === undefined || this.#online?.equals(online)) return;
    this.#online = online;
    this.send(online);
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, reason);
  }

  #refresh(): void {
    let left = this.#options.eventsPerTick;
    for (const actor of this.#stale) {
      if (left-- === 0) return;
      this.#stale.delete(actor);
      if (this.#known.has(actor)) this.send(bytesOf(this.#options.redactor.refresh(actor)));
      else if (actor.getSnapshot().status === 'active') {
        this.#known.add(actor);
        this.send(bytesOf(this.#options.redactor.introduce(actor)));
        const handshake = this.#options.handshakeOf(actor);
        if (handshake !== undefined)
          this.send(bytesOf(this.#options.redactor.handshake(actor, handshake, { isEarlier: true })));
      }
    }
  }
}

export const bytesOf = (event: Told | Outcome) => Buffer.from(JSON.stringify(event));
