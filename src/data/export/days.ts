import { parseTimestamp } from '../../protocol/timestamp.ts';
import type { Language } from './form.ts';

/** When a message was said: the time of day, and the date as `2026-11-27`; without a date where the timestamp is none. */
export type Moment = { time: string; date: string | undefined };

export function momentOf(timestamp: string): Moment {
  const wallMs = parseTimestamp(timestamp);
  if (wallMs === undefined) return { time: timestamp, date: undefined };
  const [date, time = ''] = new Date(wallMs).toISOString().split('T');
  return { date, time: time.slice(0, 8) };
}

/** Says which day begins, where one does. */
export class Days {
  readonly #name: Intl.DateTimeFormat;
  #last: string | undefined;

  constructor(language: Language) {
    const locale = { en: 'en-GB', vi: 'vi-VN' }[language];
    this.#name = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' });
  }

  /** The name of the day that begins with this moment; `undefined` if it is the day of the last one, or none. */
  begunBy({ date }: Moment): string | undefined {
    if (date === undefined || date === this.#last) return undefined;
    this.#last = date;
    return this.#name.format(new Date(`${date}T00:00:00Z`));
  }
}
