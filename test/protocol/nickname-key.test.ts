import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lookalikes } from '../../src/protocol/lookalikes.ts';
import { nicknameKey } from '../../src/protocol/nickname.ts';
import { isText } from '../../src/protocol/text.ts';

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
  ...range(0x2800),
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
  ...range(0x2060, 0x2065),
  ...range(0x206a, 0x206f),
  ...range(0x3164),
  ...range(0xfe00, 0xfe0f),
  ...range(0xfeff),
  ...range(0xffa0),
  ...range(0xfff0, 0xfff8),
  ...range(0x1bca0, 0x1bca3),
  ...range(0x1d173, 0x1d17a),
  ...range(0xe0000, 0xe0fff),
];

/** The code points that no nickname may contain, except unassigned ones. */
const forbidden = [
  ...range(0, 0x1f),
  ...range(0x7f, 0x9f),
  ...range(0x600, 0x605),
  ...range(0x6dd),
  ...range(0x70f),
  ...range(0x890, 0x891),
  ...range(0x8e2),
  ...range(0x2028, 0x2029),
  ...range(0x202a, 0x202e),
  ...range(0x2066, 0x2069),
  ...range(0xe000, 0xf8ff),
  ...range(0xfff9, 0xfffb),
  ...range(0x110bd),
  ...range(0x110cd),
  ...range(0x13430, 0x1343f),
  ...range(0xf0000, 0xffffd),
  ...range(0x100000, 0x10fffd),
];

test('P-NAME-3: the key of any one code point is found, and is its own key', () => {
  const unstable: string[] = [];
  for (const one of everyCodePoint()) {
    const found = key(one);
    if (key(found) !== found) unstable.push(one);
  }
  expect(unstable).toEqual([]);
});

test('P-NAME-3: a key contains no capital that has a small letter, no compatibility form, no unusual space', () => {
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
  const blank = new Set([...spaces, ...invisible, ...forbidden]);
  const lost: string[] = [];
  for (const one of everyCodePoint())
    if (!blank.has(one) && key(one) === '' && !/\p{Cn}/u.test(one)) lost.push(one);
  expect(lost).toEqual([]);
});

test('P-NAME-6: a nickname with a forbidden code point has no key', () => {
  const unassigned = ['\u0378', '\ufdd0', '\uffff', '\u{1fffe}', '\u{50000}'];
  const taken = [...forbidden, ...unassigned].filter((one) =>
    [one, `An${one}`, `${one}An`, `A${one}n`].some((nickname) => key(nickname) !== ''),
  );
  expect(taken).toEqual([]);
});

test.each([
  ['Вình', 'Bình', 'a Cyrillic capital'],
  ['Bìnһ', 'Bình', 'a Cyrillic small letter'],
  ['Аn', 'an', 'a Cyrillic A'],
  ['ΑΝ', 'av', 'two Greek capitals, of which one looks like another letter than its small one'],
  ['раураӏ', 'paypai', 'only Cyrillic ones'],
  ['ё', 'ë', 'a letter with a mark'],
  ['ЁЛКА', 'ëлka', 'some that have a likeness and one that has none'],
  ['ＢÌＮＨ', 'bình', 'wide letters'],
  ['Ðức', 'Đức', 'an Icelandic capital'],
  ['ƉỨC', 'Đức', 'an African capital'],
  ['Bı\u0300nh', 'Bình', 'a dotless letter under a mark'],
  ['Thı\u0323\u0301', 'Thị\u0301', 'a dotless letter with a mark on either side'],
  ['Mi\u0307nh', 'Minh', 'a dot on a letter that has one'],
  ['Thi\u0323\u0307', 'Thị', 'a dot on a letter that has one, and one below'],
  ['Thı\u0323\u0307', 'Thị', 'a dotless letter with a dot on either side'],
])('P-NAME-7: %j is the same as %j (%s)', (one, other) => {
  expect(key(one)).toBe(key(other));
});

test.each([
  ['rn', 'm', 'one letter and several'],
  ['vv', 'w', 'one letter and several'],
  ['0', 'o', 'a digit and a letter'],
  ['1', 'l', 'a digit and a letter'],
  ['З', '3', 'a digit and a letter of another script'],
  ['đ', 'd', 'a stroke'],
  ['ı', 'i', 'a dot'],
  ['ı\u0323', 'ị', 'a dot over a dot'],
  ['i\u0307\u0301', 'í', 'a dot under a mark'],
  ['a\u0307', 'a', 'a dot on a letter that has none'],
  ['l', 'i', 'two letters of one script'],
  ['Bình', 'Binh', 'a mark'],
  ['Bỉnh', 'Bình', 'another mark'],
])('P-NAME-7: %j is not the same as %j (%s)', (one, other) => {
  expect(key(one)).not.toBe(key(other));
});

test('P-NAME-7: every two Vietnamese syllables are two nicknames', () => {
  const onsets = ' b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x'.split(' ');
  const rimes =
    'a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt up ut uy uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêt yêu'.split(
      ' ',
    );
  const tones = ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323'];
  const vowel = /[aăâeêioôơuưy]/g;
  const syllables = new Set<string>();
  for (const onset of onsets)
    for (const rime of rimes)
      for (const { index = 0 } of rime.matchAll(vowel))
        for (const tone of tones)
          syllables.add(
            `${onset}${rime.slice(0, index + 1)}${tone}${rime.slice(index + 1)}`.normalize('NFC'),
          );
  expect(syllables.size).toBeGreaterThan(15_000);
  expect(new Set(Array.from(syllables, key)).size).toBe(syllables.size);
});

test('P-NAME-7: the table is what the script generates, and its letters are single and not replaced again', () => {
  execFileSync(process.execPath, ['scripts/lookalikes.mjs', '--check']);
  const letters = lookalikes.flatMap((word) => [...word]);
  expect(letters.filter((letter) => !/^\p{L}$/u.test(letter))).toEqual([]);
  expect(new Set(letters).size).toBe(letters.length);
});
