/**
 * An independent, strict implementation of RFC 6455 for the client's side. It checks every byte from a server, without
 * `ws`, which tolerates more.
 */
import { isUtf8 } from 'node:buffer';

/** A whole message, which may have come in several fragments, or a control frame. */
export type Unit =
  | { kind: 'text' | 'binary'; payload: Buffer; fragments: number }
  | { kind: 'ping' | 'pong' | 'close'; payload: Buffer };

const kinds: Record<number, Unit['kind']> = { 1: 'text', 2: 'binary', 8: 'close', 9: 'ping', 10: 'pong' };

/** Turns a server's bytes, in chunks of any size, into units. Throws at the first violation of RFC 6455. */
export class FrameReader {
  #bytes = Buffer.alloc(0);
  #fragments: Buffer[] = [];
  #message: 'text' | 'binary' | undefined;
  #isClosed = false;

  push(chunk: Uint8Array): Unit[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const units: Unit[] = [];
    for (let frame = this.#frame(); frame !== undefined; frame = this.#frame()) {
      const unit = this.#unit(frame);
      if (unit !== undefined) units.push(unit);
    }
    if (this.#isClosed && this.#bytes.length > 0) throw new Error('bytes after the close frame');
    return units;
  }

  /** Whether no frame or message is incomplete. */
  get isWhole(): boolean {
    return this.#bytes.length === 0 && this.#message === undefined;
  }

  #frame(): { isFinal: boolean; opcode: number; payload: Buffer } | undefined {
    const size = sizeOf(this.#bytes);
    if (size === undefined || this.#bytes.length < size.head + size.payload) return undefined;
    const [first = 0] = this.#bytes;
    if ((first & 0x70) !== 0) throw new Error(`a reserved bit is set: 0x${first.toString(16)}`);
    const payload = this.#bytes.subarray(size.head, size.head + size.payload);
    this.#bytes = this.#bytes.subarray(size.head + size.payload);
    return { isFinal: first >= 0x80, opcode: first & 0x0f, payload };
  }

  #unit({ isFinal, opcode, payload }: { isFinal: boolean; opcode: number; payload: Buffer }) {
    if (this.#isClosed) throw new Error('a frame after the close frame');
    if (opcode !== 0) return this.#start(isFinal, opcode, payload);
    if (this.#message === undefined) throw new Error('a continuation of nothing');
    this.#fragments.push(payload);
    return isFinal ? this.#finish(this.#message) : undefined;
  }

  #start(isFinal: boolean, opcode: number, payload: Buffer): Unit | undefined {
    const kind = kinds[opcode];
    if (kind === undefined) throw new Error(`opcode ${opcode} is reserved`);
    if (kind === 'text' || kind === 'binary') {
      if (this.#message !== undefined) throw new Error('a data frame between fragments');
      this.#message = kind;
      this.#fragments = [payload];
      return isFinal ? this.#finish(kind) : undefined;
    }
    if (!isFinal) throw new Error('a control frame in fragments');
    if (payload.length > 125) throw new Error(`a control frame of ${payload.length} bytes`);
    this.#isClosed = kind === 'close';
    return { kind, payload };
  }

  #finish(kind: 'text' | 'binary'): Unit {
    const payload = Buffer.concat(this.#fragments);
    if (kind === 'text' && !isUtf8(payload)) throw new Error('a text message that is not UTF-8');
    const fragments = this.#fragments.length;
    this.#message = undefined;
    return { kind, payload, fragments };
  }
}

/** The lengths of the first frame's header and payload; `undefined` while the header is incomplete. */
function sizeOf(bytes: Buffer): { head: number; payload: number } | undefined {
  const second = bytes[1];
  if (second === undefined) return undefined;
  if (second >= 0x80) throw new Error('a server masks nothing');
  if (second < 126) return { head: 2, payload: second };
  const head = second === 126 ? 4 : 10;
  if (bytes.length < head) return undefined;
  const payload = second === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (payload < (second === 126 ? 126 : 65_536)) throw new Error(`${payload} bytes in the long form`);
  return { head, payload };
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

type FrameOptions = { opcode?: number; isFinal?: boolean; isMasked?: boolean; reserved?: number };

/** A frame as a client sends it: by default masked, and a whole text message. */
export function clientFrame(
  payload: string | Uint8Array,
  { opcode = opcodes.text, isFinal = true, isMasked = true, reserved = 0 }: FrameOptions = {},
): Buffer {
  const body = Buffer.from(payload as Uint8Array);
  const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
  const first = (isFinal ? 0x80 : 0) | reserved | opcode;
  const flag = isMasked ? 0x80 : 0;
  if (isMasked) for (let at = 0; at < body.length; at++) body[at] = (body[at] ?? 0) ^ (mask[at % 4] ?? 0);
  const head = [Buffer.from([first, flag | lengthCode(body.length)]), lengthBytes(body.length)];
  return Buffer.concat([...head, isMasked ? mask : Buffer.alloc(0), body]);
}

const lengthCode = (length: number) => (length < 126 ? length : length < 65_536 ? 126 : 127);

function lengthBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length < 126 ? 0 : length < 65_536 ? 2 : 8);
  if (bytes.length === 2) bytes.writeUInt16BE(length);
  if (bytes.length === 8) bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}
