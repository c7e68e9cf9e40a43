import { setTimeout as sleep } from 'node:timers/promises';
import { edited, type RuleEdit } from '../../moderation/rules.ts';
import type { Act, Done } from '../ledger.ts';
import { Calls, type CallsOptions } from './calls.ts';
import type { Place } from './place.ts';
import { type Question, Questions } from './questions.ts';

/** How many messages are removed in one step, and how long everybody else then has, so that nobody is held up. */
const together = 32;
/** Also how often to look whether the others have read what was removed. */
const lookMs = 10;

/** What is known of a removal of which only a later step has failed. */
const partly = 'some of the messages are removed';
const unpurged =
  'the messages are removed, and what they said is gone from Redis once all processes have read that';

export type ActsOptions = CallsOptions & {
  /** Answers what some process asks all of them. */
  answer: (question: Question) => Promise<unknown>;
};

/** Carries out what moderators do, beside the batches, and what that takes in all processes. */
export class Acts {
  readonly #options: ActsOptions;
  readonly #calls: Calls;
  readonly questions: Questions;

  constructor(options: ActsOptions) {
    this.#options = options;
    this.#calls = new Calls(options);
    this.questions = new Questions({ ...options, calls: this.#calls });
  }

  /** Everything up to this stretch has been told. */
  told(seq: number): void {
    this.#calls.told(seq);
  }

  /** Redis is lost, or this process's place. */
  interrupt(): void {
    this.#calls.interrupt();
  }

  async act(place: Place, act: Act): Promise<Done> {
    const calls = this.#calls;
    switch (act.type) {
      case 'remove':
        return this.#remove(place, act.positions, act.withName);
      case 'govern':
        return this.#govern(place, act.edit);
      case 'announce':
        return {
          isDone: (await calls.carryOut(place, act.type, [JSON.stringify(act.content)])).word === 'ok',
        };
      case 'kick': {
        const args = [act.key, `${act.code}`, JSON.stringify(act.reason)];
        return { isDone: (await calls.carryOut(place, act.type, args)).word === 'ok' };
      }
    }
  }

  /** Resolves to whether this is the process that drops what is no longer kept. */
  async keep(place: Place, isArchiving: boolean): Promise<boolean> {
    return (await this.#calls.carryOut(place, 'keep', [`${isArchiving}`])).word === 'ok';
  }

  /** Drops the messages before a position. Resolves when that has been told. Rejects if that is not this process's turn. */
  async drop(place: Place, base: number): Promise<void> {
    const { word } = await this.#calls.carryOut(place, 'drop', [`${base}`]);
    if (word !== 'ok') throw new Error('another process drops them now');
  }

  /** Removes messages from the history, then from the archive of whichever process has one, and then from the log. */
  async #remove(place: Place, positions: readonly number[], withName: boolean): Promise<Done> {
    const removed = new Set<number>();
    let last = 0;
    for (let at = 0; at < positions.length; at += together) {
      if (at > 0) await sleep(lookMs);
      const args = [`${withName}`, ...positions.slice(at, at + together).map(String)];
      const { seq, rest } = await this.#calls.carryOut(place, 'remove', args, at > 0 ? partly : undefined);
      for (const position of rest) removed.add(Number(position));
      last = Math.max(last, seq);
    }
    for (const position of await this.questions.removed(place, { positions, withName }))
      removed.add(position);
    await this.#purged(last);
    return { isDone: removed.size > 0, positions: [...removed].sort((one, other) => one - other) };
  }

  /** Reads the rules, changes them, and tries again if somebody else has changed them meanwhile. */
  async #govern(place: Place, edit: RuleEdit): Promise<Done> {
    const { room } = this.#options;
    const calls = this.#calls;
    for (;;) {
      const { rules, version } = await calls.ask((redis) => room.rules(redis));
      const next = edited(rules, edit, Date.now());
      if (next === rules) return { isDone: false };
      const { word } = await calls.carryOut(place, 'govern', [version, JSON.stringify(next)]);
      if (word === 'ok') return { isDone: true };
    }
  }

  /**
   * Resolves when the log has nothing any more of what was taken out in a stretch. The last process that says that it has read
   * this sees to it (`follow.ts`).
   */
  async #purged(seq: number): Promise<void> {
    const { room } = this.#options;
    const isPurged = async () => (await this.#calls.ask((redis) => room.purged(redis), unpurged)) >= seq;
    while (!(await isPurged())) await sleep(lookMs);
  }
}
