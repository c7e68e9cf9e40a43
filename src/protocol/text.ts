/** How the server tells one nickname from another: `nickname` (P-NAME-3) or `exact` (the code points as sent). */
export type NicknameComparison = 'nickname' | 'exact';

/**
 * Is this a string of 1 to `max` Unicode code points without a lone surrogate? (P-NAME-1, P-SEND-1)
 * Counts no further than it must, so a long string costs no more than a short one.
 */
export function isText(value: unknown, max: number): value is string {
  if (typeof value !== 'string' || value === '' || value.length > 2 * max || !value.isWellFormed())
    return false;
  return value.length <= max || countCodePoints(value) <= max;
}

/** Length in Unicode code points, as the contract counts. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/**
 * What two nicknames are compared by (P-NAME-3, after RFC 8266 §2.4): without default-ignorable code points, runs of
 * space separators as one space and none outside, lower case, NFKC, until nothing changes any more.
 * An empty key is no nickname (P-NAME-6).
 */
export function nicknameKey(nickname: string, comparison: NicknameComparison): string {
  if (comparison === 'exact') return nickname;
  let key = nickname;
  for (let next = fold(key); next !== key; next = fold(key)) key = next;
  return key;
}

const ignorable = /\p{Default_Ignorable_Code_Point}+/gu;
const spaces = /\p{Space_Separator}+/gu;

function fold(text: string): string {
  return text
    .replace(ignorable, '')
    .replace(spaces, ' ')
    .replace(/^ | $/g, '')
    .toLowerCase()
    .normalize('NFKC');
}
