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
