import type { Message } from '../protocol/replies.ts';
import { cut, type Window } from '../protocol/window.ts';
import type { Part } from './ledger.ts';
import { jsonOf } from './message.ts';

const segmentBytes = 256 * 1024;
const comma = 0x2c;

/** JSON of neighbouring messages, each with a comma before it. Bytes below `used` never change. */
type Segment = { bytes: Buffer; used: number; first: number; starts: number[] };

/**
 * The whole history in memory, as the JSON it is sent in: segments that only grow, so that a `get` shares their bytes
 * and a million messages cost little more than their text.
 */
export class History {
  #segments: Segment[] = [];
  #length = 0;

  /** How many messages. */
  get length(): number {
    return this.#length;
  }

  append(message: Message): void {
    this.appendJson(Buffer.from(jsonOf(message)));
  }

  /** Appends a message by its JSON, in UTF-8. */
  appendJson(json: Uint8Array): void {
    const size = json.length + 1;
    let segment = this.#segments.at(-1);
    if (segment === undefined || segment.used + size > segment.bytes.length) {
      const bytes = Buffer.allocUnsafeSlow(Math.max(segmentBytes, size));
      segment = { bytes, used: 0, first: this.#length, starts: [] };
      this.#segments.push(segment);
    }
    segment.starts.push(segment.used + 1);
    segment.bytes[segment.used] = comma;
    segment.bytes.set(json, segment.used + 1);
    segment.used += size;
    this.#length++;
  }

  /** Takes back what was appended beyond `length`: messages that no part has been made of. */
  truncate(length: number): void {
    for (
      let segment = this.#segments.at(-1);
      segment && this.#length > length;
      segment = this.#segments.at(-1)
    ) {
      const kept = Math.max(0, length - segment.first);
      segment.used = (segment.starts[kept] ?? segment.used + 1) - 1;
      segment.starts.length = kept;
      this.#length = segment.first + kept;
      if (kept === 0) this.#segments.pop();
    }
  }

  /** What a window means in the history as it was when it had `total` messages. */
  part(window: Window, total = this.#length): Part {
    const { first, end } = cut(window, total);
    const pieces: Uint8Array[] = [];
    for (let at = first; at < end; ) {
      const segment = this.#segmentOf(at);
      const from = (segment.starts[at - segment.first] as number) - (at > first ? 1 : 0);
      const next = segment.starts[end - segment.first];
      pieces.push(segment.bytes.subarray(from, next === undefined ? segment.used : next - 1));
      at = segment.first + segment.starts.length;
    }
    return { total, first, messages: end - first, pieces };
  }

  /** The JSON of each message from this position on. */
  *since(position: number): Generator<Uint8Array> {
    for (let at = position; at < this.#length; at++) {
      const segment = this.#segmentOf(at);
      const next = segment.starts[at - segment.first + 1];
      yield segment.bytes.subarray(
        segment.starts[at - segment.first],
        next === undefined ? segment.used : next - 1,
      );
    }
  }

  /** For whoever looks at it: a size, not a million messages. */
  toJSON(): { messages: number } {
    return { messages: this.#length };
  }

  #segmentOf(position: number): Segment {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#segments[middle] as Segment).first <= position) low = middle;
      else high = middle - 1;
    }
    return this.#segments[low] as Segment;
  }
}
