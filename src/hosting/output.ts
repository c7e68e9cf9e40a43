import { closeSync, constants, fstatSync, openSync, write } from 'node:fs';
import { isatty } from 'node:tty';

/** How many bytes may wait for a reader that takes nothing. Further text is dropped. */
const mostBytes = 16 * 1024 * 1024;
/** How long to wait before an unfinished write is tried again. */
const retryMs = 10;
/** How long a write under way may take to return at the end. */
const returnMs = 100;

/** What takes the text of the log, and at the end is told to finish. */
export type Sink = Pick<Output, 'write' | 'end'>;

/**
 * Writes text to a file descriptor without ever blocking. If a reader stops reading, a terminal goes away or a disk is
 * full, only the text is lost. Never throws.
 */
export class Output {
  readonly #fd: number;
  /** The bytes being written, the ones that wait after them, and the size of both. */
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
   * Writes the waiting bytes until the limit, and then nothing more. Resolves to whether Node can exit, which it cannot
   * before a write under way has returned.
   */
  async end(limitMs: number): Promise<boolean> {
    if (this.#bytes > 0) {
      const done = this.#untilDone(limitMs);
      this.#next();
      await done;
    }
    this.#giveUp();
    if (this.#isWriting) await this.#untilDone(returnMs);
    return !this.#isWriting;
  }

  #untilDone(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const late = setTimeout(resolve, limitMs);
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

  /** Drops everything: nobody can read it any more. */
  #giveUp(): void {
    this.#isGone = true;
    this.#current = Buffer.alloc(0);
    this.#waiting = [];
    this.#bytes = 0;
    this.#onDone();
  }
}

/**
 * Reopens a terminal or pipe in non-blocking mode: a write fails with EAGAIN where it would block a thread of Node, and
 * so the end of the process, until somebody reads. Returns other descriptors, or those that cannot be reopened, as they
 * are.
 */
function withoutWaiting(fd: number): number {
  try {
    if (!isatty(fd) && !fstatSync(fd).isFIFO()) return fd;
    const again = openSync(`/dev/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    if (fstatSync(again).ino === fstatSync(fd).ino) return again;
    closeSync(again);
  } catch {
    // Not reopened: the descriptor itself is used.
  }
  return fd;
}
