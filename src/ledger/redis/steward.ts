import { inWords } from '../../system-error.ts';
import { Keeper, type KeeperOptions, type Keeping } from '../keeper.ts';
import { Sequence } from '../sequence.ts';
import type { Acts } from './acts.ts';
import type { Place } from './place.ts';
import type { Question } from './questions.ts';

/** How often to look whether it is this process's turn. */
const lookMs = 1000;

export type StewardOptions = Pick<KeeperOptions, 'stamp' | 'onWarning'> & {
  keeping: Keeping;
  acts: Pick<Acts, 'keep' | 'drop'>;
  /** The place of this process. */
  place: () => Place;
};

/**
 * Has one process of a room at a time drop what is no longer kept (P-MOD-2). Only that one opens the archive, whose lock
 * keeps out a former one that has hung and does not know yet that it has lost its place.
 */
export class Steward {
  readonly #options: StewardOptions;
  readonly #sequence = new Sequence();
  #keeper: Keeper | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** The last error, which is not told again. */
  #warned: string | undefined;

  constructor(options: StewardOptions) {
    this.#options = options;
  }

  /** Begins to look whether it is this process's turn, if it has anything to drop or to archive. */
  start(): void {
    const { keep, archive } = this.#options.keeping;
    if (keep.messages !== undefined || keep.ms !== undefined || archive !== undefined) this.#look();
  }

  /** The process has lost its place, and its turn with it. */
  resign(): Promise<void> {
    return this.#sequence.run(async () => {
      const keeper = this.#keeper;
      this.#keeper = undefined;
      await keeper?.close();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.resign();
  }

  /** Answers what concerns the archive of this process, if it has one open. */
  async answer(question: Exclude<Question, { type: 'members' }>): Promise<readonly unknown[]> {
    const keeper = this.#keeper;
    if (keeper === undefined) return [];
    switch (question.type) {
      case 'names': {
        const names = new Set<string>();
        await keeper.positionsOf((name) => !names.add(name));
        return [...names];
      }
      case 'authors': {
        const authors = new Set(question.names);
        return keeper.positionsOf((name) => authors.has(name));
      }
      case 'removal':
        return keeper.aside(() => keeper.remove(question.positions, question.withName));
    }
  }

  #look(): void {
    void this.#sequence
      .run(() => this.#takeTurn())
      .then(() => {
        if (!this.#isClosed) this.#timer = setTimeout(() => this.#look(), lookMs).unref();
      });
  }

  /** Never rejects. */
  async #takeTurn(): Promise<void> {
    const { keeping, acts, stamp, onWarning } = this.#options;
    if (this.#keeper !== undefined || this.#isClosed) return;
    const place = this.#options.place();
    const { history } = place.replica;
    const drop = (base: number) => acts.drop(place, base);
    const file = { bytes: 0, checkReplaceable: async () => {}, drop };
    try {
      if (!(await acts.keep(place, keeping.archive !== undefined).catch(() => false))) return;
      this.#keeper = await Keeper.open({ ...keeping, file, history, stamp, onWarning });
      this.#keeper.start(() => {});
      this.#warned = undefined;
    } catch (error) {
      const text = `messages are not dropped yet: ${inWords(error)}`;
      if (text !== this.#warned) onWarning(text);
      this.#warned = text;
    }
  }
}
