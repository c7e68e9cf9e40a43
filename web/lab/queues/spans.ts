const mostMs = 10_000;

/** Values, the last of which holds now, each with when it began and the milliseconds that it lasted: those of ten seconds. */
export function spansOf<Value extends { at: number }>(
  past: readonly Value[],
  now: number,
): (Value & { ms: number })[] {
  const begin = now - mostMs;
  return past.flatMap((value, index) => {
    const from = Math.max(begin, value.at);
    const to = past[index + 1]?.at ?? now;
    return to < begin ? [] : { ...value, at: from, ms: Math.max(0, to - from) };
  });
}
