/**
 * Attacks on a server: `node attacks.mjs NAME PORT` runs one, as a child of another script, until it is killed. None of
 * them reads what it is sent unless that is part of it. An attacker has another machine in truth, so it leaves the
 * processors to the server and the members.
 */
import { connect } from 'node:net';
import { networkInterfaces, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { sleep } from '../measure.mjs';
import { maskedText } from '../wire.mjs';

const frame = (first, payload = '') => {
  const whole = maskedText(payload);
  whole[0] = first;
  return whole;
};
const text = (value) => maskedText(typeof value === 'string' ? value : JSON.stringify(value));
const many = (count, one) => Buffer.concat(Array(count).fill(one));

const handshake =
  'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
const page = Buffer.from('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: br\r\n\r\n');

/** The machine's address in its network, under which it counts as a stranger; without one it is among friends. */
const { address: localAddress } = Object.values(networkInterfaces())
  .flat()
  .find(({ family, internal }) => family === 'IPv4' && !internal) ?? { address: '127.0.0.2' };

/** Connects from an address that is not the members'. */
function connected(port) {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => {});
  return socket;
}

/** Opens a WebSocket. */
function enter(port) {
  return new Promise((resolve, reject) => {
    const socket = connected(port);
    socket.once('close', () => reject(new Error('the handshake failed')));
    socket.write(handshake);
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

/** Members that have registered. Their nicknames differ from those of an earlier run, which may not have left yet. */
const memberCrowd = async (port, count) => {
  const sockets = await crowd(port, count);
  for (const [number, socket] of sockets.entries())
    socket.write(text({ data: 'name', name: `${process.pid} ${number}` }));
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

/** Connects so many times, and again whenever a connection has been closed. */
function persist(count, port, use) {
  const begin = () => {
    const socket = connected(port);
    socket.on('close', () => setTimeout(begin, 10));
    use(socket);
  };
  for (let number = 0; number < count; number++) begin();
}

/** Sends requests for the page without reading an answer. */
function pipeline(socket) {
  socket.pause();
  pour(socket, many(5000, page));
}

const nested = JSON.stringify({ data: 'name', name: '…' }).replace(
  '"…"',
  `${'['.repeat(32_000)}${']'.repeat(32_000)}`,
);
const wide = JSON.stringify({ data: 'name', name: Array(32_000).fill(0) });

export const attacks = {
  'one connection floods 10,000 frames a second': async (port) => {
    const [socket] = await crowd(port, 1);
    pour(socket, many(100, text({ data: 'x' })), 100);
  },
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
    const [socket] = await memberCrowd(port, 1);
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
  '500 slow handshakes': async (port) => {
    persist(500, port, (socket) => {
      let sent = 0;
      const timer = setInterval(() => socket.write(handshake[sent++ % handshake.length]), 1000);
      socket.on('close', () => clearInterval(timer));
    });
  },
  '50 slow readers': async (port) => {
    for (const socket of await memberCrowd(port, 50)) {
      socket.write(text({ data: 'get' }));
      socket.pause();
      setInterval(() => socket.once('data', () => socket.pause()).resume(), 1000);
    }
  },
  '50 connections ask for a history of 100,000 messages in a loop': async (port) => {
    for (const socket of await memberCrowd(port, 50)) pour(socket, text({ data: 'get' }), 10);
  },
  'pipelined requests of the page from 1 connection': async (port) => persist(1, port, pipeline),
  'pipelined requests of the page from 50 connections': async (port) => persist(50, port, pipeline),
  'requests of the page from 50 connections, each after the last answer': async (port) =>
    persist(50, port, (socket) => {
      socket.write(page);
      socket.on('data', () => socket.write(page));
    }),
  'a flood of the log': async (port) => {
    const [socket] = await crowd(port, 1);
    socket.write(text({ data: 'name', name: '\u{e0001}'.repeat(99) }));
    pour(socket, many(100, text('{')), 100);
  },
};

/** Lets in more of one address than it does by default, to see what those do who are in. */
const open = ['--max-per-address', '1000', '--connect-rate', '1000/s burst 1000'];

/** What some of them need: the messages of the history at the start, and arguments of the server. */
export const needs = {
  'one-byte frames from 300 connections': { args: open },
  '200 members that rename and send': { args: open },
  '50 slow readers': { messages: 100_000 },
  '50 connections ask for a history of 100,000 messages in a loop': { messages: 100_000 },
  'a flood of the log': { args: ['--log', 'json', '--nickname-comparison', 'exact'] },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , name, port] = process.argv;
  setPriority(19);
  await attacks[name](Number(port));
  await sleep(0.3);
  process.send('begun');
}
