/** Measures of a text that somebody may have written to be seen in an unpleasant way, or not at all. */

/** Is there nothing in it that can be seen? */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text);
}

/** More characters than stand in a line of the widest bubble. */
const lineLength = 90;

/** At least so many lines it takes. */
export function countLines(text: string): number {
  return text
    .split('\n')
    .reduce((lines, line) => lines + Math.max(1, Math.ceil(line.length / lineLength)), 0);
}
