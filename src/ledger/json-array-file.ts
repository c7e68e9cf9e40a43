/**
 * A lowdb adapter that appends in place, where lowdb's own adapter rewrites the whole file. The file ends in `]`. A write
 * replaces that byte with the new messages, one per line, and another `]`, followed by fdatasync. So the file is a JSON
 * array whenever nothing is being written, and the cost of a write does not depend on the length of the history. A crash
 * can only leave a torn tail, which the next start removes. Messages of other programs keep their layout.
 */
import { type BigIntStats, statSync } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import type { Adapter } from 'lowdb';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { checkIdentity, checkSize, exposureOf } from './checks.ts';
import { History } from './history.ts';
import { appendix } from './layout.ts';
import { type Lock, LockedError, lockFile } from './lock.ts';
import { makeFile, remedyOf } from './make-file.ts';
import { Marks } from './marks.ts';
import { chunksOf, unreadable } from './reading.ts';
import { type Removed, Remover, resumeRemoval, type Target } from './removal.ts';
import { type Ending, Scanner } from './scan.ts';
import { Sequence } from './sequence.ts';
import { fullText } from './space.ts';
import { plainWriterOf, type WriterOf, writeAll } from './writing.ts';

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

type Opened = Required<Omit<FileOptions, 'mustExist'>> & {
  path: string;
  handle: FileHandle;
  status: BigIntStats;
  lock: Lock;
  /** The path of the journal. */
  journal: string;
};

export class JsonArrayFile implements Adapter<History> {
  readonly #opened: Opened;
  #writerOf = plainWriterOf;
  #write: ReturnType<WriterOf>;
  readonly #marks = new Marks();
  readonly #remover: Remover;
  /** Removals, and what must not happen during one. */
  readonly #sequence = new Sequence();
  /** The expected state of the file: its number of messages, the offset of its closing bracket, its length in bytes. */
  #messages = 0;
  #bracket = 0;
  #length = 0;
  /** The closing bracket stands at the beginning of a line, or right after the opening one. */
  #isLineStart = true;
  /** A write has failed and could not be undone yet. */
  #isDoubtful = false;

  private constructor(opened: Opened) {
    this.#opened = opened;
    this.#write = plainWriterOf(opened.handle);
    this.#remover = new Remover(opened.journal);
  }

  /** Opens the file (P-DB-5), created with its folder if missing, and locks it (P-DB-3). Rejects with a StartError. */
  static async open(
    path: string,
    { mustExist = false, maxBytes = Infinity, onRepair = () => {}, onWarning = () => {} }: FileOptions = {},
  ): Promise<JsonArrayFile> {
    const handle = await (mustExist ? open(path, 'r+') : makeFile(path)).catch(async (error) => {
      throw new StartError(
        'DATA_UNUSABLE',
        `cannot open ${path}: ${inWords(error)}${await remedyOf(path, error)}`,
      );
    });
    try {
      const status = await handle.stat({ bigint: true });
      if (!status.isFile())
        throw new StartError('DATA_UNUSABLE', `cannot use ${path}: it is not a regular file`);
      const lock = await lockFile(path, status);
      const journal = `${await realpath(path)}.journal`;
      return new JsonArrayFile({ path, maxBytes, handle, status, lock, journal, onRepair, onWarning });
    } catch (error) {
      await handle.close();
      if (error instanceof LockedError) throw new StartError('DATA_HELD', `${path} is ${error.message}`);
      if (error instanceof StartError) throw error;
      const cause = `its folder must allow a socket file: ${inWords(error)}`;
      throw new StartError('DATA_UNUSABLE', `cannot lock ${path}: ${cause}${await remedyOf(path, error)}`);
    }
  }

  /** The size of the file. */
  get bytes(): number {
    return this.#length;
  }

  /** Whether there is a message at this position. */
  has(position: number): boolean {
    return Number.isInteger(position) && position >= 0 && position < this.#messages;
  }

  /** Says so if the file has reached its limit. */
  get fullness(): string | undefined {
    return this.#length < this.#opened.maxBytes ? undefined : fullText(this.#opened.maxBytes);
  }

  /** Replaces the function that writes to the file, for example with one that simulates a faulty disk. */
  interpose(writerOf: WriterOf): void {
    this.#writerOf = writerOf;
    this.#write = writerOf(this.#opened.handle);
  }

  /** Reads the whole history and repairs a torn tail. Rejects with a StartError; a file that is not a history stays as it is. */
  async read(): Promise<History> {
    const { path, status } = this.#opened;
    checkSize(path, Number(status.size));
    const history = new History();
    await this.scan((json) => history.append(json));
    return history;
  }

  /** Does the same without keeping the history: hands on each message, in its stored form and only until `onMessage` returns. */
  async scan(onMessage: (json: Uint8Array) => void): Promise<void> {
    const { path, handle, status, journal, onWarning } = this.#opened;
    const scanner = new Scanner((json, start) => {
      onMessage(json);
      this.#marks.note(this.#messages++, start);
    });
    try {
      const removed = await resumeRemoval(journal, handle, status);
      if (removed > 0) onWarning(`finished an interrupted removal in ${path}: messages removed ${removed}`);
      for await (const chunk of chunksOf(handle)) {
        scanner.push(chunk);
        this.#length += chunk.length;
      }
      await this.#settleEnding(scanner.finish());
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
  async append(messages: readonly Uint8Array[]): Promise<void> {
    if (this.#isDoubtful) await this.#undo();
    const { path, status } = this.#opened;
    // Synchronous, because it takes microseconds, and the thread pool would add a tenth of a millisecond.
    checkIdentity(statSync(path, { bigint: true, throwIfNoEntry: false }), status, BigInt(this.#length));
    const place = { isFirst: this.#messages === 0, isLineStart: this.#isLineStart };
    const { text, starts } = appendix(messages, place);
    if (this.#bracket + text.length > this.#opened.maxBytes) throw new Error(fullText(this.#opened.maxBytes));
    if (this.#length > this.#bracket + 1) await this.#truncate(this.#bracket + 1);
    try {
      await writeAll(this.#write, text, this.#bracket);
      await this.#opened.handle.datasync();
    } catch (error) {
      this.#isDoubtful = true;
      await this.#undo().catch(() => {});
      throw error;
    }
    for (const start of starts) this.#marks.note(this.#messages++, this.#bracket + start);
    this.#bracket += text.length - 1;
    this.#length = this.#bracket + 1;
    this.#isLineStart = true;
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
      if (this.#isDoubtful) await this.#undo().catch(() => {});
      await this.#remover.finish(this.#target).catch(() => {});
      await this.#opened.handle.close();
      await this.#opened.lock.release();
    });
  }

  get #target(): Target {
    const { path, status } = this.#opened;
    return { path, status, marks: this.#marks, end: this.#bracket, writerOf: this.#writerOf };
  }

  async #settleEnding(ending: Ending): Promise<void> {
    if (ending.type === 'whole') {
      this.#bracket = ending.bracket;
      const before = Buffer.alloc(1);
      await this.#opened.handle.read(before, 0, 1, ending.bracket - 1);
      this.#isLineStart = before.equals(Buffer.from('\n')) || before.equals(Buffer.from('['));
    } else if (ending.type === 'torn') {
      const bytes = this.#length - ending.end;
      await this.#seal(ending.end, this.#messages > 0 ? '\n]' : ']');
      this.#opened.onRepair({ path: this.#opened.path, messages: this.#messages, bytes });
    } else {
      await this.#seal(0, '[]');
    }
  }

  /** Ends the file with these bytes. It truncates before it writes, so a crash in between leaves a torn file. */
  async #seal(offset: number, ending: string): Promise<void> {
    if (this.#length > offset) await this.#truncate(offset);
    await writeAll(this.#write, Buffer.from(ending), offset);
    await this.#opened.handle.datasync();
    this.#length = offset + ending.length;
    this.#bracket = this.#length - 1;
  }

  /** Restores the file after a failed write, and reads the bracket back, since the disk has just failed. */
  async #undo(): Promise<void> {
    await this.#truncate(this.#bracket + 1);
    await writeAll(this.#write, Buffer.from(']'), this.#bracket);
    await this.#opened.handle.datasync();
    const tail = Buffer.alloc(2);
    const { bytesRead } = await this.#opened.handle.read(tail, 0, 2, this.#bracket);
    if (bytesRead !== 1 || tail.toString('latin1', 0, 1) !== ']')
      throw new Error('the data file does not keep what is written');
    this.#isDoubtful = false;
  }

  async #truncate(length: number): Promise<void> {
    await this.#opened.handle.truncate(length);
    this.#length = length;
  }
}
