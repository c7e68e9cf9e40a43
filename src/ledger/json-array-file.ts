/**
 * A lowdb adapter that appends in place, where lowdb's own adapter rewrites the whole file. The file ends in `]`. A write
 * replaces that byte with the new messages, one per line, and another `]`, followed by fdatasync. So the file is a JSON
 * array whenever nothing is being written, and the cost of a write does not depend on the length of the history. A crash
 * can only leave a torn tail, which the next start removes. Messages of other programs keep their layout.
 */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Adapter } from 'lowdb';
import { checkIdentity, checkSize, exposureOf } from './checks.ts';
import { type DropOptions, Heir } from './heir.ts';
import { checkReplaceable, type HeldFile, holdFile } from './held-file.ts';
import { History } from './history.ts';
import { appendix } from './layout.ts';
import { syncFolders } from './make-file.ts';
import { Marks } from './marks.ts';
import { chunksOf, unreadable } from './reading.ts';
import { type Removed, Remover, resumeRemoval, type Target } from './removal.ts';
import { Scanner } from './scan.ts';
import { Sequence } from './sequence.ts';
import { fullText } from './space.ts';
import { Tail } from './tail.ts';
import type { WriterOf } from './writing.ts';

/** The repair of a torn file: how many messages were kept, and how many bytes were removed (P-DB-4). */
export type Repair = { path: string; messages: number; bytes: number };

export type FileOptions = {
  /** A file that is missing is not created. */
  mustExist?: boolean;
  /** The most bytes that the file may have. A write that would make it larger is refused. Default: no limit. */
  maxBytes?: number;
  /** Called after a torn tail has been removed (P-DB-4). */
  onRepair?: (repair: Repair) => void;
  /** Called with what the host should know of the file, in words. */
  onWarning?: (text: string) => void;
};

type Opened = Required<Omit<FileOptions, 'mustExist'>> & HeldFile;

export class JsonArrayFile implements Adapter<History> {
  #opened: Opened;
  readonly #tail: Tail;
  readonly #marks = new Marks();
  readonly #remover: Remover;
  /** Removals and drops, of which only one may be under way; and appends, beside which both are. */
  readonly #sequence = new Sequence();
  readonly #appends = new Sequence();
  /** The number of messages in the file. */
  #messages = 0;
  /** After a power loss, the folder may still have the file that this one has replaced. */
  #isUnsettled = false;

  private constructor(opened: Opened) {
    this.#opened = opened;
    this.#tail = new Tail(opened.handle);
    this.#remover = new Remover(opened.journal);
  }

  /** Opens the file (P-DB-5), created with its folder if missing, and locks it (P-DB-3). Rejects with a StartError. */
  static async open(
    path: string,
    { mustExist = false, maxBytes = Infinity, onRepair = () => {}, onWarning = () => {} }: FileOptions = {},
  ): Promise<JsonArrayFile> {
    return new JsonArrayFile({ ...(await holdFile(path, mustExist)), maxBytes, onRepair, onWarning });
  }

  /** Rejects with a StartError if the file could not be replaced, as it has to be when messages are dropped. */
  checkReplaceable(): Promise<void> {
    return checkReplaceable(this.#opened);
  }

  /** The size of the file. */
  get bytes(): number {
    return this.#tail.length;
  }

  /** Whether there is a message at this position. */
  has(position: number): boolean {
    const index = position - this.#opened.base.position;
    return Number.isInteger(index) && index >= 0 && index < this.#messages;
  }

  /** Says so if the file has reached its limit. */
  get fullness(): string | undefined {
    return this.bytes < this.#opened.maxBytes ? undefined : fullText(this.#opened.maxBytes);
  }

  /** Replaces the function that writes to the file, for example with one that simulates a faulty disk. */
  interpose(writerOf: WriterOf): void {
    this.#tail.interpose(writerOf);
  }

  /** Reads the whole history and repairs a torn tail. Rejects with a StartError; a file that is not a history stays as it is. */
  async read(): Promise<History> {
    const { path, status, base } = this.#opened;
    checkSize(path, Number(status.size));
    const history = new History(base.position);
    await this.scan((json) => history.append(json));
    return history;
  }

  /** Does the same without keeping the history: hands on each message, in its stored form and only until `onMessage` returns. */
  async scan(onMessage: (json: Uint8Array) => void): Promise<void> {
    const { path, handle, status, base, onRepair, onWarning } = this.#opened;
    let bytes = 0;
    const scanner = new Scanner((json, start) => {
      onMessage(json);
      this.#marks.note(base.position + this.#messages++, start);
    });
    try {
      const removed = await resumeRemoval(this.#opened.journal, handle, status);
      if (removed > 0) onWarning(`finished an interrupted removal in ${path}: messages removed ${removed}`);
      for await (const chunk of chunksOf(handle)) {
        scanner.push(chunk);
        bytes += chunk.length;
      }
      const ending = scanner.finish();
      await this.#tail.take(ending, bytes, this.#messages);
      if (ending.type === 'torn') onRepair({ path, messages: this.#messages, bytes: bytes - ending.end });
      const exposure = exposureOf(path, status);
      if (exposure !== undefined) onWarning(exposure);
    } catch (error) {
      throw await unreadable(path, handle, error);
    }
  }

  /** Appends the history's unwritten messages. If it rejects, the content of the file is as before. */
  write({ unwritten }: History): Promise<void> {
    return this.append(unwritten);
  }

  /** Appends messages in their stored form. If it rejects, the content of the file is as before. */
  append(messages: readonly Uint8Array[]): Promise<void> {
    return this.#appends.run(() => this.#append(messages));
  }

  async #append(messages: readonly Uint8Array[]): Promise<void> {
    if (this.#isUnsettled) await this.#settle();
    await this.#tail.mend();
    this.#check();
    const { base, maxBytes } = this.#opened;
    const { bracket, isLineStart } = this.#tail;
    const { text, starts } = appendix(messages, { isFirst: this.#messages === 0, isLineStart });
    if (bracket + text.length > maxBytes) throw new Error(fullText(maxBytes));
    await this.#tail.append(text);
    for (const start of starts) this.#marks.note(base.position + this.#messages++, bracket + start);
  }

  /**
   * Drops the messages before this position (P-MOD-2). A copy of the others takes the place of the file; appending goes on
   * until the copy lacks only what has come meanwhile. If it rejects, the file is as before.
   */
  drop(position: number, { signal, isGentle = false }: DropOptions = {}): Promise<void> {
    return this.#sequence.run(async () => {
      signal?.throwIfAborted();
      if (this.#isUnsettled) await this.#settle();
      await this.#opened.base.settle();
      await this.#remover.finish(this.#target);
      const start = await this.#startOf(position);
      const heir = await Heir.of(this.#opened, start, isGentle);
      try {
        for (let round = 0; round < 2; round++)
          await heir.follow(this.#opened.handle, this.#tail.bracket, signal);
        await this.#opened.base.intend(position);
        await this.#appends.run(() => this.#succeed(heir, position, start - 1));
      } catch (error) {
        await heir.giveUp(this.#opened.base);
        throw error;
      }
      if (!this.#isUnsettled) await this.#opened.base.settle().catch(() => {});
    });
  }

  /** Lets the copy that begins with this position, and so many bytes later, take the place of the file. */
  async #succeed(heir: Heir, position: number, bytes: number): Promise<void> {
    const { handle, lock, base } = this.#opened;
    if (this.#tail.isDoubtful) throw new Error('the last write has failed');
    this.#check();
    await heir.follow(handle, this.#tail.bracket);
    await heir.succeed();
    this.#opened = { ...this.#opened, ...heir.file };
    this.#messages -= position - base.position;
    base.advance(position);
    this.#tail.move(heir.file.handle, this.#messages === 0 ? 1 : this.#tail.bracket - bytes);
    this.#marks.drop(this.#messages === 0 ? undefined : { position, start: 1 }, bytes);
    this.#isUnsettled = true;
    await this.#settle().catch(() => {});
    await handle.close().catch(() => {});
    await lock.release().catch(() => {});
  }

  /**
   * Removes the content of messages, and with `withName` their authors' names (P-MOD-1). Resolves to what has been removed,
   * once that is durable; messages that are not there, or have been removed before, are left out. If it rejects, what has
   * begun is finished by the next call, and is in its result, or by the next start.
   */
  remove(positions: readonly number[], withName: boolean): Promise<Removed[]> {
    return this.#sequence.run(() => {
      if (this.#opened.handle.fd === -1) throw new Error('the data file is closed');
      const wanted = [...new Set(positions)].filter((position) => this.has(position));
      return this.#remover.remove(
        this.#target,
        wanted.sort((one, other) => one - other),
        withName,
      );
    });
  }

  close(): Promise<void> {
    return this.#sequence.run(async () => {
      await this.#tail.mend().catch(() => {});
      await this.#remover.finish(this.#target).catch(() => {});
      await this.#opened.handle.close();
      await this.#opened.lock.release();
    });
  }

  get #target(): Target {
    const { path, status } = this.#opened;
    const { bracket: end, writerOf } = this.#tail;
    return { path, status, marks: this.#marks, end, writerOf };
  }

  /** Makes sure that after a power loss the folder has this file, and not the one before it. */
  async #settle(): Promise<void> {
    await syncFolders(dirname(this.#opened.real));
    this.#isUnsettled = false;
  }

  /**
   * Throws if the file is not as this process has left it. Synchronous, because it takes microseconds, and the thread pool
   * would add a tenth of a millisecond.
   */
  #check(): void {
    const { path, status } = this.#opened;
    checkIdentity(statSync(path, { bigint: true, throwIfNoEntry: false }), status, BigInt(this.#tail.length));
  }

  /** Where the message with this position starts, or the one that will have it. */
  async #startOf(position: number): Promise<number> {
    const { handle, base } = this.#opened;
    if (position === base.position + this.#messages) return this.#tail.next;
    const [message] = await this.#marks.find(handle, [position], this.#tail.bracket);
    return message?.start ?? 0;
  }
}
