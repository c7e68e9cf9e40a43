import { closeSync, constants, fstatSync, openSync, write } from 'node:fs';
import { isatty } from 'node:tty';

/** Most bytes that wait for a reader that takes nothing; what comes then is dropped. */
const mostBytes = 16 * 1024 * 1024;
/** Milliseconds until a write that could not be finished is tried again. */
const retryMs = 10;
/** Milliseconds that a write under way has to return at the end. */
const returnMs = 100;

/**
 * Writes text to a file descriptor without ever waiting for it: a reader that stops reading, a terminal that is gone and a
 * disk that is full cost the text and nothing else. Never throws.
 */
export class Output {
  readonly #fd: number;
  /** What is being written, what waits behind it, and the bytes of both. */
  #current: Buffer = Buffer.alloc(0);
  #waiting: Buffer[] = [];
  #bytes = 0;
  #isWriting = false;
  #isGone = false;
  #retry: NodeJS.Timeout | undefined;
  #onDone = () => {};

  constructor(fd: number) {
    this.#fd = withoutWaiting(fd);
  }

  write(text: string): void {
    const bytes = Buffer.from(text);
    if (this.#isGone || this.#bytes + bytes.length > mostBytes) return;
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    if (this.#retry === undefined) this.#next();
  }

  /**
   * Writes what waits, for so many milliseconds at the most, and then nothing more. Resolves to whether Node can exit: not
   * while a write has not returned, for it would wait for that.
   */
  async end(milliseconds: number): Promise<boolean> {
    if (this.#bytes > 0) {
      const done = this.#untilDone(milliseconds);
      this.#next();
      await done;
    }
    this.#giveUp();
    if (this.#isWriting) await this.#untilDone(returnMs);
    return !this.#isWriting;
  }

  #untilDone(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const late = setTimeout(resolve, milliseconds);
      this.#onDone = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }

  #next(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    if (this.#isWriting || this.#bytes === 0) return;
    if (this.#current.length === 0) {
      this.#current = Buffer.concat(this.#waiting);
      this.#waiting = [];
    }
    this.#isWriting = true;
    write(this.#fd, this.#current, (error, written = 0) => {
      this.#isWriting = false;
      if (this.#isGone) return this.#onDone();
      this.#current = this.#current.subarray(written);
      this.#bytes -= written;
      if (error !== null && ['EPIPE', 'EIO', 'EBADF'].includes(`${error.code}`)) this.#giveUp();
      else if (this.#bytes === 0) this.#onDone();
      else if (this.#current.length === 0) this.#next();
      else this.#retry ??= setTimeout(() => this.#next(), retryMs).unref();
    });
  }

  /** There is nobody any more who could read it. */
  #giveUp(): void {
    this.#isGone = true;
    this.#current = Buffer.alloc(0);
    this.#waiting = [];
    this.#bytes = 0;
    this.#onDone();
  }
}

/**
 * The same terminal or pipe, opened so that a write fails (EAGAIN) where it would otherwise keep a thread of Node's until
 * somebody reads, and the process with it. Other files do not block, or cannot be opened again: then the descriptor itself.
 */
function withoutWaiting(fd: number): number {
  try {
    if (!isatty(fd) && !fstatSync(fd).isFIFO()) return fd;
    const again = openSync(`/dev/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    if (fstatSync(again).ino === fstatSync(fd).ino) return again;
    closeSync(again);
  } catch {
    // It is what it is.
  }
  return fd;
}
