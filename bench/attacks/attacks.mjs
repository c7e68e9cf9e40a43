/**
 * Attacks on a server: `node attacks.mjs NAME PORT` runs one, as a child of run.mjs, until it is killed. None of them
 * reads what it is sent unless that is part of it.
 */
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { maskedText } from '../wire.mjs';

const frame = (first, payload = '') => {
  const whole = maskedText(payload);
  whole[0] = first;
  return whole;
};
const text = (value) => maskedText(typeof value === 'string' ? value : JSON.stringify(value));
const many = (count, one) => Buffer.concat(Array(count).fill(one));

/** Opens a WebSocket from an address that is not the members'. */
function enter(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
    socket.on('error', () => {});
    socket.once('close', reject);
    socket.write(
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    socket.once('data', () => {
      socket.resume();
      resolve(socket);
    });
  });
}

const crowd = async (port, count) => {
  const sockets = [];
  for (let number = 0; number < count; number++) sockets.push(await enter(port));
  return sockets;
};

/** Writes the bytes for ever, as fast as they are taken, or so many times a second. */
function pour(socket, bytes, perSecond = Number.POSITIVE_INFINITY) {
  if (perSecond !== Number.POSITIVE_INFINITY) {
    setInterval(() => socket.write(bytes), 1000 / perSecond);
    return;
  }
  const write = () => {
    while (socket.writable && socket.write(bytes));
  };
  socket.on('drain', write);
  write();
}

const nested = JSON.stringify({ data: 'name', name: '…' }).replace(
  '"…"',
  `${'['.repeat(32_000)}${']'.repeat(32_000)}`,
);
const wide = JSON.stringify({ data: 'name', name: Array(32_000).fill(0) });

export const attacks = {
  'one-byte frames from 300 connections': async (port) => {
    for (const socket of await crowd(port, 300)) pour(socket, many(10_000, text('x')));
  },
  'a burst of 6 MB of one-byte frames': async (port) => {
    const [socket] = await crowd(port, 1);
    socket.write(many(860_000, text('x')));
  },
  'pings at 0.9 MB/s': async (port) => {
    const [socket] = await crowd(port, 1);
    pour(socket, many(1500, frame(0x89)), 100);
  },
  'unasked pongs': async (port) => {
    const [socket] = await crowd(port, 1);
    pour(socket, many(10_000, frame(0x8a)));
  },
  'nested nicknames of 64 kB': async (port) => {
    const [socket] = await crowd(port, 1);
    pour(socket, text(nested));
  },
  'wide nicknames of 64 kB': async (port) => {
    const [socket] = await crowd(port, 1);
    pour(socket, text(wide));
  },
  'one-byte fragments from 10 connections': async (port) => {
    for (const socket of await crowd(port, 10)) {
      const ping = frame(0x89, 'x'.repeat(100));
      socket.write(frame(0x01, 'x'));
      pour(socket, Buffer.concat([many(600, ping), frame(0x00, 'x')]), 100);
    }
  },
  'a member that floods with messages': async (port) => {
    const [socket] = await crowd(port, 1);
    socket.write(text({ data: 'name', name: 'flood' }));
    pour(socket, many(100, text({ data: 'send', content: 'flood' })), 100);
  },
  '200 members that rename and send': async (port) => {
    for (const [number, socket] of (await crowd(port, 200)).entries()) {
      const rounds = ['a', 'b'].flatMap((mark) => [
        text({ data: 'name', name: `flood ${number} ${mark}` }),
        text({ data: 'send', content: 'flood' }),
      ]);
      pour(socket, many(50, Buffer.concat(rounds)));
    }
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , name, port] = process.argv;
  await attacks[name](Number(port));
  process.send('begun');
}
