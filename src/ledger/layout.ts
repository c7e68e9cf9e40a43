const separator = Buffer.from('\n,');
const ending = Buffer.from('\n]');

/**
 * The text that appends messages to a list, in place of its closing bracket, and where in it each of them starts. They
 * stand one a line. `isLineStart`: the bracket stands at the beginning of a line, or right after the opening one.
 */
export function appendix(
  messages: readonly Uint8Array[],
  { isFirst, isLineStart }: { isFirst: boolean; isLineStart: boolean },
): { text: Buffer; starts: number[] } {
  let before = Buffer.from((isLineStart ? '' : '\n') + (isFirst ? '' : ','));
  let length = 0;
  const parts: Uint8Array[] = [];
  const starts: number[] = [];
  for (const json of messages) {
    starts.push(length + before.length);
    parts.push(before, json);
    length += before.length + json.length;
    before = separator;
  }
  return { text: Buffer.concat([...parts, ending], length + ending.length), starts };
}
