import { closeSync, constants, fstatSync, openSync, write } from 'node:fs';
import { isatty } from 'node:tty';

/** Most characters that wait for a reader that takes nothing; what comes then is dropped. */
const mostWaiting = 16 * 1024 * 1024;
/** Milliseconds until a write that failed is tried again. */
const retryMs = 100;

/**
 * Writes text to a file descriptor without ever waiting for it: a reader that stops reading, a terminal that is gone and a
 * disk that is full cost the text and nothing else. Never throws.
 */
export class Output {
  readonly #fd: number;
  /** What waits, the oldest first. */
  #waiting: string[] = [];
  #length = 0;
  #isWriting = false;
  #isGone = false;
  #retry: NodeJS.Timeout | undefined;
  #onDone = () => {};

  constructor(fd: number) {
    this.#fd = withoutWaiting(fd);
  }

  /** A write has not returned: Node cannot exit before it does. */
  get isStuck(): boolean {
    return this.#isWriting;
  }

  write(text: string): void {
    if (this.#isGone || this.#length + text.length > mostWaiting) return;
    this.#waiting.push(text);
    this.#length += text.length;
    if (this.#retry === undefined) this.#next();
  }

  /** Resolves when all is written, or at the latest after so many milliseconds. */
  flush(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const late = setTimeout(resolve, milliseconds);
      this.#onDone = () => {
        clearTimeout(late);
        resolve();
      };
      if (this.#length === 0 || this.#isGone) this.#onDone();
      else this.#next();
    });
  }

  #next(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    if (this.#isWriting || this.#waiting.length === 0) return;
    this.#isWriting = true;
    const text = this.#waiting.join('');
    const bytes = Buffer.from(text);
    this.#waiting = [];
    write(this.#fd, bytes, (error, written) => {
      this.#isWriting = false;
      this.#length -= text.length;
      if (error === null && written === bytes.length) this.#succeed();
      else this.#keep(bytes.subarray(written ?? 0).toString(), error);
    });
  }

  #succeed(): void {
    if (this.#waiting.length > 0) this.#next();
    else this.#onDone();
  }

  /** Keeps what could not be written, for later; or nothing, if there is nobody any more who could read it. */
  #keep(rest: string, error: NodeJS.ErrnoException | null): void {
    if (error !== null && ['EPIPE', 'EIO', 'EBADF'].includes(`${error.code}`)) {
      this.#isGone = true;
      this.#waiting = [];
      this.#onDone();
      return;
    }
    this.#waiting.unshift(rest);
    this.#length += rest.length;
    this.#retry ??= setTimeout(() => this.#next(), retryMs).unref();
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
