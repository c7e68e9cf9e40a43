import { setTimeout as sleep } from 'node:timers/promises';
import { edited, type RuleEdit } from '../../moderation/rules.ts';
import { inWords } from '../../system-error.ts';
import type { Act, Done, LedgerListener } from '../ledger.ts';
import type { Trouble } from '../trouble.ts';
import type { Redis, Reply } from './client.ts';
import { newNode, type Place } from './place.ts';
import type { Room } from './room.ts';
import { isRefusal } from './sender.ts';

/** How often to look whether the others have done their part, and how long to wait for their answers. */
const lookMs = 20;
const answerMs = 1500;

/** What is known of an act that has failed. */
const undone = 'nothing was done';
const inDoubt = 'it may have been done';
const unpurged =
  'the messages are removed, and what they said is gone from Redis once all processes have read that';
const unheard = 'the other processes were not asked';

export type ActsOptions = {
  room: Room;
  /** The connection for commands, while this process follows the order. */
  commands: () => Redis | undefined;
  /** Why there is none. */
  trouble: Trouble;
  /** Resolves once this process may say something. */
  sound: () => Promise<void>;
  onFenced: () => void;
};

type Reader = { readonly seq: number; readonly resolve: () => void; readonly reject: (error: Error) => void };

/**
 * Carries out what moderators do, beside the batches. What comes of it is read from the log like everything else. An act
 * whose answer is missing is not sent again: whoever has asked for it is told that it may have been done.
 */
export class Acts {
  readonly #options: ActsOptions;
  #readers: readonly Reader[] = [];

  constructor(options: ActsOptions) {
    this.#options = options;
  }

  async act(place: Place, act: Act): Promise<Done> {
    await this.#options.sound();
    if (act.type === 'govern') return this.#govern(place, act.edit);
    const { word, seq, rest } = await this.#carryOut(place, act.type, argsOf(act));
    const isDone = word === 'ok';
    if (act.type !== 'remove') return { isDone };
    if (isDone) await this.#purged(place, seq);
    return { isDone, positions: rest.map(Number) };
  }

  /** Resolves to what the processes answer within a moment. */
  async ask(place: Place): Promise<readonly string[]> {
    const { room } = this.#options;
    const question = newNode();
    const [, , count] = await this.#call(unheard, (redis) => room.act(redis, place, 'ask', [question]));
    for (let leftMs = answerMs; leftMs > 0; leftMs -= lookMs) {
      if ((await this.#call(unheard, (redis) => room.answered(redis, question))) >= Number(count)) break;
      await sleep(lookMs);
    }
    return this.#call(unheard, (redis) => room.answers(redis, question));
  }

  /** Answers what some process has asked. */
  answer(place: Place, question: string, listener: LedgerListener | undefined): void {
    const { room, trouble } = this.#options;
    const args = [question, listener?.onAsked() ?? '[]'];
    this.#call(unheard, (redis) => room.act(redis, place, 'answer', args)).catch((error) =>
      trouble.note(error),
    );
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
    for (const { reject } of readers) reject(this.#failure(inDoubt));
  }

  /** Reads the rules, changes them, and tries again if somebody else has changed them meanwhile. */
  async #govern(place: Place, edit: RuleEdit): Promise<Done> {
    const { room } = this.#options;
    for (;;) {
      const { rules, version } = await this.#call(undone, (redis) => room.rules(redis));
      const next = edited(rules, edit, Date.now());
      if (next === rules) return { isDone: false };
      const { word } = await this.#carryOut(place, 'govern', [version, JSON.stringify(next)]);
      if (word === 'ok') return { isDone: true };
    }
  }

  /** Resolves when it has been done and told, or could not be. */
  async #carryOut(
    place: Place,
    op: string,
    args: readonly string[],
  ): Promise<{ word: string; seq: number; rest: readonly Reply[] }> {
    const { room, onFenced } = this.#options;
    const [word, last, ...rest] = await this.#call(inDoubt, (redis) => room.act(redis, place, op, args));
    if (word === 'fenced') {
      if (!place.isGivenUp) onFenced();
      throw new Error(`this process has lost its place in the room; ${undone}`);
    }
    const seq = Number(last ?? 0);
    if (place.seq < seq) await this.#read(seq);
    return { word, seq, rest };
  }

  /** Resolves when this process has read the log up to a stretch, and told what it has read. */
  #read(seq: number): Promise<void> {
    if (this.#options.commands() === undefined) throw this.#failure(inDoubt);
    return new Promise((resolve, reject) => {
      this.#readers = [...this.#readers, { seq, resolve, reject }];
    });
  }

  /** Resolves when the log has nothing any more of what was taken out in a stretch. */
  async #purged(place: Place, seq: number): Promise<void> {
    const { room } = this.#options;
    for (;;) {
      const [word, purged] = await this.#call(unpurged, (redis) => room.beat(redis, place));
      if (word !== 'ok') throw new Error(`this process has lost its place in the room; ${unpurged}`);
      if (Number(purged) >= seq) return;
      await sleep(lookMs);
    }
  }

  /** Has Redis do something. Rejects in words, which say `outcome` if it may have been done. */
  async #call<Result>(outcome: string, request: (redis: Redis) => Promise<Result>): Promise<Result> {
    const redis = this.#options.commands();
    if (redis === undefined) throw this.#failure(outcome === inDoubt ? undone : outcome);
    try {
      return await request(redis);
    } catch (error) {
      const known = isRefusal(error) && outcome === inDoubt ? undone : outcome;
      throw new Error(`Redis: ${inWords(error)}; ${known}`);
    }
  }

  #failure(outcome: string): Error {
    return new Error(`${this.#options.trouble.error ?? 'there is no Redis'}; ${outcome}`);
  }
}

function argsOf(act: Exclude<Act, { type: 'govern' }>): string[] {
  switch (act.type) {
    case 'remove':
      return [`${act.withName}`, ...act.positions.map(String)];
    case 'announce':
      return [JSON.stringify(act.content)];
    case 'kick':
      return [act.key, `${act.code}`, JSON.stringify(act.reason)];
  }
}
