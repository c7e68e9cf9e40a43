import { isUtf8 } from 'node:buffer';
import type { Message } from '../protocol/replies.ts';
import { jsonOf } from './history.ts';

/** What is no history, and where: `offset` in bytes from the start of the file (P-DB-2). */
export class NotHistory extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.name = 'NotHistory';
    this.offset = offset;
  }
}

/**
 * How a history file ended. `whole`: with its closing bracket at offset `bracket`. `torn`: cut short by a crash behind
 * offset `end`, where its last whole message (or the opening bracket) ends (P-DB-4). `blank`: nothing in it.
 */
export type Ending = { type: 'whole'; bracket: number } | { type: 'torn'; end: number } | { type: 'blank' };

/** Where the scanner is: what may come next. `padding` is the zeros that a power loss leaves of unwritten blocks. */
type Place =
  | 'file'
  | 'mark'
  | 'mark end'
  | 'array'
  | 'first'
  | 'message'
  | 'separator'
  | 'next'
  | 'end'
  | 'padding';

const places: Record<Exclude<Place, 'message'>, { expects: string; leads: Record<string, Place> }> = {
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
};

/** Where nothing has begun yet, and where white space may not stand. */
const blankPlaces: ReadonlySet<Place> = new Set(['file', 'mark', 'mark end', 'array']);
const exactPlaces: ReadonlySet<Place> = new Set(['mark', 'mark end', 'padding']);

/**
 * Reads a history file chunk by chunk: a JSON array of messages in any layout (P-DB-1). Throws NotHistory for what is
 * none, be it cut short or not: only a message that is whole so far, and cut, counts as torn.
 */
export class Scanner {
  readonly #onMessage: (json: Uint8Array) => void;
  #place: Place = 'file';
  #messages = 0;
  /** Offsets in the file: of the chunk, of the message being read, behind the last whole one, of the closing bracket. */
  #offset = 0;
  #start = 0;
  #end = 0;
  #bracket = 0;
  /** What earlier chunks held of the message being read, and where its reading stands. */
  #carried: Buffer[] = [];
  #depth = 0;
  #inString = false;
  #isEscaped = false;

  /** `onMessage` takes each message's JSON in its one form (`jsonOf`); the bytes are its own only while it runs. */
  constructor(onMessage: (json: Uint8Array) => void) {
    this.#onMessage = onMessage;
  }

  /** Takes the next bytes of the file. The chunk may be used again afterwards. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length)
      at = this.#place === 'message' ? this.#readMessage(chunk, at) : this.#readBetween(chunk, at);
    if (this.#place === 'message') this.#carried.push(Buffer.from(this.#heldIn(chunk, chunk.length)));
    this.#offset += chunk.length;
  }

  /** Says how the file ended. */
  finish(): Ending {
    if (blankPlaces.has(this.#place) || (this.#place === 'padding' && this.#end === 0))
      return { type: 'blank' };
    if (this.#place === 'end') return { type: 'whole', bracket: this.#bracket };
    if (this.#place === 'message' && !isTornMessage(Buffer.concat(this.#carried))) {
      throw this.#fault(this.#start, 'the unfinished object at the end is not the beginning of a message');
    }
    return { type: 'torn', end: this.#end };
  }

  /** Reads one byte outside messages. */
  #readBetween(chunk: Buffer, at: number): number {
    const byte = chunk[at] as number;
    if (isSpace(byte) && !exactPlaces.has(this.#place)) {
      // A byte order mark is one at the very start only.
      if (this.#place === 'file') this.#place = 'array';
      return at + 1;
    }
    const { expects, leads } = places[this.#place as Exclude<Place, 'message'>];
    const next = leads[String.fromCharCode(byte)];
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

  /** Reads on in a message up to its closing brace; returns where in the chunk it stopped. */
  #readMessage(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === quote) this.#inString = !this.#inString;
      else if (this.#inString) this.#isEscaped = byte === backslash;
      else if (byte === openBrace) this.#depth++;
      else if (byte === closeBrace && --this.#depth === 0) {
        const held = this.#heldIn(chunk, at + 1);
        this.#take(this.#carried.length > 0 ? Buffer.concat([...this.#carried, held]) : held);
        this.#end = this.#offset + at + 1;
        return at + 1;
      }
    }
    return chunk.length;
  }

  #take(bytes: Buffer): void {
    if (!isUtf8(bytes)) throw this.#fault(this.#start, 'a message is not valid UTF-8');
    if (plainMessage.test(bytes.toString('latin1'))) this.#onMessage(bytes);
    else {
      const message = readMessage(bytes.toString());
      if (typeof message === 'string') throw this.#fault(this.#start, message);
      this.#onMessage(Buffer.from(jsonOf(message)));
    }
    this.#messages++;
    this.#carried = [];
    this.#place = 'separator';
  }

  /** The part of the message being read that is in this chunk. */
  #heldIn(chunk: Buffer, end: number): Buffer {
    return chunk.subarray(Math.max(0, this.#start - this.#offset), end);
  }

  #fault(offset: number, what: string): NotHistory {
    return new NotHistory(offset, `${what} (after ${this.#messages} whole messages)`);
  }
}

/** A message from its JSON, or what is wrong with it. */
function readMessage(text: string): Message | string {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `a message is not valid JSON: ${(error as Error).message}`;
  }
  const { name, content, timestamp } = value;
  if (typeof name === 'string' && typeof content === 'string' && typeof timestamp === 'string') {
    const strange = Object.keys(value).find((key) => !keys.includes(key));
    return strange === undefined
      ? { name, content, timestamp }
      : `a message has the unknown key ${JSON.stringify(strange)}`;
  }
  const missing = keys.find((key) => typeof value[key] !== 'string');
  return `a message has no string under "${missing}"`;
}

const keys = ['name', 'content', 'timestamp'];

/** Could these bytes be the beginning of a message, however it was laid out? A foreign file must not pass for one. */
function isTornMessage(bytes: Buffer): boolean {
  let text: string;
  try {
    const length = bytes.findLastIndex((byte) => byte !== 0) + 1;
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
  } catch {
    return false;
  }
  for (let at = skip(space, text, 1); at < text.length; at = skip(space, text, at + 1)) {
    const keyEnd = stringEnd(text, at);
    const key = text.slice(at, keyEnd);
    if (keyEnd === undefined) return keys.some((name) => `"${name}"`.startsWith(key));
    if (!keys.includes(key.slice(1, -1))) return false;
    const colon = skip(space, text, keyEnd);
    if (colon < text.length && text[colon] !== ':') return false;
    const value = skip(space, text, colon + 1);
    if (value >= text.length) return true;
    const valueEnd = stringEnd(text, value);
    if (valueEnd === undefined) return isTornString(text, value);
    at = skip(space, text, valueEnd);
    if (at < text.length && text[at] !== ',') return false;
  }
  return true;
}

/** Where the JSON string that starts here ends, or `undefined` if it does not. */
function stringEnd(text: string, start: number): number | undefined {
  const end = skip(character, text, start + 1);
  return text[start] === '"' && text[end] === '"' ? end + 1 : undefined;
}

/** Nothing is wrong with the JSON string that starts here but that the text ends in it, perhaps within an escape. */
function isTornString(text: string, start: number): boolean {
  const end = skip(character, text, start + 1);
  return text[start] === '"' && /^(?:\\(?:u[0-9a-fA-F]{0,3})?)?$/.test(text.slice(end));
}

/** Behind everything from here on that the sticky pattern matches, again and again. */
function skip(pattern: RegExp, text: string, from: number): number {
  for (pattern.lastIndex = from; pattern.test(text); from = pattern.lastIndex);
  return from;
}

const space = /[ \t\r\n]+/y;
const plain = String.raw`[^"\\\u0000-\u001f]`;
const character = new RegExp(String.raw`${plain}+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})`, 'y');

/** A message that is in its one form already, and has nothing to unescape: nearly all of a file of ours. */
const plainMessage = new RegExp(String.raw`^\{${keys.map((key) => `"${key}":"${plain}*"`).join(',')}\}$`);

const [quote, backslash, openBrace, closeBrace] = Buffer.from('"\\{}') as unknown as [
  number,
  number,
  number,
  number,
];
const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** The character at an offset, for an error. */
function shown(chunk: Buffer, at: number): string {
  const byte = chunk[at] as number;
  const printable = byte > 0x20 && byte < 0x7f;
  return printable ? `'${String.fromCharCode(byte)}'` : `the byte 0x${byte.toString(16).padStart(2, '0')}`;
}
