import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Message } from '../protocol/replies.ts';
import { parseTimestamp } from '../protocol/timestamp.ts';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { Archive } from './archive.ts';
import { unfinished } from './base.ts';
import { Expiry, type Keep } from './expiry.ts';
import type { History } from './history.ts';
import type { JsonArrayFile } from './json-array-file.ts';
import { Sequence } from './sequence.ts';

/** What is kept of a history, and where the rest goes, if anywhere: a folder, and for how long. */
export type Keeping = { keep: Keep; archive?: string | undefined; archiveMs?: number | undefined };

export type KeeperOptions = Keeping & {
  file: Pick<JsonArrayFile, 'bytes' | 'drop' | 'checkReplaceable'>;
  history: History;
  stamp: () => string;
  onWarning: (text: string) => void;
};

/** How often to look for messages that have expired. */
const everyMs = 500;
/** How long to wait if that has failed. */
const afterErrorMs = 60_000;
/** So many bytes are copied a second at most, on average. */
const bytesPerSecond = 4 * 1024 * 1024;
/** How many messages are read in one go, so that nobody is held up. */
const pageLength = 500;

/** Drops from a history and its file what is no longer kept, and puts it into an archive before (P-MOD-2). */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #archive: Archive | undefined;
  readonly #expiry: Expiry;
  /** Rounds, and what must not be done beside them. */
  readonly #sequence = new Sequence();
  /** Stops the round under way. */
  #round = new AbortController();
  /** How many tasks wait for the end of a round. */
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Whether the chat may have members by now. */
  #isStarted = false;
  #isClosed = false;
  /** The last error, which is not told again. */
  #warned: string | undefined;
  #onDrop: (base: number) => void;

  private constructor(options: KeeperOptions, archive: Archive | undefined) {
    this.#options = options;
    this.#archive = archive;
    this.#expiry = new Expiry(options.keep);
    this.#onDrop = (base) => options.history.drop(base);
  }

  /**
   * Opens the archive, finishes a drop that has got no further than there, and drops what has expired. Rejects with a
   * StartError.
   */
  static async open(options: KeeperOptions): Promise<Keeper> {
    const { keep, archive: folder, file, history } = options;
    if ((keep.messages ?? keep.ms) !== undefined) await file.checkReplaceable();
    const archive = folder === undefined ? undefined : await Archive.open(folder);
    const keeper = new Keeper(options, archive);
    try {
      const end = (await archive?.end()) ?? 0;
      if (end > history.base && (await keeper.#isArchived(end))) {
        await file.drop(end);
        history.drop(end);
      }
      await archive?.renumber(history.base);
    } catch (error) {
      await archive?.close();
      throw error instanceof StartError ? error : unfinished(error);
    }
    await keeper.#run();
    return keeper;
  }

  /** Goes on dropping what expires. `onDrop` is called with the new base when that has been done in the file. */
  start(onDrop: (base: number) => void): void {
    this.#onDrop = onDrop;
    this.#isStarted = true;
    const { keep, archiveMs } = this.#options;
    if ((keep.messages ?? keep.ms ?? archiveMs) !== undefined) this.#wait(everyMs);
  }

  /** Runs a task while nothing is being dropped. */
  aside<Result>(task: () => Promise<Result>): Promise<Result> {
    this.#waiting++;
    this.#round.abort();
    return this.#sequence.run(() => {
      this.#waiting--;
      return task();
    });
  }

  /** Removes messages from the archive (P-MOD-1). Resolves to the positions of those from which something was removed. */
  async remove(positions: readonly number[], withName: boolean): Promise<number[]> {
    return (await this.#archive?.remove(new Set(positions), withName)) ?? [];
  }

  async positionsOf(isAuthor: (name: string) => boolean): Promise<number[]> {
    return (await this.#archive?.positionsOf(isAuthor)) ?? [];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.aside(async () => this.#archive?.close());
  }

  /** Does not keep the process alive. */
  #wait(ms: number): void {
    if (!this.#isClosed)
      this.#timer = setTimeout(() => void this.#run().then((next) => this.#wait(next)), ms).unref();
  }

  /** Drops what has expired. Resolves to how long to wait before the next time. Never rejects. */
  #run(): Promise<number> {
    return this.#sequence.run(async () => {
      this.#round = new AbortController();
      const { signal } = this.#round;
      if (this.#waiting > 0) return everyMs;
      try {
        const isDropped = await this.#drop(signal);
        this.#warned = undefined;
        return isDropped ? Math.max(everyMs, this.#copyMs) : everyMs;
      } catch (error) {
        if (signal.aborted) return everyMs;
        this.#warn(`messages that have expired could not be dropped: ${inWords(error)}`);
        return Math.max(afterErrorMs, this.#copyMs);
      }
    });
  }

  /** Resolves to whether messages were dropped. */
  async #drop(signal: AbortSignal): Promise<boolean> {
    const { file, history, stamp, archiveMs } = this.#options;
    const nowMs = parseTimestamp(stamp());
    const first = await this.#expiry.first(history.base, history.length, nowMs, async (position) => {
      const page = await this.#page(position, history.length, signal);
      return page.map(({ timestamp }) => timestamp);
    });
    const isOver = first > history.base;
    if (isOver) {
      await this.#archiveUntil(first, nowMs ?? Date.now(), signal);
      await file.drop(first, { signal, isGentle: this.#isStarted });
      this.#onDrop(first);
    }
    if (nowMs !== undefined && archiveMs !== undefined) await this.#archive?.expire(nowMs - archiveMs);
    return isOver;
  }

  /** How long to wait before the next drop, because of what each one copies, in milliseconds. */
  get #copyMs(): number {
    return ((this.#options.file.bytes + (this.#archive?.newestBytes ?? 0)) / bytesPerSecond) * 1000;
  }

  async #archiveUntil(end: number, nowMs: number, signal: AbortSignal): Promise<void> {
    if (this.#archive === undefined) return;
    // What an earlier round has archived and then could not drop is there already.
    const start = Math.max(this.#options.history.base, await this.#archive.end());
    if (start < end)
      await this.#archive.append(start, this.#pages(start, end, signal), nowMs, this.#isStarted);
  }

  /**
   * Whether what the archive has from the base to this position is what the history has there, too, but for what has been
   * removed from one of the two. Takes out of the archive what only the history has lost: other processes go on removing
   * messages when the one with the archive has died.
   */
  async #isArchived(end: number): Promise<boolean> {
    const { history } = this.#options;
    if (this.#archive === undefined || end > history.length) return false;
    const [removed, nameless] = [new Set<number>(), new Set<number>()];
    let position = history.base;
    for await (const archived of this.#archive.from(position)) {
      while (archived.length > 0)
        for (const message of await this.#page(position, position + archived.length)) {
          const copy = archived.shift() ?? message;
          if (!isCopy(copy, message)) {
            if (!isCopy(message, copy)) return false;
            (message.name === '' ? nameless : removed).add(position);
          }
          position++;
        }
    }
    await this.#archive.remove(removed, false);
    await this.#archive.remove(nameless, true);
    return position === end;
  }

  async *#pages(start: number, end: number, signal: AbortSignal): AsyncGenerator<Message[]> {
    for (let position = start; position < end; ) {
      const page = await this.#page(position, Math.min(end, position + pageLength), signal);
      yield page;
      position += page.length;
    }
  }

  /** Messages of the history from a position on, and before another one. */
  async #page(after: number, before: number, signal?: AbortSignal): Promise<Message[]> {
    await nextTurn();
    signal?.throwIfAborted();
    const { pieces } = this.#options.history.part({ after, before, limit: pageLength });
    return JSON.parse(`[${Buffer.concat([...pieces])}]`);
  }

  #warn(text: string): void {
    if (text !== this.#warned) this.#options.onWarning(text);
    this.#warned = text;
  }
}

/** Whether this is the message, or what a removal has left of it. */
function isCopy(copy: Message, { name, content, timestamp }: Message): boolean {
  if (copy.timestamp !== timestamp) return false;
  const isRemoved = copy.content === '' && (copy.name === name || copy.name === '');
  return isRemoved || (copy.name === name && copy.content === content);
}
