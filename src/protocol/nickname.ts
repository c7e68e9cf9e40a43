import { lookalikes } from './lookalikes.ts';

/** How the server compares nicknames: by their keys (`nickname`, P-NAME-3), or by code point (`exact`). */
export type NicknameComparison = 'nickname' | 'exact';

/**
 * The key of a nickname: two nicknames with the same key are the same (P-NAME-3, after RFC 8266 §2.4). Removes
 * default-ignorable code points, trims and collapses spaces, and applies lower case and NFKC until nothing changes.
 * Then replaces letters that look alike with one letter (P-NAME-7). Returns an empty string for a text that cannot be a
 * nickname (P-NAME-6).
 */
export function nicknameKey(nickname: string, comparison: NicknameComparison): string {
  if (comparison === 'exact') return nickname;
  if (forbidden.test(nickname)) return '';
  let key = nickname;
  for (let next = fold(key); next !== key; next = fold(key)) key = next;
  // Decomposed, so that lookalikes with the same mark are replaced too.
  return key
    .normalize('NFD')
    .replace(looking, (letter) => looks.get(letter) ?? '')
    .replace(dots, (dotless) => (dotless === 'ı' ? 'i' : ''))
    .normalize('NFC');
}

/**
 * Characters that break a line, change the direction of the text, or have no known appearance: control characters, line
 * and paragraph separators, bidirectional controls, and format characters, private-use and unassigned code points
 * except the default-ignorable ones (P-NAME-6).
 */
const forbidden =
  /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]|(?!\p{Default_Ignorable_Code_Point})[\p{Cf}\p{Co}\p{Cn}]/u;
const ignorable = /\p{Default_Ignorable_Code_Point}+/gu;
/** Includes the blank Braille pattern, which looks like a space. */
const spaces = /[\p{Space_Separator}\u2800]+/gu;

/** An ı under a mark that also takes the dot of an i, and the dot of an i that is written once more. */
const dots = /ı(?=\u0323?[\u0300-\u0314])|(?<=[ijı]\u0323?)\u0307+(?!\p{M})/gu;

function fold(text: string): string {
  return text
    .replace(ignorable, '')
    .replace(spaces, ' ')
    .replace(/^ | $/g, '')
    .toLowerCase()
    .normalize('NFKC');
}

const looks = new Map(
  lookalikes.flatMap((word) => {
    const [letter = '', ...alike] = word;
    return alike.map((one) => [one, letter] as const);
  }),
);
const looking = new RegExp(`[${[...looks.keys()].join('')}]`, 'gu');
