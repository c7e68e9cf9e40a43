/**
 * A lowdb adapter that appends in place, where lowdb's own adapter rewrites the whole file. The file ends in `]`. A write
 * replaces that byte with the new messages, one per line, and another `]`, followed by fdatasync. So the file is a JSON
 * array whenever nothing is being written, and the cost of a write does not depend on the length of the history. A crash
 * can only leave a torn tail, which the next start removes. Messages of other programs keep their layout.
 */
import { type BigIntStats, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Adapter } from 'lowdb';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { History } from './history.ts';
import { type Lock, LockedError, lockFile } from './lock.ts';
import { makeFile, remedyOf } from './make-file.ts';
import { chunksOf, unreadable } from './reading.ts';
import { type Ending, Scanner } from './scan.ts';
import { freeMemory, fullText, inUnits } from './space.ts';

/** A history of short messages takes this much memory for each byte of its file. */
const memoryPerByte = 1.25;

/** Makes the function that does all writing to an open file. That resolves once at least one byte is written. */
export type WriterOf = (
  file: FileHandle,
) => (bytes: Buffer, offset: number, length: number, position: number) => Promise<{ bytesWritten: number }>;

/** The repair of a torn file: how many messages were kept, and how many bytes were removed (P-DB-4). */
export type Repair = { path: string; messages: number; bytes: number };

export type FileOptions = {
  /** The most bytes that the file may have. A write that would make it larger is refused. Default: no limit. */
  maxBytes?: number;
  /** Called after a torn tail has been removed (P-DB-4). */
  onRepair?: (repair: Repair) => void;
  /** Called with what the host should know of the file, in words. */
  onWarning?: (text: string) => void;
};

type Opened = Required<FileOptions> & { path: string; handle: FileHandle; status: BigIntStats; lock: Lock };

export class JsonArrayFile implements Adapter<History> {
  readonly #opened: Opened;
  #write: ReturnType<WriterOf>;
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
    this.#write = (...args) => opened.handle.write(...args);
  }

  /** Opens the file (P-DB-5), created with its folder if missing, and locks it (P-DB-3). Rejects with a StartError. */
  static async open(
    path: string,
    { maxBytes = Infinity, onRepair = () => {}, onWarning = () => {} }: FileOptions = {},
  ): Promise<JsonArrayFile> {
    const handle = await makeFile(path).catch(async (error) => {
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
      return new JsonArrayFile({ path, maxBytes, handle, status, lock, onRepair, onWarning });
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

  /** Says so if the file has reached its limit. */
  get fullness(): string | undefined {
    return this.#length < this.#opened.maxBytes ? undefined : fullText(this.#opened.maxBytes);
  }

  /** Replaces the function that writes to the file, for example with one that simulates a faulty disk. */
  interpose(writerOf: WriterOf): void {
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
    const { path, handle } = this.#opened;
    const scanner = new Scanner((json) => {
      onMessage(json);
      this.#messages++;
    });
    try {
      for await (const chunk of chunksOf(handle)) {
        scanner.push(chunk);
        this.#length += chunk.length;
      }
      await this.#settleEnding(scanner.finish());
      this.#warnOfReaders();
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
    this.#checkIdentity();
    const text = this.#textOf(messages);
    if (this.#bracket + text.length > this.#opened.maxBytes) throw new Error(fullText(this.#opened.maxBytes));
    if (this.#length > this.#bracket + 1) await this.#truncate(this.#bracket + 1);
    try {
      await this.#writeAll(text, this.#bracket);
      await this.#opened.handle.datasync();
    } catch (error) {
      this.#isDoubtful = true;
      await this.#undo().catch(() => {});
      throw error;
    }
    this.#messages += messages.length;
    this.#bracket += text.length - 1;
    this.#length = this.#bracket + 1;
    this.#isLineStart = true;
  }

  async close(): Promise<void> {
    if (this.#isDoubtful) await this.#undo().catch(() => {});
    await this.#opened.handle.close();
    await this.#opened.lock.release();
  }

  #warnOfReaders(): void {
    const { path, status, onWarning } = this.#opened;
    const isExposed = process.platform !== 'win32' && (status.mode & 0o004n) !== 0n;
    if (isExposed)
      onWarning(`${path} has mode 0${(status.mode & 0o777n).toString(8)}: other users may read it`);
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
    await this.#writeAll(Buffer.from(ending), offset);
    await this.#opened.handle.datasync();
    this.#length = offset + ending.length;
    this.#bracket = this.#length - 1;
  }

  /** Restores the file after a failed write, and reads the bracket back, since the disk has just failed. */
  async #undo(): Promise<void> {
    await this.#truncate(this.#bracket + 1);
    await this.#writeAll(Buffer.from(']'), this.#bracket);
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

  /**
   * Throws if another program has moved or changed the file: a write would be lost, or damage it (P-DB-5). Synchronous,
   * because it takes microseconds, and the thread pool would add a tenth of a millisecond.
   */
  #checkIdentity(): void {
    const there = statSync(this.#opened.path, { bigint: true, throwIfNoEntry: false });
    if (there === undefined) throw new Error('the data file was removed while the server runs');
    const { dev, ino } = this.#opened.status;
    const isSame = there.ino === ino && there.dev === dev && there.size === BigInt(this.#length);
    if (!isSame) throw new Error('the data file was changed by another program while the server runs');
  }

  /** The text that replaces the closing bracket. */
  #textOf(messages: readonly Uint8Array[]): Buffer {
    const first = Buffer.from((this.#isLineStart ? '' : '\n') + (this.#messages > 0 ? ',' : ''));
    const parts = messages.flatMap((json, index) => [index === 0 ? first : separator, json]);
    return Buffer.concat([...parts, Buffer.from('\n]')]);
  }

  async #writeAll(bytes: Buffer, offset: number): Promise<void> {
    for (let written = 0; written < bytes.length; ) {
      written += (await this.#write(bytes, written, bytes.length - written, offset + written)).bytesWritten;
    }
  }
}

const separator = Buffer.from('\n,');

/** Throws a StartError if the history would not fit into memory, where the system would end the process. */
function checkSize(path: string, bytes: number): void {
  const free = freeMemory();
  if (bytes * memoryPerByte <= free) return;
  const sizes = `its ${inUnits(bytes)} do not fit into the ${inUnits(free)} of memory that are free`;
  throw new StartError('DATA_UNUSABLE', `cannot use ${path}: ${sizes}`);
}
