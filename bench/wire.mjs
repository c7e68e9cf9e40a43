/**
 * A minimal WebSocket client for loading and checking servers: raw TCP, single masked frames out, whole frames in (RFC
 * 6455 §5). It needs a fraction of the CPU of any server under test.
 */
import { connect } from 'node:net';

/** A masked text frame. The mask is zero, so the payload is unchanged. */
export function maskedText(text) {
  const payload = Buffer.from(text);
  const head =
    payload.length < 126
      ? Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0])
      : Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 0xff, 0, 0, 0, 0]);
  return Buffer.concat([head, payload]);
}

const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

/**
 * Opens a WebSocket at a port of this machine. Resolves to its socket after the handshake. From then on `onData` takes
 * every chunk, starting with the bytes after the handshake.
 */
export function open({ port, path = '/' }, onData) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    let head = Buffer.alloc(0);
    socket.once('error', reject);
    socket.on('connect', () => {
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      );
    });
    const onHead = (chunk) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      if (!head.toString('latin1', 0, 12).endsWith('101')) {
        reject(new Error(`the handshake was answered ${head.toString('latin1', 0, 40)}`));
        return;
      }
      socket.off('data', onHead);
      socket.on('data', (next) => onData(next, socket));
      resolve(socket);
      if (head.length > end + 4) onData(head.subarray(end + 4), socket);
    };
    socket.on('data', onHead);
  });
}

/**
 * Reads the whole frames at the start of `bytes`: calls `onFrame(opcode, isFinal, from, to, at)` for each, where the
 * payload is between `from` and `to` and the frame begins at `at`. Answers pings. Returns where the first incomplete
 * frame begins.
 */
export function readFrames(bytes, socket, onFrame) {
  let at = 0;
  while (at + 2 <= bytes.length) {
    let length = bytes[at + 1];
    let from = at + 2;
    if (length === 126) {
      if (at + 4 > bytes.length) break;
      length = bytes.readUInt16BE(at + 2);
      from = at + 4;
    } else if (length === 127) {
      if (at + 10 > bytes.length) break;
      length = Number(bytes.readBigUInt64BE(at + 2));
      from = at + 10;
    }
    if (from + length > bytes.length) break;
    const opcode = bytes[at] & 0x0f;
    if (opcode === 0x9) socket.write(pong);
    else if (opcode < 0x8) onFrame(opcode, (bytes[at] & 0x80) !== 0, from, from + length, at);
    else if (opcode === 0x8) throw new Error(`closed with ${bytes.readUInt16BE(from)}`);
    at = from + length;
  }
  return at;
}
