import { parseTimestamp } from '../protocol/timestamp.ts';

/** What is kept of a history: so many of the newest messages, and those of so many milliseconds. */
export type Keep = { readonly messages?: number; readonly ms?: number };

/** The timestamps of messages in order, at least one, beginning with the one at this position. */
export type ReadTimestamps = (position: number) => Promise<readonly string[]>;

/**
 * Says how much of the front of a history is no longer kept (P-MOD-2). It remembers how far it has looked, so asking often
 * costs little. It knows nothing of where the history is.
 */
export class Expiry {
  readonly #keep: Keep;
  /** All messages before `looked` are too old, or say nothing of their age; the last too old one is before `end`. */
  #looked = 0;
  #end = 0;

  constructor(keep: Keep) {
    this.#keep = keep;
  }

  /**
   * Resolves to the position of the first message that is kept, of those from `base` to `total`. `nowMs` is the time as
   * `parseTimestamp` reads it. A message whose timestamp says nothing goes with those after it; if none says anything,
   * nothing is too old.
   */
  async first(base: number, total: number, nowMs: number | undefined, read: ReadTimestamps): Promise<number> {
    const { messages = Infinity, ms = Infinity } = this.#keep;
    if (nowMs !== undefined) await this.#look(Math.max(base, total - messages), total, nowMs - ms, read);
    return Math.max(base, total - messages, this.#end);
  }

  async #look(from: number, total: number, oldestMs: number, read: ReadTimestamps): Promise<void> {
    if (oldestMs === -Infinity) return;
    this.#looked = Math.max(this.#looked, from);
    while (this.#looked < total)
      for (const timestamp of await read(this.#looked)) {
        const ms = parseTimestamp(timestamp);
        if (ms !== undefined && ms >= oldestMs) return;
        this.#looked++;
        if (ms !== undefined) this.#end = this.#looked;
      }
  }
}
