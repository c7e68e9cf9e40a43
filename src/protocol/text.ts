/**
 * Whether the value is a string of 1 to `max` Unicode code points without a lone surrogate (P-NAME-1, P-SEND-1). Counts
 * the code points only if `length` does not decide, so an overlong string is cheap.
 */
export function isText(value: unknown, max: number): value is string {
  if (typeof value !== 'string' || value === '' || value.length > 2 * max || !value.isWellFormed())
    return false;
  return value.length <= max || countCodePoints(value) <= max;
}

/** The length in Unicode code points, as the contract counts it. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
