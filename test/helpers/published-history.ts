import type { Message } from '../../src/protocol/replies.ts';

/** Texts that are difficult for JSON, UTF-8, or a scanner of truncated files. */
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

/** A history of the published server: its messages, and the text of its file. */
export type PublishedHistory = { messages: Message[]; text: string };

/**
 * Makes a history in the format of the published server: one line, as Python's `json.dump` writes it. With `isAscii`,
 * all other characters become `\uXXXX` (Python's `ensure_ascii`). The same seed gives the same history.
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

/** A message as Python writes it. */
export function pythonJson({ name, content, timestamp }: Message): string {
  const [n, c, t] = [name, content, timestamp].map((value) => JSON.stringify(value));
  return `{"name": ${n}, "content": ${c}, "timestamp": ${t}}`;
}

/** The same JSON in ASCII. */
export function escaped(json: string): string {
  return json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The time of the nth message: one every seven seconds. */
function timestampOf(position: number): string {
  const date = new Date(Date.UTC(2026, 0, 1) + position * 7000).toISOString();
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(date) ?? [];
  return `${day}/${month}/${year}, ${time}`;
}

/** Generates whole numbers below a bound, the same for the same seed (mulberry32). */
function generator(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
