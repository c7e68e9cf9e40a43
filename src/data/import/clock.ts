/** When the lines of a text log were said. Such logs write times in many forms, and often the day only where it changes. */
import type { Day } from '../day.ts';

/** The time that a line begins with, and the text after it. */
export type Stamped = { time: Date; rest: string };

const stamps = {
  /** `2026-11-27 12:34:56`, in brackets or not, with a fraction and a zone or not. */
  full: /^\[?(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?\]?/,
  /** `Nov 27 12:34:56`. */
  yearless: /^\[?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)\]?/,
  /** `[12:34]`, `12:34:56`. */
  dayless: /^[[(]?(\d{1,2}):(\d\d)(?::(\d\d))?[\])]?(?=\s)/,
};

/** A line that says which day it is, of irssi, HexChat or mIRC. */
const dayLine =
  /^(?:--- (?:Log opened|Day changed)|\*{4} BEGIN LOGGING AT|Session (?:Start|Time):) [A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2})(?: \d\d:\d\d:\d\d)? (\d{4})$/;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const monthOf = (name: string | undefined) => months.indexOf(name ?? '') + 1;

/** A clock that goes back by more has passed midnight; one that goes back by less has been corrected. */
const correctionSeconds = 300;
const halfYearMonths = 6;

export class Clock {
  #day: Day | undefined;
  /** The seconds of the day of the last line. */
  #seconds = 0;

  constructor(firstDay: Day | undefined) {
    this.#day = firstDay;
  }

  /** Whether the line says which day it is. */
  takesDay(line: string): boolean {
    const [, month, day, year] = dayLine.exec(line) ?? [];
    if (day === undefined) return false;
    this.#day = { year: Number(year), month: monthOf(month), day: Number(day) };
    this.#seconds = 0;
    return true;
  }

  /** The time of a line; `undefined` if it begins with none; `dayless` if nothing has said on which day, or in which year. */
  read(line: string): Stamped | 'dayless' | undefined {
    return this.#readFull(line) ?? this.#readYearless(line) ?? this.#readDayless(line);
  }

  #readFull(line: string): Stamped | undefined {
    const [stamp, year, month, day, hours, minutes, seconds = '00', zone] = stamps.full.exec(line) ?? [];
    if (stamp === undefined) return undefined;
    const rest = line.slice(stamp.length);
    if (zone !== undefined)
      return { time: new Date(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}${zone}`), rest };
    const when = { year: Number(year), month: Number(month), day: Number(day) };
    return { time: timeOn(when, secondsOf(hours, minutes, seconds)), rest };
  }

  #readYearless(line: string): Stamped | 'dayless' | undefined {
    const [stamp, name, day, hours, minutes, seconds] = stamps.yearless.exec(line) ?? [];
    const month = monthOf(name);
    if (stamp === undefined || month === 0) return undefined;
    if (this.#day === undefined) return 'dayless';
    // A line that goes back by half a year is in the next year.
    const year = this.#day.year + (month + halfYearMonths < this.#day.month ? 1 : 0);
    this.#day = { year, month, day: Number(day) };
    return { time: timeOn(this.#day, secondsOf(hours, minutes, seconds)), rest: line.slice(stamp.length) };
  }

  #readDayless(line: string): Stamped | 'dayless' | undefined {
    const [stamp, hours, minutes, ofMinute = '0'] = stamps.dayless.exec(line) ?? [];
    if (stamp === undefined) return undefined;
    if (this.#day === undefined) return 'dayless';
    const seconds = secondsOf(hours, minutes, ofMinute);
    if (seconds < this.#seconds - correctionSeconds) this.#day = { ...this.#day, day: this.#day.day + 1 };
    this.#seconds = seconds;
    return { time: timeOn(this.#day, seconds), rest: line.slice(stamp.length) };
  }
}

const secondsOf = (...[hours, minutes, seconds]: (string | undefined)[]) =>
  Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);

/** A time in the zone of this process. A day may lie behind the end of its month. */
function timeOn({ year, month, day }: Day, seconds: number): Date {
  return new Date(year, month - 1, day, 0, 0, seconds);
}
