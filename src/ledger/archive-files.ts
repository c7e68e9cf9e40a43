/**
 * The files of an archive in its folder. Each is replaced as a whole, so it is a valid history at every moment. The index
 * says what is in a file, and what will be once its draft has taken its place; the size of the file tells which of the two
 * it is.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message } from '../protocol/replies.ts';
import {
  ArchiveIndex,
  type Content,
  countOf,
  endOf,
  type Month,
  numbered,
  positionsIn,
} from './archive-index.ts';
import { syncFolders } from './make-file.ts';
import { emptyMonth, isDraftName, isMonthName, MonthDraft, pagesIn } from './month-file.ts';

export class ArchiveFiles {
  readonly #folder: string;
  readonly #index: ArchiveIndex;

  constructor(folder: string) {
    this.#folder = folder;
    this.#index = new ArchiveIndex(folder);
  }

  pathOf(name: string): string {
    return join(this.#folder, name);
  }

  /** Writes down what the files contain. */
  note(months: readonly Month[]): Promise<void> {
    return this.#index.write(months);
  }

  /** Removes files. Resolves to the other months. */
  async remove(months: readonly Month[], isOver: (month: Month) => boolean): Promise<readonly Month[]> {
    const over = months.filter(isOver);
    if (over.length === 0) return months;
    for (const { name } of over) await rm(this.pathOf(name), { force: true });
    await syncFolders(this.#folder);
    const kept = months.filter((month) => !over.includes(month));
    await this.note(kept);
    return kept;
  }

  /** Finds out what the files contain, and removes what a crash or an error has left. */
  async load(): Promise<readonly Month[]> {
    const known = await this.#index.read();
    const names = await readdir(this.#folder);
    for (const name of names) if (isDraftName(name)) await rm(this.pathOf(name), { force: true });
    const months: Month[] = [];
    for (const name of names.filter(isMonthName).sort()) {
      const content = await this.#contentOf(
        name,
        known.find((month) => month.name === name),
      );
      months.push({ ...content, name });
    }
    const ends = months.map((month) => endOf([month])).filter(Number.isFinite);
    return numbered(months, Math.max(0, ...ends));
  }

  /**
   * What a file contains. If it is not as the index says, it is read, and brought into the layout of ours. Its messages
   * keep their positions if their number is the same.
   */
  async #contentOf(name: string, known: Month | undefined): Promise<Content> {
    const { size } = await stat(this.pathOf(name));
    const content = [known, known?.next].find((one) => one?.bytes === size);
    if (content !== undefined) return content;
    const draft = await this.rewritten({ ...emptyMonth, name, runs: [[Infinity, Infinity]] });
    try {
      await draft.publish();
      await syncFolders(this.#folder);
      const isSame = known !== undefined && countOf(known.runs) === countOf(draft.content.runs);
      return isSame ? { ...draft.content, runs: known.runs } : draft.content;
    } finally {
      await draft.discard();
    }
  }

  /** A draft of a file in which some messages are different. */
  async rewritten(
    month: Month,
    change = (_: number, message: Message): Message => message,
  ): Promise<MonthDraft> {
    const path = this.pathOf(month.name);
    const draft = await MonthDraft.make(path, month.name);
    try {
      const positions = positionsIn(month);
      for await (const page of pagesIn(path))
        for (const message of page) {
          const position: number = positions.next().value ?? Infinity;
          await draft.add(position, change(position, message));
        }
      await draft.finish();
      return draft;
    } catch (error) {
      await draft.discard();
      throw error;
    }
  }

  /** Lets drafts take the places of their files. Resolves to what the files contain then. */
  async publish(months: readonly Month[], drafts: readonly MonthDraft[]): Promise<readonly Month[]> {
    const contents = new Map(drafts.map(({ name, content }) => [name, content]));
    const fresh = drafts.filter(({ name }) => months.every((month) => month.name !== name));
    const all = [...months, ...fresh.map(({ name }) => ({ ...emptyMonth, name }))];
    await this.note(
      all.map((month) => {
        const next = contents.get(month.name);
        return next === undefined ? month : { ...month, next };
      }),
    );
    for (const draft of drafts) await draft.publish();
    await syncFolders(this.#folder);
    return all.map((month) => ({ ...(contents.get(month.name) ?? month), name: month.name }));
  }

  /** A draft to which messages are added. */
  draftOf(name: string, months: readonly Month[], isGentle: boolean): Promise<MonthDraft> {
    const content = months.find((month) => month.name === name) ?? emptyMonth;
    return MonthDraft.copy(this.pathOf(name), name, content, isGentle);
  }
}
