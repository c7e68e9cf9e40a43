import { isTornMessage, readMessage } from './message.ts';

/** Why a file is not a history, and where: `offset` is in bytes from the start of the file (P-DB-2). */
export class NotHistory extends Error {
  readonly offset: number;
  readonly what: string;

  constructor(offset: number, what: string, messages: number) {
    super(`${what} (after ${messages} whole messages)`);
    this.name = 'NotHistory';
    this.offset = offset;
    this.what = what;
  }
}

/**
 * How a history file ends. `whole`: with its closing bracket, at offset `bracket`. `torn`: truncated by a crash; its
 * last whole message, or its opening bracket, ends at offset `end` (P-DB-4). `blank`: it has no content.
 */
export type Ending = { type: 'whole'; bracket: number } | { type: 'torn'; end: number } | { type: 'blank' };

/**
 * What the scanner expects outside a message, and where each byte leads. `padding`: zero bytes that a power loss leaves
 * in place of unwritten blocks.
 */
const places = {
  file: {
    expects: "'[', the start of a JSON array",
    leads: { '[': 'first', '\xef': 'mark', '\0': 'padding' },
  },
  mark: { expects: 'a byte order mark', leads: { '\xbb': 'mark end' } },
  'mark end': { expects: 'a byte order mark', leads: { '\xbf': 'array' } },
  array: { expects: "'[', the start of a JSON array", leads: { '[': 'first' } },
  first: { expects: "a message object or ']'", leads: { '{': 'message', ']': 'end', '\0': 'padding' } },
  separator: { expects: "',' or ']' after the message", leads: { ',': 'next', ']': 'end', '\0': 'padding' } },
  next: { expects: "a message object after ','", leads: { '{': 'message', '\0': 'padding' } },
  end: { expects: "nothing after the closing ']'", leads: { '\0': 'padding' } },
  padding: { expects: 'nothing after the zero bytes', leads: { '\0': 'padding' } },
} as const;
type Between = keyof typeof places;
type Place = Between | 'message';

/** An object that has more bytes and does not end is looked at, whether it can be a message. */
const longBytes = 64 * 1024;

/** The places before the array begins, and those where white space is not allowed. */
const blankPlaces: ReadonlySet<Place> = new Set(['file', 'mark', 'mark end', 'array']);
const exactPlaces: ReadonlySet<Place> = new Set(['mark', 'mark end', 'padding']);

/**
 * Takes a message in its stored form (`jsonOf`), where it starts and ends in what was scanned, and its bytes there. These and
 * the stored form are valid only until it returns.
 */
export type OnMessage = (json: Uint8Array, start: number, end: number, bytes: Buffer) => void;

/**
 * Reads a history file chunk by chunk: a JSON array of messages in any layout (P-DB-1). Throws NotHistory for any other
 * file. A truncated file counts as torn only if it is valid up to its end.
 */
export class Scanner {
  readonly #onMessage: OnMessage;
  #place: Place = 'file';
  #messages = 0;
  /** Offsets in the file: of the chunk, of the current message, of the end of the last one, of the closing bracket. */
  #offset = 0;
  #start = 0;
  #end = 0;
  #bracket = 0;
  /** The bytes of the current message from earlier chunks, and the state of its parsing. */
  #carried: Buffer[] = [];
  /** How many bytes of an unfinished message are looked at next. */
  #lookAt = longBytes;
  #depth = 0;
  #inString = false;
  #isEscaped = false;

  constructor(onMessage: OnMessage) {
    this.#onMessage = onMessage;
  }

  /** Takes the next bytes of the file. The chunk may be reused afterwards. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length)
      at = this.#place === 'message' ? this.#readMessage(chunk, at) : this.#readBetween(chunk, at);
    this.#offset += chunk.length;
    if (this.#place === 'message') this.#carry(chunk);
  }

  /** Takes the end of the file, and says how it ends. */
  finish(): Ending {
    if (blankPlaces.has(this.#place) || (this.#place === 'padding' && this.#end === 0))
      return { type: 'blank' };
    if (this.#place === 'end') return { type: 'whole', bracket: this.#bracket };
    if (this.#place === 'message') this.#expectTorn();
    return { type: 'torn', end: this.#end };
  }

  /** Reads one byte outside messages. */
  #readBetween(chunk: Buffer, at: number): number {
    const byte = chunk[at] as number;
    if (isSpace(byte) && !exactPlaces.has(this.#place)) {
      // A byte order mark may stand at the very start only.
      if (this.#place === 'file') this.#place = 'array';
      return at + 1;
    }
    const { expects, leads } = places[this.#place as Between];
    const next = (leads as Record<string, Place>)[String.fromCharCode(byte)];
    if (next === undefined)
      throw this.#fault(this.#offset + at, `expected ${expects}, found ${shown(chunk, at)}`);
    if (next === 'first') this.#end = this.#offset + at + 1;
    if (next === 'end') this.#bracket = this.#offset + at;
    if (next === 'message') {
      this.#start = this.#offset + at;
      this.#depth = 1;
    }
    this.#place = next;
    return at + 1;
  }

  /** Reads a message up to its closing brace or the end of the chunk. Returns where it stopped. */
  #readMessage(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === quote) this.#inString = !this.#inString;
      else if (this.#inString) this.#isEscaped = byte === backslash;
      else if (byte === openBrace) this.#depth++;
      else if (byte === closeBrace && --this.#depth === 0) {
        const part = chunk.subarray(Math.max(0, this.#start - this.#offset), at + 1);
        this.#take(this.#carried.length > 0 ? Buffer.concat([...this.#carried, part]) : part);
        this.#end = this.#offset + at + 1;
        return at + 1;
      }
    }
    return chunk.length;
  }

  /**
   * Keeps what the chunk has of an unfinished message. If that becomes long, looks whether it can be one: where a quote is
   * missing, all up to the end of the file could pass for strings.
   */
  #carry(chunk: Buffer): void {
    this.#carried.push(Buffer.from(chunk.subarray(Math.max(0, this.#start - this.#offset + chunk.length))));
    const length = this.#offset - this.#start;
    if (length < this.#lookAt) return;
    this.#expectTorn();
    this.#lookAt = 2 * length;
  }

  #expectTorn(): void {
    if (isTornMessage(Buffer.concat(this.#carried))) return;
    throw this.#fault(this.#start, 'an object is neither a message nor the beginning of one');
  }

  #take(bytes: Buffer): void {
    const json = readMessage(bytes);
    if (typeof json === 'string') throw this.#fault(this.#start, json);
    this.#onMessage(json, this.#start, this.#start + bytes.length, bytes);
    this.#messages++;
    this.#carried = [];
    this.#lookAt = longBytes;
    this.#place = 'separator';
  }

  #fault(offset: number, what: string): NotHistory {
    return new NotHistory(offset, what, this.#messages);
  }
}

const [quote, backslash, openBrace, closeBrace] = [0x22, 0x5c, 0x7b, 0x7d];
const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** The character at an offset, as an error message shows it. */
function shown(chunk: Buffer, at: number): string {
  const byte = chunk[at] as number;
  const printable = byte > 0x20 && byte < 0x7f;
  return printable ? `'${String.fromCharCode(byte)}'` : `the byte 0x${byte.toString(16).padStart(2, '0')}`;
}
