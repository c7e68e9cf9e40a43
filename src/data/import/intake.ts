import { jsonOf } from '../../ledger/message.ts';
import { type Dialect, formatTimestamp } from '../../protocol/timestamp.ts';

/** How many places are kept of what was left out for one reason. */
const mostPlaces = 3;

export type LeftOut = { reason: string; count: number; places: readonly string[] };

/** What somebody said, as another program has kept it. */
export type Said = { name: string; content: string; time: Date };

/** Takes what other programs have kept as messages, and keeps account of what it cannot take. */
export class Intake {
  readonly #dialect: Dialect;
  readonly #leftOut = new Map<string, { count: number; places: string[] }>();

  /** `dialect`: the form of the timestamps. */
  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** What was left out, by reason, in the order in which the reasons came up. */
  get leftOut(): readonly LeftOut[] {
    return [...this.#leftOut].map(([reason, { count, places }]) => ({ reason, count, places }));
  }

  /** Counts something that is not taken. `place`: where it is, in words. */
  leaveOut(reason: string, place: string): void {
    const known = this.#leftOut.get(reason) ?? { count: 0, places: [] };
    this.#leftOut.set(reason, known);
    known.count++;
    if (known.places.length < mostPlaces) known.places.push(place);
  }

  /**
   * The message that this makes, in its stored form; none if it cannot be one: empty content would mean that it has been
   * removed (P-MOD-1). It may be longer than what can be sent, since a history holds what was said. A name is one line.
   */
  take({ name, content, time }: Said, place: string): Uint8Array[] {
    const line = name
      .toWellFormed()
      .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim();
    const text = content.toWellFormed().replace(/\r\n?/g, '\n');
    if (line === '') this.leaveOut('messages without a name', place);
    else if (Number.isNaN(time.getTime())) this.leaveOut('messages without a time', place);
    else if (text === '') this.leaveOut('empty messages', place);
    else {
      const timestamp = formatTimestamp(time, this.#dialect);
      return [Buffer.from(jsonOf({ name: line, content: text, timestamp }))];
    }
    return [];
  }
}

/** A field that should be text; an empty text if it is something else. */
export const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
