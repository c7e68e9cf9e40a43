import { setTimeout as sleep } from 'node:timers/promises';
import { inWords } from '../../system-error.ts';
import type { Trouble } from '../trouble.ts';
import type { Calls } from './calls.ts';
import { newNode, type Place } from './place.ts';
import type { Room } from './room.ts';

/** How often to look for answers, how long members may wait for them, and how long the work of an archive may take. */
const lookMs = 20;
const momentMs = 1500;
const archiveMs = 60_000;

const unheard = 'the other processes were not asked';

/** Messages that are to be removed from an archive. */
export type Removal = { readonly positions: readonly number[]; readonly withName: boolean };

/** What a process asks all processes. */
export type Question =
  /** For what there is to say of their members. */
  | { readonly type: 'members' }
  /** For the names in their archives, and for the positions of these authors' messages there. */
  | { readonly type: 'names' }
  | { readonly type: 'authors'; readonly names: readonly string[] }
  /** To remove messages from their archives, and for the positions where that was possible. */
  | ({ readonly type: 'removal' } & Removal);

export type QuestionsOptions = {
  room: Room;
  calls: Calls;
  /** What this process answers. */
  answer: (question: Question) => Promise<unknown>;
  trouble: Trouble;
};

type Answer = { readonly value?: unknown; readonly error?: string };

/** Asks all processes of the room something, and answers what they ask. A question is an entry of the log. */
export class Questions {
  readonly #options: QuestionsOptions;

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** Resolves to what the processes say of their members within a moment. */
  async members(place: Place): Promise<readonly string[]> {
    const { values } = await this.#ask(place, { type: 'members' }, momentMs);
    return values.map(String);
  }

  /** Resolves to the positions in archives of the authors whose names this is true of. */
  async archivedBy(place: Place, isAuthor: (name: string) => boolean): Promise<readonly number[]> {
    const names = await this.#askArchives<string>(place, { type: 'names' });
    const theirs = [...new Set(names)].filter(isAuthor);
    return theirs.length === 0 ? [] : this.#askArchives(place, { type: 'authors', names: theirs });
  }

  /** Resolves to the positions at which archives had something to remove. */
  removed(place: Place, removal: Removal): Promise<readonly number[]> {
    return this.#askArchives(place, { type: 'removal', ...removal });
  }

  /** Answers what some process has asked, as the log has it. */
  async answer(place: Place, asked: string): Promise<void> {
    const { room, calls, answer, trouble } = this.#options;
    const [id, question] = JSON.parse(asked);
    try {
      const said: Answer = await answer(question).then(
        (value) => ({ value }),
        (error) => ({ error: inWords(error) }),
      );
      await calls.ask((redis) => room.act(redis, place, 'answer', [id, JSON.stringify(said)]));
    } catch (error) {
      trouble.note(error);
    }
  }

  async #askArchives<Item>(place: Place, question: Question): Promise<readonly Item[]> {
    const { room, calls } = this.#options;
    if (!(await calls.ask((redis) => room.hasArchive(redis), unheard))) return [];
    const { values, isWhole } = await this.#ask(place, question, archiveMs);
    if (!isWhole) throw new Error('an archive has not answered in time');
    return values.flat() as Item[];
  }

  /** Resolves when all processes that are there have answered, or after so long. */
  async #ask(place: Place, question: Question, ms: number): Promise<{ values: unknown[]; isWhole: boolean }> {
    const { room, calls } = this.#options;
    const id = newNode();
    const args = [id, JSON.stringify(question)];
    const { rest: asked } = await calls.carryOut(place, 'ask', args, unheard);
    const isWhole = async () => {
      const there = new Set(await calls.ask((redis) => room.nodes(redis), unheard));
      for (const node of await calls.ask((redis) => room.answered(redis, id), unheard)) there.delete(node);
      return !asked.some((node) => there.has(`${node}`));
    };
    const endMs = performance.now() + ms;
    while (!(await isWhole()) && performance.now() < endMs) await sleep(lookMs);
    const answers = await calls.ask((redis) => room.answers(redis, id), unheard);
    const said = answers.map((answer): Answer => JSON.parse(answer));
    const failure = said.find(({ error }) => error !== undefined);
    if (failure !== undefined) throw new Error(failure.error);
    return { values: said.map(({ value }) => value), isWhole: await isWhole() };
  }
}
