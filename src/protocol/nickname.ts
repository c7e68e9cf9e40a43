import { lookalikes } from './lookalikes.ts';

/** How the server tells one nickname from another: `nickname` (P-NAME-3) or `exact` (the code points as sent). */
export type NicknameComparison = 'nickname' | 'exact';

/**
 * What two nicknames are compared by (P-NAME-3, after RFC 8266 §2.4): without default-ignorable code points, runs of
 * space separators as one space and none outside, lower case, NFKC, until nothing changes any more; and then letters of
 * different scripts that look the same as one letter (P-NAME-7). Empty for what cannot be a nickname (P-NAME-6).
 */
export function nicknameKey(nickname: string, comparison: NicknameComparison): string {
  if (comparison === 'exact') return nickname;
  if (forbidden.test(nickname)) return '';
  let key = nickname;
  for (let next = fold(key); next !== key; next = fold(key)) key = next;
  // Marks stand apart from their letters meanwhile, so that a letter with a mark looks like another with the same mark.
  return key
    .normalize('NFD')
    .replace(looking, (letter) => looks.get(letter) ?? '')
    .normalize('NFC');
}

/**
 * Characters that break a line, change its direction, or are shown in no way that anybody could know: control characters,
 * separators of lines and paragraphs, bidirectional controls, and format characters, private-use and unassigned code points
 * other than those that are passed over (P-NAME-6).
 */
const forbidden =
  /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]|(?!\p{Default_Ignorable_Code_Point})[\p{Cf}\p{Co}\p{Cn}]/u;
const ignorable = /\p{Default_Ignorable_Code_Point}+/gu;
/** The blank Braille pattern is shown as a space. */
const spaces = /[\p{Space_Separator}\u2800]+/gu;

function fold(text: string): string {
  return text
    .replace(ignorable, '')
    .replace(spaces, ' ')
    .replace(/^ | $/g, '')
    .toLowerCase()
    .normalize('NFKC');
}

const looks = new Map(
  lookalikes.flatMap(([letter, alike]) => Array.from(alike, (one) => [one, letter] as const)),
);
const looking = new RegExp(`[${[...looks.keys()].join('')}]`, 'gu');
