/** Finds objects in a large JSON document without keeping it: the elements of the arrays under one key. */

/** Why a document is not what it should be, and where: `offset` is in bytes from its start. */
export class Unreadable extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.name = 'Unreadable';
    this.offset = offset;
  }
}

/** A container that has begun. `isWanted`: an array under the key. */
type Begun = { close: number; isWanted: boolean };

const [quote, backslash, colon, comma] = [0x22, 0x5c, 0x3a, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/** The most bytes of a key, and the most containers around one place. */
const mostKey = 256;
const mostDepth = 1000;

export class Elements {
  readonly #key: Buffer;
  readonly #mostBytes: number;
  readonly #onElement: (json: Buffer, offset: number) => void;
  /** How many such arrays have begun. */
  arrays = 0;
  #offset = 0;
  readonly #begun: Begun[] = [];
  /**
   * Whether the document has begun, and of the string under way: that there is one, and whether the next byte is escaped.
   */
  #hasBegun = false;
  #inString = false;
  #isEscaped = false;
  /** The last string outside an element, up to a limit, and whether it was the key in front of the next value. */
  #string: number[] = [];
  #isKey = false;
  /** The element under way: where it begins, how many containers are around it, its bytes from earlier chunks. */
  #start: number | undefined;
  #around = 0;
  #carried: Buffer[] = [];
  #carriedBytes = 0;

  /**
   * `onElement` takes each element, which is valid only until it returns, and where it begins. An element may have so many
   * bytes. `push` and `finish` throw an Unreadable.
   */
  constructor(key: string, mostBytes: number, onElement: (json: Buffer, offset: number) => void) {
    this.#key = Buffer.from(key);
    this.#mostBytes = mostBytes;
    this.#onElement = onElement;
  }

  /** Takes the next bytes. The chunk may be reused afterwards. */
  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (this.#inString) this.#readString(byte);
      else if (byte === quote) {
        this.#inString = true;
        this.#string = [];
      } else this.#readBetween(byte, chunk, at);
    }
    this.#carry(chunk);
    this.#offset += chunk.length;
  }

  /** Takes the end of the document. */
  finish(): void {
    if (!this.#hasBegun) throw new Unreadable(0, 'it is not a JSON object');
    if (this.#begun.length > 0) throw new Unreadable(this.#offset, 'it ends in the middle');
  }

  #readString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === backslash) this.#isEscaped = true;
    else if (byte === quote) {
      this.#inString = false;
      return;
    }
    if (this.#start === undefined && this.#string.length < mostKey) this.#string.push(byte);
  }

  #readBetween(byte: number, chunk: Buffer, at: number): void {
    if (byte === openBrace || byte === openBracket) this.#open(byte, this.#offset + at);
    else if (byte === closeBrace || byte === closeBracket) this.#close(byte, chunk, at);
    else if (byte === colon) this.#isKey = true;
    else if (byte === comma) this.#isKey = false;
  }

  #open(byte: number, offset: number): void {
    if (!this.#hasBegun && byte !== openBrace) throw new Unreadable(offset, 'it is not a JSON object');
    this.#hasBegun = true;
    if (this.#begun.length === mostDepth) throw new Unreadable(offset, 'it is nested too deeply');
    const isInside = this.#start !== undefined;
    if (!isInside && byte === openBrace && this.#begun.at(-1)?.isWanted === true) {
      this.#start = offset;
      this.#around = this.#begun.length;
    }
    const isWanted =
      !isInside && byte === openBracket && this.#isKey && this.#key.equals(Buffer.from(this.#string));
    if (isWanted) this.arrays++;
    this.#begun.push({ close: byte === openBrace ? closeBrace : closeBracket, isWanted });
    this.#isKey = false;
  }

  #close(byte: number, chunk: Buffer, at: number): void {
    if (this.#begun.pop()?.close !== byte)
      throw new Unreadable(this.#offset + at, `a bracket closes nothing: ${String.fromCharCode(byte)}`);
    if (this.#start === undefined || this.#begun.length > this.#around) return;
    const part = chunk.subarray(Math.max(0, this.#start - this.#offset), at + 1);
    this.#onElement(this.#carried.length > 0 ? Buffer.concat([...this.#carried, part]) : part, this.#start);
    this.#start = undefined;
    this.#carried = [];
    this.#carriedBytes = 0;
  }

  /** Keeps what the chunk has of an unfinished element. */
  #carry(chunk: Buffer): void {
    if (this.#start === undefined) return;
    const part = Buffer.from(chunk.subarray(Math.max(0, this.#start - this.#offset)));
    this.#carried.push(part);
    this.#carriedBytes += part.length;
    if (this.#carriedBytes > this.#mostBytes) throw new Unreadable(this.#start, 'a message is too long');
  }
}
