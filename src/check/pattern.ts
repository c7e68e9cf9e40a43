/** What a frame must be like: JSON with holes for what is not known before. */

/** Stands for a value: `T` for a timestamp, `E` for an error in words. */
export class Hole {
  readonly name: string;
  readonly #fits: (value: unknown) => boolean;

  constructor(name: string, fits: (value: unknown) => boolean) {
    this.name = name;
    this.#fits = fits;
  }

  fits(value: unknown): boolean {
    return this.#fits(value);
  }
}

export const holes = {
  /** Any value: the form of timestamps is the matter of P-TIME-1. */
  time: new Hole('T', () => true),
  words: new Hole('E', (value) => typeof value === 'string' && value !== ''),
  list: new Hole('[…]', Array.isArray),
  count: new Hole('n', (value) => Number.isSafeInteger(value) && Number(value) >= 0),
};

export type Pattern =
  | Hole
  | string
  | number
  | boolean
  | null
  | readonly Pattern[]
  | { readonly [key: string]: Pattern };

/** The pattern of a reply or an event, whatever its timestamp. */
export const timed = <Reply extends { timestamp: string }>(reply: Reply): Pattern =>
  ({ ...reply, timestamp: holes.time }) as unknown as Pattern;

/** A pattern as JSON. Its holes are filled from the value, if that fits, and so is no difference; else they show their names. */
export function shownPattern(pattern: Pattern, value?: unknown): string {
  if (pattern instanceof Hole)
    return value !== undefined && pattern.fits(value) ? JSON.stringify(value) : pattern.name;
  if (typeof pattern !== 'object' || pattern === null) return JSON.stringify(pattern);
  const given: Record<string, unknown> = Object(value);
  if (Array.isArray(pattern))
    return `[${pattern.map((one, index) => shownPattern(one, given[index])).join(',')}]`;
  const pairs = Object.entries(pattern).map(
    ([key, inner]) => `${JSON.stringify(key)}:${shownPattern(inner, given[key])}`,
  );
  return `{${pairs.join(',')}}`;
}

/** The first difference of a value from a pattern. `path`: where it stands, `data.message[3].name`. */
export type Difference = { readonly kind: 'value' | 'missing' | 'extra' | 'order'; readonly path: string };

/** The order of keys counts last: it is the only difference that a parsed frame does not have. */
export function differenceOf(pattern: Pattern, value: unknown): Difference | undefined {
  return valueDifference(pattern, value, '') ?? orderDifference(pattern, value, '');
}

function valueDifference(pattern: Pattern, value: unknown, path: string): Difference | undefined {
  const different: Difference = { kind: 'value', path };
  if (pattern instanceof Hole) return pattern.fits(value) ? undefined : different;
  if (typeof pattern !== 'object' || pattern === null || typeof value !== 'object' || value === null)
    return pattern === value ? undefined : different;
  if (Array.isArray(pattern) !== Array.isArray(value)) return different;
  const [wanted, given] = [Object.keys(pattern), Object.keys(value)];
  for (const key of wanted) {
    const inside = pathTo(pattern, path, key);
    if (!Object.hasOwn(value, key)) return { kind: 'missing', path: inside };
    const found = valueDifference(pattern[key as never], value[key as never], inside);
    if (found !== undefined) return found;
  }
  const extra = given.find((key) => !Object.hasOwn(pattern, key));
  return extra === undefined ? undefined : { kind: 'extra', path: pathTo(pattern, path, extra) };
}

/** Of a value that has the pattern's keys. */
function orderDifference(pattern: Pattern, value: unknown, path: string): Difference | undefined {
  if (pattern instanceof Hole || typeof pattern !== 'object' || pattern === null) return undefined;
  const [wanted, given] = [Object.keys(pattern), Object.keys(Object(value))];
  const at = wanted.findIndex((key, index) => given[index] !== key);
  if (at >= 0) return { kind: 'order', path: pathTo(pattern, path, wanted[at] ?? '') };
  for (const key of wanted) {
    const found = orderDifference(pattern[key as never], Object(value)[key], pathTo(pattern, path, key));
    if (found !== undefined) return found;
  }
  return undefined;
}

function pathTo(around: unknown, path: string, key: string): string {
  if (Array.isArray(around)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}
