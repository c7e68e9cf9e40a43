/** The two forms of the protocol. They differ in timestamps (P-TIME-1) and content limit (P-TIME-2). */
export type Dialect = 'documented' | 'published';

/** The default of the longest message, in code points (P-TIME-2). */
export const contentLimit: Record<Dialect, number> = { documented: 100, published: 4000 };

/** `22/11/2026 10/0600` (documented) or `22/11/2026, 10:06:00` (published), in the process's time zone (P-TIME-1). */
export function formatTimestamp(date: Date, dialect: Dialect): string {
  const day = `${two(date.getDate())}/${two(date.getMonth() + 1)}/${String(date.getFullYear()).padStart(4, '0')}`;
  const [hours, minutes, seconds] = [two(date.getHours()), two(date.getMinutes()), two(date.getSeconds())];
  return dialect === 'documented'
    ? `${day} ${hours}/${minutes}${seconds}`
    : `${day}, ${hours}:${minutes}:${seconds}`;
}

const two = (value: number) => String(value).padStart(2, '0');

const documented = /^(\d\d)\/(\d\d)\/(\d{4,}) (\d\d)\/(\d\d)(\d\d)$/;
const published = /^(\d\d)\/(\d\d)\/(\d{4,}), (\d\d):(\d\d):(\d\d)$/;

/**
 * What either dialect's text says, as milliseconds of a clock that is never put forward or back: the moment at which such
 * a clock in UTC says the same. `undefined` for a text that is no date and time.
 */
export function parseTimestamp(text: string): number | undefined {
  const [, ...fields] = documented.exec(text) ?? published.exec(text) ?? [];
  const [day = 0, month = 0, year = 0, hours = 0, minutes = 0, seconds = 0] = fields.map(Number);
  const wall = new Date(0);
  wall.setUTCFullYear(year, month - 1, day);
  wall.setUTCHours(hours, minutes, seconds);
  // Whatever is no date or time, the 31st of June or 25 o'clock, comes out as another one.
  const isSame = wall.getUTCMonth() === month - 1 && wall.getUTCDate() === day;
  return isSame && hours < 24 && minutes < 60 && seconds < 60 ? wall.getTime() : undefined;
}
