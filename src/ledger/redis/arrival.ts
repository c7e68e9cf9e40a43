import { setTimeout as sleep } from 'node:timers/promises';
import type { Trouble } from '../trouble.ts';
import type { Redis } from './client.ts';
import { weaknessOf } from './fitness.ts';
import type { Lease } from './lease.ts';
import { type Links, pauseMs } from './links.ts';
import { join } from './load.ts';
import { Opening, type OpeningOptions } from './opening.ts';
import type { Place } from './place.ts';
import type { Room } from './room.ts';

export type ArrivalOptions = OpeningOptions & {
  room: Room;
  links: Links;
  lease: Lease;
  trouble: Trouble;
  /** What Redis may lose, as far as is known. */
  weakness: string | undefined;
  onStatus: (text: string) => void;
};

/** How a process that is connected to Redis comes to a place there: to a new one, or back to its own. */
export class Arrival {
  /** What Redis may lose, in words. */
  weakness: string | undefined;
  readonly #options: ArrivalOptions;
  #opening: Opening | undefined;

  constructor(options: ArrivalOptions) {
    this.#options = options;
    this.#opening = new Opening(options);
    this.weakness = options.weakness;
  }

  /** Resolves when the process has its first place. Rejects with a StartError if that is not possible. */
  get opened(): Promise<void> | undefined {
    return this.#opening?.done;
  }

  /** The process follows the order from its place on. */
  succeed(): void {
    this.#opening?.succeed();
    this.#opening = undefined;
  }

  /** Takes a place. Rejects, after a pause, if that fails. */
  async join(signal: AbortSignal): Promise<Place> {
    const { room, links, lease, trouble, onStatus } = this.#options;
    try {
      const { commands } = links.open;
      await this.#examine(commands);
      const place = await join(room, commands, onStatus);
      lease.renew();
      return place;
    } catch (error) {
      trouble.note(error);
      this.#opening?.fail(error);
      await sleep(pauseMs, undefined, { signal });
      throw error;
    }
  }

  /** Asks for a place until Redis answers. */
  async find(place: Place, signal: AbortSignal): Promise<'kept' | 'fenced'> {
    const { room, links, lease, trouble } = this.#options;
    for (;;) {
      const commands = await links.connect(signal);
      const sentMs = lease.now();
      try {
        await this.#examine(commands);
        const [word] = await room.find(commands, place);
        if (word !== 'ok') return 'fenced';
        lease.renew(sentMs);
        return 'kept';
      } catch (error) {
        trouble.note(error);
        await sleep(pauseMs, undefined, { signal });
      }
    }
  }

  /** Looks again at what Redis may lose: it may be another one, or have other settings. */
  async #examine(redis: Redis): Promise<void> {
    const weakness = await weaknessOf(redis);
    if (weakness !== undefined && weakness !== this.weakness) this.#options.onWarning(weakness);
    this.weakness = weakness;
  }
}
