/** Reads a file to its end, whatever is in it: all of its messages, and all that keeps it from being a history. */
import type { FileHandle } from 'node:fs/promises';
import { messageEnd, readMessage } from '../ledger/message.ts';
import { chunksOf } from '../ledger/reading.ts';
import { type Ending, NotHistory, type OnMessage, Scanner } from '../ledger/scan.ts';

/** Something that does not belong in a history. `until`: where the next message begins, or the end of the file. */
export type Fault = { offset: number; what: string; until: number };

/** How far the file has been read, and what was wrong there, if anything. */
export type Step = { done: number; fault?: Fault };

export class Examination {
  messages = 0;
  faults = 0;
  /** How the file ends, once it is read. `undefined` if no message follows the last fault. */
  ending: Ending | undefined;
  readonly #file: FileHandle;
  readonly #size: number;
  readonly #onMessage: OnMessage;

  /** Takes so many bytes of the file. `onMessage` is told the offsets in it. */
  constructor(file: FileHandle, size: number, onMessage: OnMessage) {
    this.#file = file;
    this.#size = size;
    this.#onMessage = onMessage;
  }

  /** After a fault it goes on at the next message, in whatever layout that is. */
  async *read(): AsyncGenerator<Step> {
    for (let from: number | undefined = 0; from !== undefined; ) {
      const found: Omit<Fault, 'until'> | undefined = yield* this.#readFrom(from);
      if (found === undefined) return;
      this.faults++;
      from = await this.#nextMessage(found.offset);
      const until = from ?? this.#size;
      yield { done: until, fault: { ...found, until } };
    }
  }

  /** Returns the next fault, or `undefined` at the end of the file. */
  async *#readFrom(from: number): AsyncGenerator<Step, Omit<Fault, 'until'> | undefined> {
    // Behind a fault the scanner gets a bracket that the file does not have.
    const base = this.faults === 0 ? 0 : from - 1;
    const most = this.faults === 0 ? undefined : windowBytes;
    const scanner = new Scanner((json, start, end, bytes) => {
      this.messages++;
      this.#onMessage(json, base + start, base + end, bytes);
    });
    try {
      if (this.faults > 0) scanner.push(bracket);
      let done = from;
      for await (const chunk of chunksOf(this.#file, this.#size, from, most)) {
        scanner.push(chunk);
        done += chunk.length;
        yield { done };
      }
      this.ending = moved(scanner.finish(), base);
      return undefined;
    } catch (error) {
      if (!(error instanceof NotHistory)) throw error;
      return { offset: base + error.offset, what: error.what };
    }
  }

  /** Where the next whole message begins. */
  async #nextMessage(from: number): Promise<number | undefined> {
    let bytes = windowBytes;
    for (let at = from; at < this.#size; ) {
      const window = await this.#windowAt(at, bytes);
      if (window.length === 0) return undefined;
      const { found, next } = searchIn(window, at + window.length < this.#size);
      if (found) return at + next;
      bytes = next === 0 ? bytes * 2 : windowBytes;
      at += next;
    }
    return undefined;
  }

  async #windowAt(offset: number, bytes: number): Promise<Buffer> {
    const window = Buffer.allocUnsafe(Math.min(bytes, this.#size - offset));
    const { bytesRead } = await this.#file.read(window, 0, window.length, offset);
    return window.subarray(0, bytesRead);
  }
}

const bracket = Buffer.from('[');
const windowBytes = 64 * 1024;

/** Where the first whole message is, or from where on the file has to be searched further. */
function searchIn(window: Buffer, hasMore: boolean): { found: boolean; next: number } {
  const text = window.toString('latin1');
  for (let brace = text.indexOf('{'); brace >= 0; brace = text.indexOf('{', brace + 1)) {
    const end = messageEnd(text, brace);
    if (end === 'torn' && hasMore) return { found: false, next: brace };
    if (typeof end === 'number' && typeof readMessage(window.subarray(brace, end)) !== 'string')
      return { found: true, next: brace };
  }
  return { found: false, next: window.length };
}

function moved(ending: Ending, base: number): Ending {
  if (ending.type === 'whole') return { type: 'whole', bracket: base + ending.bracket };
  return ending.type === 'torn' ? { type: 'torn', end: base + ending.end } : ending;
}
