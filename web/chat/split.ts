import { countCodePoints } from '../../src/protocol/text.ts';

/**
 * Parts of `max` code points at most, for a text that is too long for one message: cut where a space or a line break is,
 * and within a longer word between two characters as they are seen.
 */
export function split(text: string, max: number): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const end = endOf(rest, max);
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return parts;
}

/** Where the first part of a text ends. */
function endOf(text: string, max: number): number {
  let end = 0;
  let space = 0;
  let count = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    if (/^\s/.test(segment)) space = end;
    count += countCodePoints(segment);
    // A character of more code points than a message may have is cut as well.
    if (count > max) return space || end || [...segment].slice(0, max).join('').length;
    end += segment.length;
  }
  return end;
}
