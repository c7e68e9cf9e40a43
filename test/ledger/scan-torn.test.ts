import { expect, test } from 'vitest';
import { type Ending, Scanner } from '../../src/ledger/scan.ts';
import type { Message } from '../../src/protocol/replies.ts';
import { escaped, publishedHistory, pythonJson } from '../helpers/published-history.ts';

const messages: Message[] = [
  { name: 'Ánh', content: 'chào "bạn" \\ \n 👋🏽', timestamp: '22/11/2026, 10:06:00' },
  { name: '', content: '}]},{[', timestamp: '\u0000\u001f\u007f\u2028' },
  { name: '𠮷野家', content: 'e\u0323\u0302 שלום สวัสดี', timestamp: 't' },
];

/** A file put together piece by piece: every second piece is a message. */
const layouts: [string, string[]][] = [
  ['compact', spread(messages.map(compact), '[', ',', ']')],
  ['compact in ASCII', spread(messages.map(compact).map(escaped), '[', ',', ']')],
  ['indented', spread(messages.map(indented), '[\n    ', ',\n    ', '\n]')],
  ['indented with CRLF', spread(messages.map(crlf), '[\r\n\t', ',\r\n\t', '\r\n]')],
  ['Python', spread(messages.map(pythonJson), '[', ', ', ']')],
  ['Python in ASCII', spread(messages.map(pythonJson).map(escaped), '[', ', ', ']')],
  ['our own', spread(messages.map(compact), '[', '\n,', '\n]')],
  ['wide', spread(messages.map(wide), ' \n[ ', ' , ', ' ]')],
  ['reordered', spread(messages.map(reordered), '[', ',', ']')],
  ['without messages', ['[  ]']],
];

function compact(message: Message): string {
  return JSON.stringify(message);
}
function indented(message: Message): string {
  return JSON.stringify(message, undefined, 4).replaceAll('\n', '\n    ');
}
function crlf(message: Message): string {
  return JSON.stringify(message, undefined, '\t').replaceAll('\n', '\r\n\t');
}
function wide({ name, content, timestamp }: Message): string {
  const [n, c, t] = [name, content, timestamp].map(compactText);
  return `{ \t"name" : ${n} , "content"\n:\n${c}\r\n,"timestamp":  ${t} \n}`;
}
function reordered({ name, content, timestamp }: Message): string {
  return JSON.stringify({ timestamp, name, content });
}
function compactText(text: string): string {
  return JSON.stringify(text);
}
function spread(jsons: readonly string[], open: string, between: string, close: string): string[] {
  return [...jsons.flatMap((json, at) => [at === 0 ? open : between, json]), close];
}

function scan(bytes: Buffer): { messages: Message[]; ending: Ending } {
  const found: Message[] = [];
  const scanner = new Scanner((json) => found.push(JSON.parse(String(json))));
  scanner.push(bytes);
  return { messages: found, ending: scanner.finish() };
}

/** The expected result for a file of these pieces that is truncated after so many bytes. */
function expectedOf(pieces: readonly string[], length: number): { messages: Message[]; ending: Ending } {
  const open = Buffer.from(pieces.join('')).indexOf('[');
  let at = 0;
  let end = open + 1;
  let whole = 0;
  for (const [index, piece] of pieces.entries()) {
    at += Buffer.byteLength(piece);
    if (index % 2 === 1 && at <= length) [end, whole] = [at, whole + 1];
  }
  return {
    messages: messages.slice(0, whole),
    ending: length <= open ? { type: 'blank' } : { type: 'torn', end },
  };
}

test.each(layouts)('P-DB-4: a file truncated anywhere keeps its whole messages: %s', (_, pieces) => {
  const bytes = Buffer.from(pieces.join(''));
  for (let length = 0; length < bytes.length; length++)
    expect(scan(bytes.subarray(0, length)), `truncated at ${length}`).toEqual(expectedOf(pieces, length));
  expect(scan(bytes).ending).toEqual({ type: 'whole', bracket: bytes.length - 1 });
});

test.each(layouts)(
  'P-DB-4: zero bytes at the end of a truncated file are part of its torn tail: %s',
  (_, pieces) => {
    const bytes = Buffer.from(pieces.join(''));
    for (let length = bytes.indexOf('[') + 1; length <= bytes.length; length++) {
      for (const zeros of [1, 2, 700]) {
        const padded = Buffer.concat([bytes.subarray(0, length), Buffer.alloc(zeros)]);
        expect(scan(padded), `truncated at ${length}, ${zeros} zeros`).toEqual(expectedOf(pieces, length));
      }
    }
  },
);

test('P-DB-4: a published file truncated at any of many places keeps its whole messages', () => {
  for (const isAscii of [false, true]) {
    const published = publishedHistory(200, { isAscii });
    const bytes = Buffer.from(published.text);
    for (let length = bytes.length - 1; length > 0; length -= 127) {
      const { messages: kept, ending } = scan(bytes.subarray(0, length));
      expect(ending.type).toBe('torn');
      expect(kept).toEqual(published.messages.slice(0, kept.length));
      const rest = bytes.subarray(ending.type === 'torn' ? ending.end : 0, length).toString();
      expect(rest, `truncated at ${length}`).not.toMatch(/"timestamp": "[^"]*"}/);
    }
  }
});

test('P-DB-4: a byte order mark counts in the place of a tear', () => {
  expect(scan(Buffer.from('\ufeff[')).ending).toEqual({ type: 'torn', end: 4 });
  expect(scan(Buffer.from(`\ufeff[${JSON.stringify(messages[2])},{"na`)).ending).toEqual({
    type: 'torn',
    end: 4 + Buffer.byteLength(JSON.stringify(messages[2])),
  });
});

test.each(['a', 'ạ', '\\u1ea1', '\\n'])('P-DB-4: a torn message may be very long (of %s)', (character) => {
  for (const length of [1_000_000, 5_000_000]) {
    const bytes = Buffer.from(
      `[${JSON.stringify(messages[0])},{"name":"An","content":"${character.repeat(length)}`,
    );
    expect(scan(bytes).ending.type).toBe('torn');
  }
});
