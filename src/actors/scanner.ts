import { close, final } from './frame.ts';

/** Finds where frames end in the bytes of a client (RFC 6455 §5.2). What is in them it leaves to `ws`. */
export class Scanner {
  /** How many bytes of the frame's header have been seen, and how many it has. */
  #seen = 0;
  #header = 2;
  /** Where the payload's length ends in the header. */
  #lengthEnd = 2;
  #payload = 0;
  /** A message has begun in a fragment, and its last fragment has not. */
  #isFragmented = false;
  /** How many frames of the present message, or of the last one, have begun. */
  fragments = 0;

  /** Whether a frame or a message has begun and not ended. */
  get isMidway(): boolean {
    return this.#seen > 0 || this.#isFragmented;
  }

  /** Reads the bytes from `from` to the end of the frame, or as many as there are. Returns where it has stopped. */
  read(bytes: Uint8Array, from: number): number {
    let at = from;
    while (this.#seen < this.#header && at < bytes.length) this.#readHeader(bytes[at++] as number);
    const end = Math.min(at + this.#payload, bytes.length);
    if (this.#seen < this.#header) return at;
    this.#payload -= end - at;
    if (this.#payload === 0) {
      this.#seen = 0;
      this.#header = 2;
    }
    return end;
  }

  #readHeader(byte: number): void {
    const place = this.#seen++;
    if (place === 0) {
      const opcode = byte & 0x0f;
      if (opcode >= 0x8) return;
      this.#isFragmented = (byte & final) === 0;
      this.fragments = opcode === 0 ? this.fragments + 1 : 1;
    } else if (place === 1) {
      const code = byte & 0x7f;
      const extended = code < 126 ? 0 : code === 126 ? 2 : 8;
      this.#lengthEnd = 2 + extended;
      this.#header = this.#lengthEnd + (byte >= 0x80 ? 4 : 0);
      this.#payload = extended === 0 ? code : 0;
    } else if (place < this.#lengthEnd) this.#payload = this.#payload * 256 + byte;
  }
}

/** Finds the close frame in what `ws` writes, which comes frame by frame, the header and the payload each in a piece. */
export class ClosingScanner {
  /** Whether the next piece is the payload of the close frame. */
  #isNext = false;

  /** The code of the close frame, once it is there; 1005 if the frame has none. */
  read(piece: Buffer): number | undefined {
    if (this.#isNext) {
      this.#isNext = false;
      return piece.readUInt16BE(0);
    }
    const isHeader = piece.length === 2 && piece[0] === (final | close);
    this.#isNext = isHeader && piece[1] !== 0;
    return isHeader && !this.#isNext ? 1005 : undefined;
  }
}
