import { escapePattern } from './mention.ts';

/**
 * Finds what somebody types in a text that is decomposed (NFD), as the only group. A diacritic that is typed must be
 * there, and one that is not may be: `duong` finds `Đường`, `dương` finds `đường` but not `duong`, and `đường` only itself.
 * Capitals make no difference. `undefined` if nothing is typed.
 */
export function patternOf(query: string): RegExp | undefined {
  const letters = query
    .trim()
    .normalize('NFD')
    .match(/\s+|\P{M}\p{M}*|\p{M}+/gu);
  return letters === null ? undefined : new RegExp(`(${letters.map(sourceOf).join('')})`, 'iu');
}

function sourceOf(letter: string): string {
  const [base = '', ...marks] = letter;
  if (/\s/.test(base)) return '\\s+';
  // A đ has no decomposition.
  const found = /d/i.test(base) ? '[dđ]' : escapePattern(base);
  return `${found}${marks.map((mark) => `(?=\\p{M}*${mark})`).join('')}\\p{M}*`;
}
