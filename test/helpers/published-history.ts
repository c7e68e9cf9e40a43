import type { Message } from '../../src/protocol/replies.ts';

/** Scraps of text that JSON, UTF-8 or a file cut short could get wrong. */
const scraps = [
  ...['xin chào', 'Nguyễn Thị Ánh', 'đường phố Đà Nẵng', 'tiếng Việt: ặ ễ ợ ừ', 'phở bò tái ở đâu?'],
  ...['e\u0323\u0302 tổ hợp', 'na\u0303o', 'hello', 'ok :-)', 'привет', 'Ελληνικά', 'שלום', 'مرحبا \u200fبك'],
  ...[
    '日本語のテスト',
    '漢字',
    '𠮷野家',
    '한국어',
    'สวัสดีชาวโลก',
    'नमस्ते',
    '👋🏽',
    '👨‍👩‍👧‍👦',
    '🇻🇳',
    '\u{10ffff}',
  ],
  ...[
    '"quoted"',
    "it's",
    'C:\\temp\\new',
    'a\nb',
    'tab\there',
    '\r\n',
    '\b\f',
    '\u0000\u001f\u007f',
    '\u2028\u2029',
  ],
  ...['[1, 2]', '}, {', '"}]', '\\"', '\\u1ea1', '</script>', '\ufeff', ' '],
];

/** The history that the published server would have written: its messages, and its file. */
export type PublishedHistory = { messages: Message[]; text: string };

/**
 * A history of so many messages as the published server keeps it: one line, as Python's `json.dump` writes it, with
 * `\uXXXX` for all that is not ASCII where `isAscii` says so (Python's `ensure_ascii`). The same seed, the same history.
 */
export function publishedHistory(
  count: number,
  { isAscii = false, seed = 1 }: { isAscii?: boolean; seed?: number } = {},
): PublishedHistory {
  const below = generator(seed);
  const scrap = () => scraps[below(scraps.length)] ?? '';
  const messages = Array.from({ length: count }, (_, position) => ({
    name: `${scrap()}${below(100)}`,
    content: Array.from({ length: 1 + below(12) }, scrap).join(' '),
    timestamp: timestampOf(position),
  }));
  const text = `[${messages.map(pythonJson).join(', ')}]`;
  return { messages, text: isAscii ? escaped(text) : text };
}

/** One message as Python writes it. */
export function pythonJson({ name, content, timestamp }: Message): string {
  const [n, c, t] = [name, content, timestamp].map((value) => JSON.stringify(value));
  return `{"name": ${n}, "content": ${c}, "timestamp": ${t}}`;
}

/** The same JSON in ASCII. */
export function escaped(json: string): string {
  return json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** One message every seven seconds of one day after the other. */
function timestampOf(position: number): string {
  const date = new Date(Date.UTC(2026, 0, 1) + position * 7000).toISOString();
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(date) ?? [];
  return `${day}/${month}/${year}, ${time}`;
}

/** mulberry32: whole numbers below a bound, the same for the same seed. */
function generator(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
