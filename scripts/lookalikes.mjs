/**
 * Makes src/protocol/lookalikes.ts: letters of other scripts that look like one letter, most of them Latin (P-NAME-7). The
 * data is that of Unicode TR39 (confusables). A pair is left out if it is of one script, if one of the two is no single
 * letter, or if they differ in a mark: so `rn` is not `m`, `0` not `o`, and no Vietnamese letter another. Two letters of
 * one script that look like the same letter of another become one, such as the Cyrillic н and һ: a nickname refused is a
 * smaller harm than somebody else's taken.
 * `--check` only says whether the file is as it would be made.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const file = new URL('../src/protocol/lookalikes.ts', import.meta.url);
const require = createRequire(import.meta.url);
const confusables = require('unhomoglyph/data.json');

const scripts =
  'Adlam Arabic Armenian Bengali Bopomofo Canadian_Aboriginal Carian Cherokee Coptic Cyrillic Deseret Devanagari Elbasan Ethiopic Georgian Glagolitic Gothic Greek Gujarati Gurmukhi Han Hangul Hebrew Hiragana Kannada Katakana Khmer Lao Latin Linear_B Lisu Lycian Lydian Malayalam Meroitic_Cursive Miao Mongolian Myanmar Nko Ogham Old_Italic Old_Permic Oriya Osage Phoenician Runic Sinhala Syriac Tamil Telugu Thai Thaana Tibetan Tifinagh Vai Warang_Citi Yi'
    .split(' ')
    .map((name) => new RegExp(`^\\p{Script=${name}}$`, 'u'));
const scriptOf = (letter) => scripts.findIndex((script) => script.test(letter));

const isLetter = (text) => /^\p{L}$/u.test(text) && text.normalize('NFD') === text;
const isKeyed = (letter) => letter.toLowerCase() === letter && letter.normalize('NFKC') === letter;

/** What a letter, or its capital, is said to look like, as it would stand in a key. */
function lookOf(letter) {
  const [small, capital] = [letter, letter.toUpperCase()]
    .map((form) => confusables[form]?.normalize('NFKC').toLowerCase())
    .map((look) => (look !== undefined && isLetter(look) && isKeyed(look) ? look : undefined));
  const isPlain = (look) => look !== undefined && /^[a-z]$/.test(look);
  return isPlain(small) || !isPlain(capital) ? small : capital;
}

const looks = new Map();
for (let code = 0x80; code <= 0x10ffff; code++) {
  if (code >= 0xd800 && code <= 0xdfff) continue;
  const letter = String.fromCodePoint(code);
  if (!isLetter(letter) || !isKeyed(letter)) continue;
  const look = lookOf(letter);
  if (look === undefined || look === letter || scriptOf(letter) === scriptOf(look)) continue;
  if (scriptOf(letter) >= 0 && scriptOf(look) >= 0) looks.set(letter, look);
}

/** The letter at the end of a chain of looks; the least of them where they go round. */
function lastOf(letter) {
  const seen = [letter];
  for (let next = looks.get(letter); next !== undefined; next = looks.get(next)) {
    if (seen.includes(next)) return seen.slice(seen.indexOf(next)).sort()[0];
    seen.push(next);
  }
  return seen.at(-1);
}

const groups = new Map();
for (const letter of looks.keys()) {
  const last = lastOf(letter);
  if (last !== letter) groups.set(last, (groups.get(last) ?? '') + letter);
}
const escaped = (text) => [...text].map((letter) => `\\u{${letter.codePointAt(0).toString(16)}}`).join('');
const shown = (text) => (/^[a-z]$/.test(text) ? text : escaped(text));
const lines = [...groups]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([last, letters]) => `  ['${shown(last)}', '${escaped(letters)}'],`);
const text = `/**
 * Made by \`node scripts/lookalikes.mjs\` from the data of Unicode TR39: a letter, and letters of other scripts that look
 * like it or whose capitals look like its capital (P-NAME-7).
 */
export const lookalikes: readonly (readonly [letter: string, lookalikes: string])[] = [
${lines.join('\n')}
];
`;

if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write('src/protocol/lookalikes.ts is not what scripts/lookalikes.mjs makes\n');
  process.exitCode = 1;
}
