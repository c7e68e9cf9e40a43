import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isText, nicknameKey } from '../../src/protocol/text.ts';

/** Whole ranges of Unicode, named by their numbers and not by the properties that the source uses. */
const key = (nickname: string) => nicknameKey(nickname, 'nickname');

function* range(first: number, last = first): Generator<string> {
  for (let code = first; code <= last; code++) yield String.fromCodePoint(code);
}

function* everyCodePoint(): Generator<string> {
  yield* range(0, 0xd7ff);
  yield* range(0xe000, 0x10ffff);
}

const spaces = [
  ...range(0x20),
  ...range(0xa0),
  ...range(0x1680),
  ...range(0x2000, 0x200a),
  ...range(0x202f),
  ...range(0x205f),
  ...range(0x3000),
];

const invisible = [
  ...range(0xad),
  ...range(0x34f),
  ...range(0x61c),
  ...range(0x115f, 0x1160),
  ...range(0x17b4, 0x17b5),
  ...range(0x180b, 0x180f),
  ...range(0x200b, 0x200f),
  ...range(0x202a, 0x202e),
  ...range(0x2060, 0x206f),
  ...range(0x3164),
  ...range(0xfe00, 0xfe0f),
  ...range(0xfeff),
  ...range(0xffa0),
  ...range(0xfff0, 0xfff8),
  ...range(0x1bca0, 0x1bca3),
  ...range(0x1d173, 0x1d17a),
  ...range(0xe0000, 0xe0fff),
];

test('P-NAME-3: the key of any one code point is found, and is its own key', () => {
  const unstable: string[] = [];
  for (const one of everyCodePoint()) {
    const found = key(one);
    if (key(found) !== found) unstable.push(one);
  }
  expect(unstable).toEqual([]);
});

test('P-NAME-3: a key holds no capital that has a small letter, no compatibility form, no odd space', () => {
  const unfinished: string[] = [];
  for (const one of everyCodePoint()) {
    const found = key(`a${one}b`);
    const isDone =
      found === found.normalize('NFKC') &&
      found === found.toLowerCase() &&
      !/ {2}|^ | $/.test(found) &&
      !/[\u00a0\u00ad\u200b-\u200f\u3000\ufeff]/.test(found);
    if (!isDone) unfinished.push(one);
  }
  expect(unfinished).toEqual([]);
});

/** Strings in which spaces, invisible ones, marks and capitals meet. */
const mixed = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...spaces),
    fc.constantFrom(...invisible),
    fc.constantFrom(
      'A',
      'a',
      'Σ',
      'İ',
      'ı',
      'ß',
      'ẞ',
      '\u0301',
      '\u0345',
      '\u0307',
      'ﬃ',
      '㎏',
      '¨',
      'ﷺ',
      '\u1100',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 100,
});

test('P-NAME-3: the key of any nickname is its own key', () => {
  fc.assert(
    fc.property(mixed, (nickname) => {
      const found = key(nickname);
      expect(key(found)).toBe(found);
    }),
    { numRuns: 5000 },
  );
});

test('P-NAME-3: composed or decomposed, a nickname is the same', () => {
  fc.assert(
    fc.property(mixed, (nickname) => {
      expect(key(nickname.normalize('NFD'))).toBe(key(nickname));
      expect(key(nickname.normalize('NFC'))).toBe(key(nickname));
    }),
    { numRuns: 2000 },
  );
});

test('P-NAME-3: invisible code points anywhere do not make another nickname', () => {
  fc.assert(
    fc.property(mixed, fc.nat(), fc.constantFrom(...invisible), (nickname, where, hidden) => {
      const letters = [...nickname];
      letters.splice(where % (letters.length + 1), 0, hidden);
      expect(key(letters.join(''))).toBe(key(nickname));
    }),
    { numRuns: 2000 },
  );
});

test('P-NAME-3: every space separator is a space, and a run of them is one', () => {
  for (const space of spaces) {
    for (const nickname of [`A${space}n`, `${space}A${space} ${space}n${space}`])
      expect([space, key(nickname)]).toEqual([space, 'a n']);
  }
});

test('P-NAME-3: every default-ignorable code point is dropped', () => {
  for (const hidden of invisible)
    expect([hidden, key(`${hidden}A${hidden}n${hidden}`)]).toEqual([hidden, 'an']);
});

test('P-NAME-6: spaces and invisible code points alone have an empty key, though they are texts', () => {
  const nothing = fc.string({ unit: fc.constantFrom(...spaces, ...invisible), minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(nothing, (nickname) => {
      fc.pre(isText(nickname, 100));
      expect(key(nickname)).toBe('');
    }),
  );
});

test('P-NAME-6: any other single code point has a key', () => {
  const blank = new Set([...spaces, ...invisible]);
  const lost: string[] = [];
  for (const one of everyCodePoint()) if (!blank.has(one) && key(one) === '') lost.push(one);
  expect(lost).toEqual([]);
});
