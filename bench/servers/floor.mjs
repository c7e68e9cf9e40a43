/**
 * The floor: the least that does this work durably in Node. It has no states, checks or log. It reads raw frames from
 * the stream, appends the waiting messages together with fdatasync, and writes all their frames to each member in one
 * write.
 */
import { createHash } from 'node:crypto';
import { open as openFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatTimestamp } from '../../dist/protocol/timestamp.js';
import { announce } from './room.mjs';

const file = await openFile(join(tmpdir(), `floor-${process.pid}.json`), 'w');
const members = new Set();
let waiting = [];
let isCommitting = false;

const frame = (value) => {
  const payload = Buffer.from(JSON.stringify(value));
  const head =
    payload.length < 126 ? [0x81, payload.length] : [0x81, 126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from(head), payload]);
};

async function commit() {
  isCommitting = true;
  while (waiting.length > 0) {
    const batch = waiting;
    waiting = [];
    const timestamp = formatTimestamp(new Date(), 'documented');
    const events = batch.map(({ member, content }) => {
      const { name } = member;
      return frame({ type: 'receive', datatype: 'message', name, content, timestamp });
    });
    const lines = batch.map(
      ({ member, content }) => `,${JSON.stringify({ name: member.name, content, timestamp })}\n`,
    );
    await file.write(lines.join(''));
    await file.datasync();
    const authors = new Map();
    batch.forEach(({ member, content }, index) => {
      const own = authors.get(member) ?? [...events];
      own[index] = frame({ type: 'send', name: member.name, content, status: true, timestamp });
      authors.set(member, own);
    });
    for (const [member, own] of authors) member.socket.write(Buffer.concat(own));
    const all = Buffer.concat(events);
    for (const member of members) if (!authors.has(member)) member.socket.write(all);
  }
  isCommitting = false;
}

function take(member, request) {
  if (request.data === 'name') {
    const timestamp = formatTimestamp(new Date(), 'documented');
    member.name = request.name;
    member.socket.write(
      frame({ type: 'name', action: 'register', name: request.name, status: true, timestamp }),
    );
    const event = frame({ type: 'receive', datatype: 'register', name: request.name, timestamp });
    for (const other of members) other.socket.write(event);
    members.add(member);
    return;
  }
  waiting.push({ member, content: request.content });
  if (!isCommitting) void commit();
}

const server = createServer();
server.on('upgrade', (request, socket) => {
  const key = createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  socket.setNoDelay(true);
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
  );
  const member = { socket, name: undefined };
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    while (bytes.length >= 6) {
      const long = (bytes[1] & 0x7f) === 126;
      if (long && bytes.length < 8) break;
      const length = long ? bytes.readUInt16BE(2) : bytes[1] & 0x7f;
      const from = long ? 8 : 6;
      if (bytes.length < from + length) break;
      // The load generator's mask is zero.
      if ((bytes[0] & 0x0f) === 1) take(member, JSON.parse(bytes.toString('utf8', from, from + length)));
      bytes = bytes.subarray(from + length);
    }
    rest = bytes;
  });
  socket.on('close', () => members.delete(member));
  socket.on('error', () => {});
});
server.listen(0, '127.0.0.1', () => announce(server.address().port));
