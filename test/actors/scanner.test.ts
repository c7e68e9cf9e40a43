import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Scanner } from '../../src/actors/scanner.ts';
import { clientFrame, opcodes } from '../helpers/frames.ts';

const kinds = fc.constantFrom(opcodes.text, opcodes.binary, opcodes.ping, opcodes.pong);
const sizes = fc.oneof(fc.constantFrom(0, 1, 125, 126, 65_535, 65_536), fc.nat(300));
const frames = fc.array(
  fc.record({ opcode: kinds, size: sizes, isMasked: fc.boolean(), isFinal: fc.boolean() }),
  { minLength: 1, maxLength: 10 },
);

/** Where the scanner stops in the bytes, if they come in chunks that end at these places. */
function stopsIn(bytes: Buffer, ends: readonly number[]) {
  const scanner = new Scanner();
  const stops: number[] = [];
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    const chunk = bytes.subarray(from, end);
    for (let at = 0; at < chunk.length; ) {
      at = scanner.read(chunk, at);
      stops.push(from + at);
    }
    from = end;
  }
  return { stops, scanner };
}

test('the scanner stops at the end of each frame, however the bytes are cut, and at the end of each chunk', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.nat(10_000)), (made, cuts) => {
      const all = made.map(({ size, ...options }) => clientFrame(Buffer.alloc(size), options));
      const bytes = Buffer.concat(all);
      const ends = [...new Set(cuts.filter((cut) => cut > 0 && cut < bytes.length))].sort((a, b) => a - b);
      let end = 0;
      const frameEnds = all.map((frame) => (end += frame.length));
      const expected = [...new Set([...frameEnds, ...ends])].sort((a, b) => a - b);
      expect(stopsIn(bytes, ends).stops).toEqual(expected);
    }),
  );
});

test('a frame is midway until its last byte, and a message until its last fragment', () => {
  const [text, continuation, ping] = [opcodes.text, opcodes.continuation, opcodes.ping];
  const whole = clientFrame('xin chào');
  for (let length = 1; length < whole.length; length++)
    expect(stopsIn(whole.subarray(0, length), []).scanner.isMidway).toBe(true);
  expect(stopsIn(whole, []).scanner.isMidway).toBe(false);
  const begun = clientFrame('xin', { opcode: text, isFinal: false });
  const between = clientFrame('', { opcode: ping });
  const end = clientFrame('', { opcode: continuation });
  expect(stopsIn(Buffer.concat([begun, between]), []).scanner.isMidway).toBe(true);
  expect(stopsIn(Buffer.concat([begun, between, end]), []).scanner.isMidway).toBe(false);
});
