import type { FileHandle } from 'node:fs/promises';
import type { Ending } from './scan.ts';
import { plainWriterOf, type WriterOf, writeAll } from './writing.ts';

/** The end of an open data file, which is all of it that is ever written to, apart from removals. */
export class Tail {
  #handle: FileHandle;
  #writerOf = plainWriterOf;
  #write: ReturnType<WriterOf>;
  /** The expected state of the file: the offset of its closing bracket, and its length in bytes. */
  #bracket = 0;
  #length = 0;
  /** The closing bracket stands at the beginning of a line, or right after the opening one. */
  #isLineStart = true;
  /** A write has failed and could not be undone yet. */
  #isDoubtful = false;

  constructor(handle: FileHandle) {
    this.#handle = handle;
    this.#write = plainWriterOf(handle);
  }

  get bracket(): number {
    return this.#bracket;
  }

  /** Where the next message will start if there is another one before it. */
  get next(): number {
    return this.#bracket + (this.#isLineStart ? 1 : 2);
  }

  get length(): number {
    return this.#length;
  }

  get isLineStart(): boolean {
    return this.#isLineStart;
  }

  get isDoubtful(): boolean {
    return this.#isDoubtful;
  }

  get writerOf(): WriterOf {
    return this.#writerOf;
  }

  /** Replaces the function that writes to the file, for example with one that simulates a faulty disk. */
  interpose(writerOf: WriterOf): void {
    this.#writerOf = writerOf;
    this.#write = writerOf(this.#handle);
  }

  /** Takes the end that a scan of the file, with its length and number of messages, has found. Repairs a torn one (P-DB-4). */
  async take(ending: Ending, length: number, messages: number): Promise<void> {
    this.#length = length;
    if (ending.type === 'whole') {
      this.#bracket = ending.bracket;
      const before = Buffer.alloc(1);
      await this.#handle.read(before, 0, 1, ending.bracket - 1);
      this.#isLineStart = before.equals(Buffer.from('\n')) || before.equals(Buffer.from('['));
    } else if (ending.type === 'torn') await this.#seal(ending.end, messages > 0 ? '\n]' : ']');
    else await this.#seal(0, '[]');
  }

  /** Another file has taken the place of this one. It ends in the same way, with its bracket at this offset. */
  move(handle: FileHandle, bracket: number): void {
    this.#handle = handle;
    this.#write = this.#writerOf(handle);
    this.#bracket = bracket;
    this.#length = bracket + 1;
    this.#isLineStart ||= bracket === 1;
  }

  /** Writes text that ends in a bracket in place of the closing bracket. If it rejects, the content of the file is as before. */
  async append(text: Buffer): Promise<void> {
    if (this.#length > this.#bracket + 1) await this.#truncate(this.#bracket + 1);
    try {
      await writeAll(this.#write, text, this.#bracket);
      await this.#handle.datasync();
    } catch (error) {
      this.#isDoubtful = true;
      await this.#undo().catch(() => {});
      throw error;
    }
    this.#bracket += text.length - 1;
    this.#length = this.#bracket + 1;
    this.#isLineStart = true;
  }

  /** Undoes a failed write that could not be undone before. */
  async mend(): Promise<void> {
    if (this.#isDoubtful) await this.#undo();
  }

  /** Ends the file with these bytes. It truncates before it writes, so a crash in between leaves a torn file. */
  async #seal(offset: number, ending: string): Promise<void> {
    if (this.#length > offset) await this.#truncate(offset);
    await writeAll(this.#write, Buffer.from(ending), offset);
    await this.#handle.datasync();
    this.#length = offset + ending.length;
    this.#bracket = this.#length - 1;
  }

  /** Restores the file after a failed write, and reads the bracket back, since the disk has just failed. */
  async #undo(): Promise<void> {
    await this.#truncate(this.#bracket + 1);
    await writeAll(this.#write, Buffer.from(']'), this.#bracket);
    await this.#handle.datasync();
    const tail = Buffer.alloc(2);
    const { bytesRead } = await this.#handle.read(tail, 0, 2, this.#bracket);
    if (bytesRead !== 1 || tail.toString('latin1', 0, 1) !== ']')
      throw new Error('the data file does not keep what is written');
    this.#isDoubtful = false;
  }

  async #truncate(length: number): Promise<void> {
    await this.#handle.truncate(length);
    this.#length = length;
  }
}
