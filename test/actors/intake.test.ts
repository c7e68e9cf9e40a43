import { duplexPair } from 'node:stream';
import { expect, test } from 'vitest';
import { Intake } from '../../src/actors/intake.ts';
import { clientFrame } from '../helpers/frames.ts';
import { openWide } from '../helpers/system.ts';

/** An intake over a stream in memory, and the chunks that come out of it. */
function newIntake() {
  const [near, far] = duplexPair();
  const intake = new Intake(far, Buffer.of());
  const chunks: Buffer[] = [];
  intake.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { near, intake, chunks };
}

test('a small frame does not hold the memory of the chunk that it came in, and a large one is not copied', async () => {
  const { near, intake, chunks } = newIntake();
  openWide(intake);
  const large = clientFrame('x'.repeat(60_000));
  const small = clientFrame('x', { isFinal: false });
  // One allocation, as a socket's read is.
  const chunk = Buffer.allocUnsafeSlow(large.length + 2 * small.length);
  Buffer.concat([small, large, small]).copy(chunk);
  near.write(chunk);
  near.end();
  await new Promise((resolve) => intake.once('end', resolve));
  expect(chunks).toEqual([small, large, small]);
  const held = chunks.map(({ buffer }) => buffer.byteLength);
  expect(held).toEqual([small.length, chunk.length, small.length]);
});

test('the bytes come out whole and in order, however late they are passed on, and the end behind them', async () => {
  const { near, intake, chunks } = newIntake();
  let isPaused = false;
  intake.open({
    onPiece: () => {},
    onPaused: () => (isPaused = true),
    onClosing: () => {},
    onStalled: () => {},
  });
  const frames = Array.from({ length: 100 }, (_, number) => clientFrame(`${number}`));
  near.write(Buffer.concat(frames));
  near.end(Buffer.concat(frames));
  await new Promise((resolve) => setImmediate(resolve));
  expect([isPaused, intake.isHeld, chunks]).toEqual([true, true, []]);
  const ended = new Promise((resolve) => intake.once('end', resolve));
  let isEnded = false;
  void ended.then(() => (isEnded = true));
  while (!isEnded) {
    if (intake.next !== undefined) intake.pass();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(chunks).toEqual([...frames, ...frames]);
});
