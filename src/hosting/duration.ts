/** Lengths of time as people write them: a whole number and a unit, `30s`, `10m`, `2h`, `7d`, `4w`, `2y`. */
import { z } from 'zod';

const [second, day] = [1000, 86_400_000];
/** The units in milliseconds. A year has 365 days. */
const units: Readonly<Record<string, number>> = {
  s: second,
  m: 60 * second,
  h: 3600 * second,
  d: day,
  w: 7 * day,
  y: 365 * day,
};

/** The form of a duration, for patterns that contain one: `1s` to `99999y`. */
export const durationForm = '[1-9]\\d{0,4}[smhdwy]';
const form = new RegExp(`^${durationForm}$`);

/** A duration in milliseconds. Returns `undefined` for any other text. */
export function readDuration(text: string): number | undefined {
  return form.test(text) ? Number(text.slice(0, -1)) * (units[text.slice(-1)] as number) : undefined;
}

/** A setting that is a duration, as text. */
export const duration = z.string().regex(form);
