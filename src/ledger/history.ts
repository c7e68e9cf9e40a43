import { spanOf, type Window } from '../protocol/window.ts';
import type { Part } from './ledger.ts';

const segmentBytes = 256 * 1024;
const comma = 0x2c;

/**
 * The JSON of consecutive messages, each after a comma. Once it is shared with a reader, its bytes below `used` never
 * change.
 */
type Segment = { bytes: Buffer; used: number; first: number; starts: number[]; isShared: boolean };

/**
 * The history in memory, as the JSON in which it is sent. Its segments grow, and are copied before a message in them is
 * replaced, so replies to `get` can share their bytes, and a million messages take little more memory than their text.
 */
export class History {
  /** Messages that are being written to the file, as JSON. They become part of the history once that has succeeded. */
  unwritten: readonly Uint8Array[] = [];
  readonly #segments: Segment[] = [];
  /** The positions of the oldest message that is kept, and of the next message (P-MOD-2). */
  #base: number;
  #length: number;

  constructor(base = 0) {
    this.#base = base;
    this.#length = base;
  }

  /** The position of the oldest message that is kept. */
  get base(): number {
    return this.#base;
  }

  /** The number of messages, those that have been dropped included. */
  get length(): number {
    return this.#length;
  }

  /** The size of the segments, which may begin with messages that have been dropped. */
  get bytes(): number {
    return this.#segments.reduce((sum, { used }) => sum + used, 0);
  }

  /** Appends a message, given as JSON in UTF-8. */
  append(json: Uint8Array): void {
    const size = json.length + 1;
    let segment = this.#segments.at(-1);
    if (segment === undefined || segment.used + size > segment.bytes.length) {
      const bytes = Buffer.allocUnsafeSlow(Math.max(segmentBytes, size));
      segment = { bytes, used: 0, first: this.#length, starts: [], isShared: false };
      this.#segments.push(segment);
    }
    segment.starts.push(segment.used + 1);
    segment.bytes[segment.used] = comma;
    segment.bytes.set(json, segment.used + 1);
    segment.used += size;
    this.#length++;
  }

  /** Drops the messages before this position. Memory is freed by whole segments; pieces that are out do not change. */
  drop(base: number): void {
    this.#base = Math.max(this.#base, Math.min(base, this.#length));
    const kept = this.#segments.findIndex(({ first, starts }) => first + starts.length > this.#base);
    this.#segments.splice(0, kept < 0 ? this.#segments.length : kept);
  }

  /**
   * Puts other JSON, not longer than the old, in the place of a message, unless that has been dropped. Pieces that are out
   * do not change.
   */
  replace(position: number, json: Uint8Array): void {
    const segment = this.#segments.findLast(({ first }) => first <= position);
    if (segment === undefined) return;
    const at = position - segment.first;
    const start = segment.starts[at] as number;
    const next = segment.starts[at + 1];
    const end = next === undefined ? segment.used : next - 1;
    if (segment.isShared) {
      segment.bytes = Buffer.from(segment.bytes);
      segment.isShared = false;
    }
    const saved = end - start - json.length;
    segment.bytes.set(json, start);
    segment.bytes.copyWithin(end - saved, end, segment.used);
    segment.used -= saved;
    for (let later = at + 1; later < segment.starts.length; later++)
      segment.starts[later] = (segment.starts[later] as number) - saved;
  }

  /** The part of the current history that a window selects. */
  part(window: Window): Part {
    const [base, total] = [this.#base, this.#length];
    const { first, end } = spanOf(window, total, base);
    const pieces: Uint8Array[] = [];
    let index = this.#segments.findLastIndex((segment) => segment.first <= first);
    for (let at = first; at < end; index++) {
      const segment = this.#segments[index] as Segment;
      segment.isShared = true;
      const from = (segment.starts[at - segment.first] as number) - (at > first ? 1 : 0);
      const next = segment.starts[end - segment.first];
      pieces.push(segment.bytes.subarray(from, next === undefined ? segment.used : next - 1));
      at = segment.first + segment.starts.length;
    }
    return { total, base, first, messages: end - first, pieces };
  }
}
