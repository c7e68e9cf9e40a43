/** The frames that a server sends, as bytes: never masked (RFC 6455 §5.1). */

/** Opcodes, and the bit that says of a fragment that it is the last (RFC 6455 §5.2). */
export const text = 0x1;
export const continuation = 0x0;
export const final = 0x80;

/** A ping without payload (RFC 6455 §5.5.2). */
export const pingFrame = Buffer.from([final | 0x9, 0]);

/** A ping whose pong says that what went before it was received (P-RES-2), and the payload that tells it from others. */
export const confirmPayload = Buffer.from('r');
export const confirmPingFrame = Buffer.concat([
  Buffer.from([final | 0x9, confirmPayload.length]),
  confirmPayload,
]);

/** A pong with a ping's payload of at most 125 bytes (RFC 6455 §5.5.3). */
export function pongFrame(payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([final | 0xa, payload.length]), payload]);
}

/** One unmasked text frame, as a server sends it (RFC 6455 §5.2). */
export function textFrame(payload: string): Buffer {
  const length = Buffer.byteLength(payload);
  const head = header(final | text, length);
  const frame = Buffer.allocUnsafe(head.length + length);
  frame.set(head);
  frame.write(payload, head.length);
  return frame;
}

/** The bytes before a payload; `first` holds the opcode and, of the last fragment, `final`. */
export function header(first: number, length: number): Buffer {
  if (length < 126) return Buffer.from([first, length]);
  if (length < 65_536) return Buffer.from([first, 126, length >> 8, length & 0xff]);
  const head = Buffer.alloc(10);
  head.set([first, 127]);
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

type Frame = { opcode: number; payload: Buffer };

/** The whole frames in a buffer, as they were made here. */
export function readFrames(buffer: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < buffer.length; ) {
    const short = buffer.readUInt8(at + 1);
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    const length =
      head === 2 ? short : head === 4 ? buffer.readUInt16BE(at + 2) : Number(buffer.readBigUInt64BE(at + 2));
    const end = at + head + length;
    frames.push({ opcode: buffer.readUInt8(at) & 0x0f, payload: buffer.subarray(at + head, end) });
    at = end;
  }
  return frames;
}
