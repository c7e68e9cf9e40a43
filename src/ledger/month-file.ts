/** The files of an archive: a month's messages each, in the format of the data file. */
import { open } from 'node:fs/promises';
import type { Message } from '../protocol/replies.ts';
import { parseTimestamp } from '../protocol/timestamp.ts';
import { type Content, countOf, joined } from './archive-index.ts';
import { Draft } from './draft.ts';
import { jsonOf } from './message.ts';
import { chunksOf, unreadable } from './reading.ts';
import { NotHistory, Scanner } from './scan.ts';

/** So much is read at once, so that reading holds up nobody for long. */
const chunkBytes = 64 * 1024;

export const emptyMonth: Content = { bytes: 0, runs: [], newestMs: null };

export const isMonthName = (name: string) => /^\d{4}-\d\d\.json$/.test(name);
export const isDraftName = (name: string) => isMonthName(name.replace(/\.next$/, '')) && !isMonthName(name);

/** The file of the month of this time, as `parseTimestamp` reads it. */
export const monthNameOf = (ms: number) => `${new Date(ms).toISOString().slice(0, 7)}.json`;

/** When the month of this file is over. */
export function endOfMonth(name: string): number {
  return Date.UTC(Number(name.slice(0, 4)), Number(name.slice(5, 7)));
}

/** Reads a file's messages. Rejects with a StartError if it is not a whole history. */
export async function* pagesIn(path: string): AsyncGenerator<Message[]> {
  const file = await open(path, 'r');
  try {
    let page: Message[] = [];
    const scanner = new Scanner((json) => page.push(JSON.parse(Buffer.from(json).toString())));
    let [bytes, messages] = [0, 0];
    for await (const chunk of chunksOf(file, Infinity, 0, chunkBytes)) {
      scanner.push(chunk);
      bytes += chunk.length;
      messages += page.length;
      yield page;
      page = [];
    }
    if (scanner.finish().type !== 'whole') throw new NotHistory(bytes, 'it has no end', messages);
  } catch (error) {
    throw await unreadable(path, file, error);
  } finally {
    await file.close();
  }
}

/** The draft of a month's file, to which messages are added. */
export class MonthDraft {
  readonly name: string;
  readonly #draft: Draft;
  #content: Content;

  private constructor(name: string, draft: Draft, content: Content) {
    this.name = name;
    this.#draft = draft;
    this.#content = content;
  }

  /** Makes an empty one. */
  static async make(path: string, name: string): Promise<MonthDraft> {
    return new MonthDraft(name, await Draft.of(path), emptyMonth);
  }

  /** Makes one that begins with what the file has. */
  static async copy(path: string, name: string, content: Content, isGentle: boolean): Promise<MonthDraft> {
    const draft = await Draft.of(path, { isGentle });
    try {
      if (content.bytes > 0) {
        const file = await open(path, 'r');
        try {
          await draft.copy(file, 0, content.bytes - ending.length);
        } finally {
          await file.close();
        }
      }
      return new MonthDraft(name, draft, content);
    } catch (error) {
      await draft.discard();
      throw error;
    }
  }

  /** What the file contains once the draft has taken its place. */
  get content(): Content {
    return this.#content;
  }

  async add(position: number, message: Message): Promise<void> {
    const { runs, newestMs } = this.#content;
    const start = this.#draft.length === 0 ? '[' : '\n,';
    await this.#draft.add(Buffer.from(`${start}${jsonOf(message)}`));
    const ms = parseTimestamp(message.timestamp);
    this.#content = {
      bytes: 0,
      runs: joined(runs, [position, 1]),
      newestMs: ms === undefined ? newestMs : Math.max(ms, newestMs ?? ms),
    };
  }

  /** Resolves when the draft is a whole file and durable. */
  async finish(): Promise<void> {
    await this.#draft.add(countOf(this.#content.runs) > 0 ? ending : Buffer.from('[]'));
    await this.#draft.sync();
    this.#content = { ...this.#content, bytes: this.#draft.length };
  }

  /** Takes the place of the file. The caller syncs the folder. */
  async publish(): Promise<void> {
    await this.#draft.publish();
    await this.#draft.handle.close();
  }

  discard(): Promise<void> {
    return this.#draft.discard();
  }
}

const ending = Buffer.from('\n]');
