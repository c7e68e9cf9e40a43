/** The frames that a server sends, as bytes. They are never masked (RFC 6455 §5.1). */

/** Opcodes, and the FIN bit, which marks the last fragment (RFC 6455 §5.2). */
export const text = 0x1;
export const continuation = 0x0;
export const close = 0x8;
export const final = 0x80;

/** A control frame with a payload of at most 125 bytes (RFC 6455 §5.5). */
const control = (opcode: number, payload: Uint8Array) =>
  Buffer.concat([Buffer.from([final | opcode, payload.length]), payload]);

/** A ping without payload (RFC 6455 §5.5.2). */
export const pingFrame = control(0x9, Buffer.of());

/** A ping whose pong confirms that everything before it was received (P-RES-2), and the payload that identifies it. */
export const confirmPayload = Buffer.from('r');
export const confirmPingFrame = control(0x9, confirmPayload);

/** A pong with the payload of a ping (RFC 6455 §5.5.3). */
export const pongFrame = (payload: Uint8Array): Buffer => control(0xa, payload);

/** A text frame (RFC 6455 §5.2). */
export function textFrame(payload: string): Buffer {
  const length = Buffer.byteLength(payload);
  const head = header(final | text, length);
  const frame = Buffer.allocUnsafe(head.length + length);
  frame.set(head);
  frame.write(payload, head.length);
  return frame;
}

/** The header of a frame. `first` is the opcode, combined with `final` in the last fragment. */
export function header(first: number, length: number): Buffer {
  if (length < 126) return Buffer.from([first, length]);
  if (length < 65_536) return Buffer.from([first, 126, length >> 8, length & 0xff]);
  const head = Buffer.alloc(10);
  head.set([first, 127]);
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}
