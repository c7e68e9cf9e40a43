/** The part of the history that a `get` asks for, by positions and count (P-GET-2). Without keys: all of it. */
export type Window = { limit?: number; before?: number; after?: number };

/** A window as it was sent, its values not checked yet. */
export type AskedWindow = { [Key in keyof Window]?: unknown };

const keys = ['limit', 'before', 'after'] as const;

/** Reads the keys of the extension. Returns `undefined` if there are none: then it is a plain `get` (P-GET-1). */
export function askedWindow(request: object): AskedWindow | undefined {
  const asked = keys.filter((key) => Object.hasOwn(request, key));
  if (asked.length === 0) return undefined;
  return Object.fromEntries(asked.map((key) => [key, request[key as never]]));
}

/** The first key whose value is not a non-negative safe integer (P-GET-3). */
export function windowFault(asked: AskedWindow): keyof Window | undefined {
  return keys.find((key) => Object.hasOwn(asked, key) && !isPosition(asked[key]));
}

/** The most messages of a `get` that does not count as one of the whole history (P-LIM-2). */
const mostInPart = 1000;

/** Whether a `get` may be answered with a whole history: one without a window, or without a small limit. */
export function isWhole(asked: AskedWindow | undefined): boolean {
  const limit = asked?.limit;
  return limit === undefined || (typeof limit === 'number' && limit > mostInPart);
}

export function isWindow(asked: AskedWindow): asked is Window {
  return windowFault(asked) === undefined;
}

/**
 * The positions `first` ≤ p < `end` of a window in a history of `total` messages, of which those before `base` have been
 * dropped (P-MOD-2). `limit` keeps the newest messages, or the oldest if `after` is given. An empty span begins at `total`
 * (P-GET-2).
 */
export function spanOf(
  { limit, before, after }: Window,
  total: number,
  base = 0,
): { first: number; end: number } {
  let first = Math.max(after ?? 0, base);
  let end = Math.min(before ?? total, total);
  if (limit !== undefined && after !== undefined) end = Math.min(end, first + limit);
  else if (limit !== undefined) first = Math.max(first, end - limit);
  return first < end ? { first, end } : { first: total, end: total };
}

const isPosition = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
