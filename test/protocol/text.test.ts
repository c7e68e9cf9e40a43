import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nicknameKey } from '../../src/protocol/nickname.ts';
import { countCodePoints, isText } from '../../src/protocol/text.ts';

/** Code points by the definition of UTF-16, unit by unit; `undefined` when one is half of a pair. */
function naiveCount(text: string): number | undefined {
  let count = 0;
  for (let at = 0; at < text.length; at++, count++) {
    const unit = text.charCodeAt(at);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = text.charCodeAt(at + 1);
    if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return undefined;
    at++;
  }
  return count;
}

/** Units around the borders of the surrogates, so that whole pairs and halves both come often. */
const unit = fc.oneof(
  fc.constantFrom(0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000),
  fc.integer({ min: 0, max: 0xffff }),
);
const units = fc.string({ unit: unit.map((code) => String.fromCharCode(code)), maxLength: 30 });
const wellFormed = fc.string({ unit: 'binary', maxLength: 30 });

test('P-NAME-1, P-SEND-1: a text is 1 to max code points without a lone surrogate', () => {
  fc.assert(
    fc.property(fc.oneof(units, wellFormed), fc.integer({ min: 1, max: 20 }), (text, max) => {
      const count = naiveCount(text);
      expect(isText(text, max)).toBe(count !== undefined && count >= 1 && count <= max);
    }),
    { numRuns: 10_000 },
  );
});

test('P-NAME-1, P-SEND-1: the limit itself is a text and one more is not, in any plane', () => {
  for (const one of ['a', 'ế', '\u0000', '\uffff', '😀', '\u{10ffff}']) {
    for (const max of [1, 2, 100, 4000]) {
      expect(isText(one.repeat(max), max)).toBe(true);
      expect(isText(one.repeat(max + 1), max)).toBe(false);
    }
  }
});

test('P-NAME-1: characters are code points, not bytes, units or clusters', () => {
  expect(isText('👩‍👩‍👧', 4)).toBe(false);
  expect(isText('👩‍👩‍👧', 5)).toBe(true);
  expect(isText('e\u0301', 1)).toBe(false);
});

test('P-NAME-1, P-SEND-1: a lone surrogate anywhere is no text', () => {
  for (const text of [
    '\ud800',
    '\udc00',
    'a\ud800',
    '\udc00a',
    '\ud800\ud800\udc00',
    '\udc00\ud800',
    '😀\ude00',
  ])
    expect(isText(text, 100)).toBe(false);
});

test('P-NAME-1, P-SEND-1: a value that is not a string is no text', () => {
  for (const value of ['', undefined, null, 0, 5, NaN, true, [], ['An'], {}, Object('An'), { length: 1 }])
    expect(isText(value, 100)).toBe(false);
});

test('P-NAME-1: code points are counted as UTF-16 defines them', () => {
  fc.assert(
    fc.property(wellFormed, (text) => {
      expect(countCodePoints(text)).toBe(naiveCount(text));
    }),
  );
});

const key = (nickname: string) => nicknameKey(nickname, 'nickname');

test('P-NAME-3: nicknames that look the same have the same key', () => {
  const alike = ['an', 'An', 'AN', 'An ', ' An', '  an  ', 'A\u200bn', '\ufeffAn', 'a\u00adn', 'Ａｎ', '𝐀𝐧'];
  for (const nickname of alike) expect([nickname, key(nickname)]).toEqual([nickname, 'an']);
});

test.each([
  ['ế', 'e\u0302\u0301', 'composed and decomposed'],
  ['ﬁ', 'FI', 'a ligature and its letters'],
  ['①', '1', 'a digit in a circle'],
  ['ℂ', 'c', 'a letter of mathematics'],
  ['Å', '\u00e5', 'the Ångström sign'],
  ['㍿', '株式会社', 'a square of four'],
  ['ｱ', 'ア', 'half width and full'],
  ['An\u3000Bình', 'an bình', 'an ideographic space'],
  ['An \u200b \u00a0 Bình', 'an bình', 'spaces with invisible ones among them'],
  ['\u200b An \u2060', 'an', 'outer spaces behind invisible ones'],
  ['\u1160An\u3164', 'an', 'Hangul fillers'],
  ['An\ufe0f\u{e0100}', 'an', 'variation selectors'],
])('P-NAME-3: %j is the same as %j (%s)', (one, other) => {
  expect(key(one)).toBe(key(other));
});

test('P-NAME-3: nicknames that differ by more have different keys', () => {
  const keys = ['an', 'ân', 'ăn', 'a n', 'ann', 'an1', 'an.', 'a-n'].map(key);
  expect(new Set(keys).size).toBe(keys.length);
});

test('P-NAME-3: under exact comparison the key is the nickname as sent', () => {
  fc.assert(
    fc.property(wellFormed, (nickname) => {
      expect(nicknameKey(nickname, 'exact')).toBe(nickname);
    }),
  );
});
