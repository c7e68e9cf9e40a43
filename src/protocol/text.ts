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

/** The beginning of a text that takes at most `max` bytes in UTF-8. No character is split. */
export function clipped(text: string, max: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= max) return text;
  let end = max;
  // The bytes behind the first one of a character begin with the bits 10.
  while (((bytes[end] as number) & 0xc0) === 0x80) end--;
  return new TextDecoder().decode(bytes.subarray(0, end));
}

/** Whether a message has been removed: no message that was sent is empty (P-MOD-1). */
export const isRemoved = ({ content }: { readonly content: string }): boolean => content === '';
