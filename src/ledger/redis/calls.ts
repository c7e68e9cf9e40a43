import { inWords } from '../../system-error.ts';
import type { Trouble } from '../trouble.ts';
import type { Redis, Reply } from './client.ts';
import type { Place } from './place.ts';
import type { Room } from './room.ts';
import { isRefusal } from './sender.ts';

/** What is known of a call that has failed. */
const undone = 'nothing was done';
const inDoubt = 'it may have been done';

export type CallsOptions = {
  room: Room;
  /** The connection for commands, while this process follows the order. */
  commands: () => Redis | undefined;
  /** Why there is none. */
  trouble: Trouble;
  /** Resolves once this process may say something. */
  sound: () => Promise<void>;
  onFenced: () => void;
};

/** What has come of an operation of the script: a word, the stretch that tells it, and what else belongs to it. */
export type Outcome = { readonly word: string; readonly seq: number; readonly rest: readonly Reply[] };

type Reader = { readonly seq: number; readonly resolve: () => void; readonly giveUp: () => void };

/**
 * Has Redis do something beside the batches. What comes of it is read from the log like everything else. What has no answer
 * is not sent again: whoever has asked for it is told that it may have been done.
 */
export class Calls {
  readonly #options: CallsOptions;
  #readers: readonly Reader[] = [];

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /** Runs an operation of the script. Resolves when it has been carried out and told, or could not be. */
  async carryOut(place: Place, op: string, args: readonly string[], doubt = inDoubt): Promise<Outcome> {
    const { room, sound, onFenced } = this.#options;
    await sound();
    const [word, last, ...rest] = await this.ask((redis) => room.act(redis, place, op, args), doubt);
    if (word === 'fenced') {
      if (!place.isGivenUp) onFenced();
      throw new Error(`this process has lost its place in the room; ${doubt === inDoubt ? undone : doubt}`);
    }
    const seq = Number(last ?? 0);
    if (place.seq < seq) await this.#read(seq, doubt);
    return { word, seq, rest };
  }

  /** Sends commands. Rejects in words, which end with `doubt` unless Redis has refused them. */
  async ask<Result>(request: (redis: Redis) => Promise<Result>, doubt = undone): Promise<Result> {
    const redis = this.#options.commands();
    if (redis === undefined) throw this.#failure(doubt === inDoubt ? undone : doubt);
    try {
      return await request(redis);
    } catch (error) {
      const known = isRefusal(error) && doubt === inDoubt ? undone : doubt;
      throw new Error(`Redis: ${inWords(error)}; ${known}`);
    }
  }

  /** Everything up to this stretch has been told. */
  told(seq: number): void {
    const told = this.#readers.filter((reader) => reader.seq <= seq);
    this.#readers = this.#readers.filter((reader) => reader.seq > seq);
    for (const { resolve } of told) resolve();
  }

  /** Redis is lost, or this process's place: nobody waits any more for what the log would tell. */
  interrupt(): void {
    const readers = this.#readers;
    this.#readers = [];
    for (const { giveUp } of readers) giveUp();
  }

  /** Resolves when this process has read the log up to a stretch, and told what it has read. */
  #read(seq: number, doubt: string): Promise<void> {
    if (this.#options.commands() === undefined) throw this.#failure(doubt);
    return new Promise((resolve, reject) => {
      const giveUp = () => reject(this.#failure(doubt));
      this.#readers = [...this.#readers, { seq, resolve, giveUp }];
    });
  }

  #failure(known: string): Error {
    return new Error(`${this.#options.trouble.error ?? 'there is no Redis'}; ${known}`);
  }
}
