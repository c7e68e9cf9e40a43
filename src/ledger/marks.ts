import type { FileHandle } from 'node:fs/promises';
import { changed } from './checks.ts';
import { chunksOf } from './reading.ts';
import { Scanner } from './scan.ts';

/** So many messages at most are read to find one, in chunks that hold up nobody else for long. */
const stride = 1024;
const chunkBytes = 64 * 1024;

/** A message in the file: its stored form, and where it starts and ends. */
export type Stored = { position: number; json: Buffer; start: number; end: number };

/** Where some of the messages start in the file, so that any other is found without reading all that is before it. */
export class Marks {
  readonly #starts = new Map<number, number>();
  /** The first message of the file. */
  #first: { position: number; start: number } | undefined;

  /** Takes note of where a message starts. Called for each, in their order. */
  note(position: number, start: number): void {
    this.#first ??= { position, start };
    if (position % stride === 0) this.#starts.set(position, start);
  }

  /** The file now begins with another message, or with none, and all offsets are smaller by so many bytes. */
  drop(first: { position: number; start: number } | undefined, bytes: number): void {
    this.#first = first;
    for (const [position, start] of this.#starts) {
      if (first === undefined || position < first.position) this.#starts.delete(position);
      else this.#starts.set(position, start - bytes);
    }
  }

  /**
   * Finds messages of the file, given in ascending order, of which all stand before the offset `end`. Rejects if the file
   * is not as it was noted.
   */
  async find(file: FileHandle, positions: readonly number[], end: number): Promise<Stored[]> {
    const found: Stored[] = [];
    while (found.length < positions.length) {
      const next = positions[found.length] as number;
      const mark = next - (next % stride);
      const wanted = new Set<number>();
      const isNear = (position = Infinity) => position < mark + stride;
      for (let at = found.length; isNear(positions[at]); at++) wanted.add(positions[at] as number);
      found.push(...(await this.#findFrom(mark, file, wanted, end)));
    }
    return found;
  }

  async #findFrom(
    mark: number,
    file: FileHandle,
    wanted: ReadonlySet<number>,
    end: number,
  ): Promise<Stored[]> {
    const found: Stored[] = [];
    const { position: first, start: firstStart } = this.#first ?? { position: 0, start: 0 };
    const from = this.#starts.get(mark) ?? firstStart;
    let position = Math.max(mark, first);
    // To the scanner, the file is a list that begins here.
    const offset = from - opening.length;
    const scanner = new Scanner((json, start, stop) => {
      if (wanted.has(position))
        found.push({ position, json: Buffer.from(json), start: start + offset, end: stop + offset });
      position++;
    });
    scanner.push(opening);
    for await (const chunk of chunksOf(file, end, from, chunkBytes)) {
      try {
        scanner.push(chunk);
      } catch {
        throw changed();
      }
      if (found.length === wanted.size) return found;
    }
    throw changed();
  }
}

const opening = Buffer.from('[');
