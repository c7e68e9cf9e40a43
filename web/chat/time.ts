/**
 * The contract's timestamps are what the server's clock on the wall said (P-TIME-1). Here they become moments, and are
 * shown as the reader's own clock says. A formatter is slow to make, so each is made once.
 */
import { parseTimestamp } from '../../src/protocol/timestamp.ts';

export type Style = 'time' | 'short' | 'day' | 'full';

const styles: Record<Style, Intl.DateTimeFormatOptions> = {
  time: { hour: 'numeric', minute: '2-digit' },
  short: { dateStyle: 'medium', timeStyle: 'short' },
  day: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  full: { dateStyle: 'full', timeStyle: 'medium' },
};
const formats = new Map<string, Intl.DateTimeFormat>();
const dayLength = 24 * 60 * 60_000;
/** A Date ends a day or two later. */
const lastWall = 8.64e15 - 3 * dayLength;

/** Reads the timestamps of a server in one zone. */
export class Clock {
  /** The server's IANA name for its zone; undefined while nobody knows it, or where this browser does not. */
  readonly zone: string | undefined;
  readonly #wall: Intl.DateTimeFormat | undefined;

  constructor(zone?: string) {
    this.#wall = zone === undefined ? undefined : wallFormat(zone);
    this.zone = this.#wall && zone;
  }

  /**
   * The moment of a timestamp; undefined if it is none. Of a time that the server's clock said twice, the first; of one
   * that it passed over, as much after the gap as the time is after the gap's beginning. Where the zone is unknown, the
   * moment at which it is that time in UTC.
   */
  read(timestamp: string): Date | undefined {
    const wall = parseTimestamp(timestamp);
    if (wall === undefined || wall > lastWall) return undefined;
    if (this.#wall === undefined) return new Date(wall);
    // A zone is less than a day from UTC, so these are its offsets before and after that moment.
    const before = offsetAt(wall - dayLength, this.#wall);
    const after = offsetAt(wall + dayLength, this.#wall);
    const isAfter =
      offsetAt(wall - before, this.#wall) !== before && offsetAt(wall - after, this.#wall) === after;
    return new Date(wall - (isAfter ? after : before));
  }

  /** As the reader writes it, by the reader's clock; by the server's where it is not known how that one goes. */
  format(date: Date, style: Style, locale: string): string {
    const key = `${style} ${locale} ${this.zone !== undefined}`;
    let format = formats.get(key);
    if (format === undefined) {
      const zone = this.zone === undefined ? { timeZone: 'UTC' } : {};
      format = new Intl.DateTimeFormat(locale, { ...styles[style], ...zone });
      formats.set(key, format);
    }
    return format.format(date);
  }

  /** The same of a timestamp; as the server wrote it, if it is none. */
  show(timestamp: string, style: Style, locale: string): string {
    const date = this.read(timestamp);
    return date === undefined ? timestamp : this.format(date, style, locale);
  }

  isSameDay(one: Date, other: Date): boolean {
    return this.#dayOf(one) === this.#dayOf(other);
  }

  /** For `<time datetime>`: a moment, or without a zone what the server's clock said. */
  machineTime(date: Date): string {
    const text = date.toISOString();
    return this.zone === undefined ? text.slice(0, -1) : text;
  }

  #dayOf(date: Date): string {
    return this.zone === undefined ? date.toISOString().slice(0, -14) : date.toDateString();
  }
}

/** What a clock on the wall there says; undefined where the browser does not know the zone. */
function wallFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  const two = '2-digit';
  const fields = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
  try {
    return new Intl.DateTimeFormat('en', { ...fields, era: 'short', hourCycle: 'h23', timeZone });
  } catch {
    return undefined;
  }
}

/** Milliseconds by which that clock is ahead of UTC, at a moment of whole seconds. */
function offsetAt(moment: number, format: Intl.DateTimeFormat): number {
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  const { year, month, day, hour, minute, second, era } = parts;
  const wall = new Date(0);
  wall.setUTCFullYear(era === 'AD' ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day));
  wall.setUTCHours(Number(hour), Number(minute), Number(second));
  return wall.getTime() - moment;
}
