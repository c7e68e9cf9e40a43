/** A day of the calendar. `month` counts from 1. */
export type Day = { year: number; month: number; day: number };

/** The day that a text such as `2026-11-27` says; `undefined` if it says none. */
export function dayIn(text: string): Day | undefined {
  const [, ...fields] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const [year = 0, month = 0, day = 0] = fields.map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? { year, month, day } : undefined;
}
