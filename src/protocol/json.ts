/**
 * Serializes a value that came out of JSON.parse, so that parsing the text gives the same value again. JSON.stringify
 * does not do that for two kinds of value that a client can send and must get back (P-NAME-1): it throws on nesting
 * deeper than the call stack, and turns infinities (`1e999`) into `null` and `-0` into `0`.
 */
export function toJson(value: unknown): string {
  const parts: string[] = [];
  const waiting: (Waiting | string)[] = [{ value }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') parts.push(next);
    else if (typeof next.value !== 'object' || next.value === null) parts.push(scalar(next.value));
    else open(next.value, waiting);
  }
  return parts.join('');
}

type Waiting = { value: unknown };

/** Pushes the pieces of an array or object on the stack, the last one first. */
function open(value: object, waiting: (Waiting | string)[]): void {
  const isArray = Array.isArray(value);
  const entries = Object.entries(value);
  waiting.push(isArray ? ']' : '}');
  for (let index = entries.length - 1; index >= 0; index--) {
    const [key, member] = entries[index] as [string, unknown];
    waiting.push({ value: member });
    const comma = index > 0 ? ',' : '';
    waiting.push(isArray ? comma : `${comma}${JSON.stringify(key)}:`);
  }
  waiting.push(isArray ? '[' : '{');
}

function scalar(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (value === Infinity || value === -Infinity) return `${value < 0 ? '-' : ''}1e999`;
  return JSON.stringify(value);
}
