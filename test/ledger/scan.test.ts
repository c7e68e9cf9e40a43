import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonOf } from '../../src/ledger/message.ts';
import { type Ending, NotHistory, Scanner } from '../../src/ledger/scan.ts';
import type { Message } from '../../src/protocol/replies.ts';
import { publishedHistory, pythonJson } from '../helpers/published-history.ts';

type Scanned = { messages: Message[]; ending: Ending | { fault: string; offset: number } };

/** Scans a file chunk by chunk. */
function scan(chunks: readonly Buffer[]): Scanned {
  const messages: Message[] = [];
  const scanner = new Scanner((json) => {
    const message: Message = JSON.parse(String(json));
    expect(String(json)).toBe(jsonOf(message));
    messages.push(message);
  });
  try {
    for (const chunk of chunks) {
      const once = Buffer.from(chunk);
      scanner.push(once);
      once.fill('"'); // The chunk may be used again.
    }
    return { messages, ending: scanner.finish() };
  } catch (error) {
    if (!(error instanceof NotHistory)) throw error;
    return { messages, ending: { fault: error.message, offset: error.offset } };
  }
}

/** The same bytes in chunks that end at these places. */
function split(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end));
}

const text = fc.string({ unit: 'binary', maxLength: 6 });
const messages = fc.array(fc.record({ name: text, content: text, timestamp: text }), { maxLength: 6 });
const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 3 });
/** A valid file in some layout, with the messages in it. */
const laidOut = fc.oneof(
  messages.map((all) => ({ all, json: JSON.stringify(all) })),
  messages.map((all) => ({ all, json: JSON.stringify(all, undefined, 4) })),
  messages.map((all) => ({ all, json: JSON.stringify(all, undefined, '\t').replaceAll('\n', '\r\n') })),
  messages.map((all) => ({ all, json: `[${all.map(pythonJson).join(', ')}]` })),
  messages.map((all) => ({ all, json: `[${all.map((one) => JSON.stringify(one)).join('\n,')}\n]` })),
  fc.tuple(messages, space, space).map(([all, before, after]) => ({
    all,
    json: `${before}${JSON.stringify(all)}${after}`,
  })),
);
/** Files that look like a history: valid, truncated and damaged ones. */
const spoilt = fc
  .tuple(laidOut, fc.nat(), fc.nat(), fc.uint8Array({ maxLength: 3 }))
  .map(([{ json }, at, length, bytes]) => {
    const whole = Buffer.from(json);
    const start = at % (whole.length + 1);
    return Buffer.concat([whole.subarray(0, start), bytes, whole.subarray(start + (length % 4))]);
  });

test('P-DB-1: a history in any layout is read, in whatever chunks it comes', () => {
  fc.assert(
    fc.property(laidOut, fc.array(fc.nat()), ({ all, json }, places) => {
      const bytes = Buffer.from(json);
      expect(scan(split(bytes, places))).toEqual({
        messages: all,
        ending: { type: 'whole', bracket: bytes.lastIndexOf(']') },
      });
    }),
    { numRuns: 500 },
  );
});

test('P-DB-2, P-DB-4: the result does not depend on the chunks', () => {
  fc.assert(
    fc.property(spoilt, fc.array(fc.nat()), (bytes, places) => {
      const whole = scan([bytes]);
      expect(scan(split(bytes, places))).toEqual(whole);
      expect(scan(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(whole);
    }),
    { numRuns: 1000 },
  );
});

test('P-DB-1: a byte order mark before the history is passed over, in whatever chunks it comes', () => {
  const bytes = Buffer.from('\ufeff[{"name":"An","content":"x","timestamp":"t"}]');
  const expected = {
    messages: [{ name: 'An', content: 'x', timestamp: 't' }],
    ending: { type: 'whole', bracket: bytes.length - 1 },
  };
  expect(scan([bytes])).toEqual(expected);
  for (const first of [3, 2, 1])
    expect(scan([bytes.subarray(0, first), bytes.subarray(first)])).toEqual(expected);
});

test.each([false, true])('P-DB-1: a published one-line file is read (all in ASCII: %s)', (isAscii) => {
  const { messages: all, text: json } = publishedHistory(2000, { isAscii });
  const bytes = Buffer.from(json);
  const chunks = split(
    bytes,
    Array.from({ length: 300 }, (_, at) => at * 997),
  );
  expect(scan(chunks)).toEqual({ messages: all, ending: { type: 'whole', bracket: bytes.length - 1 } });
});

test('P-DB-1: keys in another order, written with escapes, or given twice are a message as JSON has it', () => {
  const json = '[{"timestamp":"t","n\\u0061me":"An","content":"a","content":"b\\ud83d\\udc4b\\/"}]';
  expect(scan([Buffer.from(json)]).messages).toEqual([{ name: 'An', content: 'b👋/', timestamp: 't' }]);
});

test.each(['', ' ', '\n\n', '\ufeff', '\ufeff \t\r\n'])('P-DB-1: a file of %j is blank', (json) => {
  expect(scan([Buffer.from(json)])).toEqual({ messages: [], ending: { type: 'blank' } });
});

test.each(['[]', '[ ]', '\n[\n]\n', '\ufeff[]'])('P-DB-1: a file of %j is an empty history', (json) => {
  const bytes = Buffer.from(json);
  expect(scan([bytes])).toEqual({
    messages: [],
    ending: { type: 'whole', bracket: bytes.indexOf(']') },
  });
});

test('P-DB-1: a long message with escapes in its keys is read, in whatever chunks it comes', () => {
  const content = 'x'.repeat(200_000);
  const json = `[{"c\\u006fntent":"${content}","name":"An","\\u0074imestamp":"t"}]`;
  const chunks = split(Buffer.from(json), [70_000, 199_999, 200_050]);
  expect(scan(chunks).messages).toEqual([{ name: 'An', content, timestamp: 't' }]);
});
