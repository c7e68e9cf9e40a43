import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pingFrame, textFrame } from '../../src/actors/frame.ts';
import { Outlet } from '../../src/actors/outlet.ts';
import { Turns } from '../../src/actors/turns.ts';
import { clientFrame, opcodes } from '../helpers/frames.ts';
import { until } from '../helpers/gate.ts';
import { newRawPeer } from '../helpers/raw-peer.ts';
import { type End, newUpgrader, openWide } from '../helpers/system.ts';

const unexpected = (error: unknown) => {
  throw error;
};

/** A peer and the server's end of it, with an outlet on the same socket as `ws`. */
async function newOutlet(maxBufferedBytes = Infinity, onOverflow = () => {}) {
  const ends: End[] = [];
  const { url, stop } = await newUpgrader((end) => void ends.push(end));
  const peer = await newRawPeer(url);
  const [end] = ends;
  if (end === undefined) throw new Error('no connection came');
  const outlet = new Outlet(end.ws, end.socket, {
    turns: new Turns(),
    maxBufferedBytes,
    onOverflow,
    onFree: () => {},
    onFault: unexpected,
    tap: { onTraffic: undefined },
    id: 'c1',
  });
  end.ws.on('close', () => outlet.close());
  openWide(end.intake);
  return { outlet, peer, stop, ...end };
}

const sizes = fc.oneof(fc.constantFrom(0, 1, 125, 126, 65_535, 65_536, 16_384), fc.nat(300), fc.nat(300_000));
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('write' as const), sizes: fc.array(sizes, { maxLength: 4 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('stream' as const), sizes: fc.array(sizes, { maxLength: 8 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('beat' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('ping', 'pong', 'asked'),
      payload: fc.string({ maxLength: 40 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('pause', 'resume', 'turn') }) },
);

/** A text of so many bytes that is unlike its neighbours and not all ASCII. */
function textOf(size: number, number: number): string {
  const text = `${number}:ệ👋`.repeat(Math.ceil(size / 8) + 1);
  return Buffer.from(text).subarray(0, size).toString().replaceAll('\ufffd', '');
}

test('in any order of writes, frames stay whole, and messages stay whole and in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const { outlet, peer, ws, stop } = await newOutlet();
      const said = { text: [] as string[], ping: [] as string[], pong: [] as string[] };
      for (const [number, action] of steps.entries()) {
        if ('sizes' in action) {
          const texts = action.sizes.map((size) => textOf(size, number));
          if (action.kind === 'write') {
            outlet.write(Buffer.concat(texts.map(textFrame)));
            said.text.push(...texts);
          } else if (!outlet.isStreaming) {
            outlet.stream(texts.map((text) => Buffer.from(text)));
            said.text.push(texts.join(''));
          }
        } else if ('payload' in action) {
          if (action.kind === 'ping') ws.ping(action.payload);
          else if (action.kind === 'pong') ws.pong(action.payload);
          else peer.socket.write(clientFrame(action.payload, { opcode: opcodes.ping }));
          said[action.kind === 'ping' ? 'ping' : 'pong'].push(action.payload);
          if (action.kind === 'asked') await arrived(ws);
        } else if (action.kind === 'beat') {
          const frame = textFrame(`beat ${number}`);
          outlet.beat(frame, Buffer.concat([frame, pingFrame]));
          said.text.push(`beat ${number}`);
          said.ping.push('');
        } else if (action.kind === 'pause') peer.socket.pause();
        else if (action.kind === 'resume') peer.socket.resume();
        else await setImmediate();
      }
      peer.socket.resume();
      const heard: typeof said = { text: [], ping: [], pong: [] };
      const units = said.text.length + said.ping.length + said.pong.length;
      for (let count = 0; count < units; count++) {
        const { kind, payload } = await peer.next();
        if (kind === 'binary' || kind === 'close') throw new Error(`a ${kind} frame that nobody sent`);
        heard[kind].push(payload.toString());
      }
      expect(heard).toEqual(said);
      expect(outlet.isStreaming).toBe(false);
      expect(outlet.isBusy).toBe(false);
      ws.close(1000);
      expect(await peer.closeCode()).toBe(1000);
      peer.socket.destroy();
      stop();
    }),
    { numRuns: 80 },
  );
});

/** The pong to the peer's ping has been written. */
function arrived(ws: End['ws']): Promise<void> {
  return new Promise((resolve) => void ws.once('ping', () => resolve()));
}

test('a long message goes out in fragments, and later frames follow it', async () => {
  const { outlet, peer } = await newOutlet();
  peer.socket.pause();
  const pieces = Array.from({ length: 100 }, (_, at) => Buffer.alloc(256 * 1024, 97 + (at % 26)));
  outlet.stream(pieces);
  outlet.write(textFrame('behind'));
  outlet.beat(textFrame('beat'), Buffer.concat([textFrame('beat'), pingFrame]));
  expect(outlet.isStreaming).toBe(true);
  peer.socket.resume();
  // The ping did not wait for the message to end.
  expect(await peer.next()).toMatchObject({ kind: 'ping' });
  const message = await peer.next();
  expect(message).toMatchObject({ kind: 'text', fragments: 400 });
  expect(message.payload.equals(Buffer.concat(pieces))).toBe(true);
  expect(String((await peer.next()).payload)).toBe('behind');
  expect(String((await peer.next()).payload)).toBe('beat');
});

test('a message in fragments takes no more memory than the socket wants', async () => {
  const { outlet, peer, socket } = await newOutlet();
  peer.socket.pause();
  const piece = Buffer.alloc(256 * 1024, 'x');
  outlet.stream(Array(200).fill(piece));
  for (let turn = 0; turn < 200; turn++) await setImmediate();
  expect(outlet.isStreaming).toBe(true);
  expect(socket.writableLength).toBeLessThan(2 * piece.length);
  peer.socket.resume();
  expect((await peer.next()).payload.length).toBe(200 * piece.length);
});

test('more unsent bytes than the limit, and only they, are an overflow', async () => {
  const limit = 300_000;
  let overflows = 0;
  const { outlet, peer, socket } = await newOutlet(limit, () => overflows++);
  peer.socket.pause();
  const frame = textFrame('x'.repeat(50_000));
  for (let late = 0; late < 3; ) {
    const before = { overflows, waiting: socket.writableLength };
    outlet.write(frame);
    // The write that passes the limit may be the first to be refused, or the last to be taken.
    if (before.waiting > limit) {
      expect(overflows).toBe(before.overflows + 1);
      late++;
    } else if (before.waiting + frame.length <= limit) expect(overflows).toBe(0);
    await setImmediate();
  }
  const total = overflows;
  peer.socket.resume();
  await until(() => socket.writableLength === 0);
  outlet.write(frame);
  expect(overflows).toBe(total);
});

test.each([
  ['short', 1],
  ['long', 2],
])('the history that a reader asked for does not count against it: in %s messages', async (_, pieces) => {
  const limit = 300_000;
  let overflows = 0;
  const { outlet, peer } = await newOutlet(limit, () => overflows++);
  peer.socket.pause();
  const piece = Buffer.alloc(pieces === 1 ? 16_000 : 20_000_000, 'x');
  for (let count = 0; count < (pieces === 1 ? 1000 : 1); count++) outlet.stream(Array(pieces).fill(piece));
  await setImmediate();
  const frame = textFrame('x'.repeat(limit / 4));
  for (let count = 0; count < 3; count++) outlet.write(frame);
  expect(overflows).toBe(0);
  outlet.write(frame);
  outlet.write(frame);
  expect(overflows).toBeGreaterThan(0);
});

test('replies do not count against the reader, however many of them wait, and other frames do', async () => {
  let overflows = 0;
  const { outlet, peer, socket } = await newOutlet(1024, () => overflows++);
  peer.socket.pause();
  const frame = textFrame('x'.repeat(50_000));
  let replies = 0;
  for (; socket.writableLength < 1_000_000; replies++) outlet.reply(frame, frame);
  // What the kernel has taken at once is known a moment later.
  await setImmediate();
  outlet.write(frame);
  expect(overflows).toBe(0);
  outlet.write(frame);
  expect(overflows).toBe(1);
  peer.socket.resume();
  for (let received = 0; received < 2 * replies + 1; received++)
    expect((await peer.next()).kind).toBe('text');
});

test('nothing is written after a close frame, not even the rest of a message', async () => {
  const { outlet, peer, ws, socket } = await newOutlet();
  peer.socket.pause();
  const pieces = Array(100).fill(Buffer.alloc(256 * 1024, 'x'));
  outlet.stream(pieces);
  outlet.write(textFrame('held'));
  ws.close(1013);
  const before = socket.writableLength;
  outlet.write(textFrame('late'));
  outlet.stream([Buffer.from('late')]);
  outlet.beat(textFrame('late'), Buffer.concat([textFrame('late'), pingFrame]));
  expect(socket.writableLength).toBe(before);
  peer.socket.resume();
  // The strict reader rejects whatever follows the close frame.
  expect(await peer.next()).toMatchObject({ kind: 'close' });
  peer.sayGoodbye(1013);
  await peer.ended;
  await expect(peer.next()).rejects.toThrow('the server has ended the connection');
  expect(outlet.isStreaming).toBe(false);
});

test('nothing is written after a close frame between messages', async () => {
  const { outlet, peer, ws } = await newOutlet();
  outlet.write(textFrame('last'));
  ws.close(1001);
  outlet.write(textFrame('late'));
  outlet.beat(textFrame('late'), Buffer.concat([textFrame('late'), pingFrame]));
  outlet.stream([Buffer.from('late')]);
  expect(String((await peer.next()).payload)).toBe('last');
  expect(await peer.closeCode()).toBe(1001);
  peer.sayGoodbye(1001);
  await expect(peer.next()).rejects.toThrow('the server has ended the connection');
});

test.each([0, 1, 125, 126, 65_535, 65_536, 1_000_000])('a text of %i bytes is one frame', async (size) => {
  const { outlet, peer } = await newOutlet();
  const text = textOf(size, size);
  outlet.write(textFrame(text));
  const { kind, payload } = await peer.next();
  expect([kind, payload.toString()]).toEqual(['text', text]);
});
