/** What keeps a flood out of the log: entries that repeat are counted, and so are lines beyond so many in a second. */
import type { LogEntry } from '../actors/log.ts';
import { addressKey } from './address.ts';

/** In place of entries that repeated: how many more there were. */
type Sum =
  | { kind: 'refusal'; connection: string; nickname: string | undefined; error?: undefined; more: number }
  | { kind: 'rejection'; address: string | undefined; status: number; reason: string; more: number }
  | { kind: 'error'; error: string; more: number };
export type Shown = LogEntry | Sum;

/** How many refusals of one connection, and of one address for one reason, are shown before the others are counted. */
const shownRefusals = 5;

type Run<Kind> = { first: LogEntry & { kind: Kind }; shown: number; more: number };

/**
 * Shows entries, except that of the refusals of one connection, and of one address that is not let in for one reason, only
 * the first few are shown, and of errors with the same text only the first. The others are counted until the connection
 * ends, or messages can be stored again, and else are told once a minute. A minute without any ends a run.
 */
export class Repeats {
  readonly #refusals = new Map<string, Run<'refusal'>>();
  readonly #rejections = new Map<string, Run<'rejection'>>();
  readonly #errors = new Map<string, Run<'error'>>();

  take(entry: LogEntry, show: (shown: Shown) => void): void {
    if (entry.kind === 'close') {
      tellRun(this.#refusals.get(entry.connection), show);
      this.#refusals.delete(entry.connection);
    } else if (entry.kind === 'send') this.#endFailures(show);
    if (entry.kind === 'refusal')
      count(this.#refusals, entry.connection, { first: entry, most: shownRefusals, show });
    else if (entry.kind === 'rejection')
      count(this.#rejections, rejectionKey(entry), { first: entry, most: shownRefusals, show });
    else if (entry.kind === 'error')
      count(this.#errors, textOf(entry.error), { first: entry, most: 1, show });
    else show(entry);
  }

  /** Tells the counts. Called once a minute, and at the end. */
  tell(show: (shown: Shown) => void): void {
    for (const runs of [this.#refusals, this.#rejections, this.#errors])
      for (const [key, run] of runs) {
        if (run.more === 0) runs.delete(key);
        tellRun(run, show);
      }
  }

  /** A message has been stored, so the next failure to store one is news. Their errors are told in words (`failed`). */
  #endFailures(show: (shown: Shown) => void): void {
    for (const [key, run] of this.#errors) {
      if (typeof run.first.error !== 'string') continue;
      tellRun(run, show);
      this.#errors.delete(key);
    }
  }
}

type Counted<Kind> = { first: Run<Kind>['first']; most: number; show: (shown: Shown) => void };

function count<Kind extends LogEntry['kind']>(
  runs: Map<string, Run<Kind>>,
  key: string,
  { first, most, show }: Counted<Kind>,
): void {
  const run = runs.get(key) ?? { first, shown: 0, more: 0 };
  runs.set(key, run);
  if (run.shown === most) {
    run.more++;
    return;
  }
  run.shown++;
  show(first);
}

function tellRun(
  run: Run<'refusal'> | Run<'rejection'> | Run<'error'> | undefined,
  show: (shown: Shown) => void,
): void {
  if (run === undefined || run.more === 0) return;
  const { first, more } = run;
  run.more = 0;
  if (first.kind === 'error') show({ kind: 'error', error: headOf(first.error), more });
  else if (first.kind === 'rejection') show({ ...first, more });
  else show({ kind: 'refusal', connection: first.connection, nickname: first.nickname, more });
}

/** Who mends one mistake must see the next one. */
const rejectionKey = ({ address, reason }: Run<'rejection'>['first']) => `${reason} ${addressKey(address)}`;
const textOf = (error: unknown) => `${error instanceof Error ? error.stack : error}`;
const headOf = (error: unknown) => `${error instanceof Error ? error.message : error}`;

const spanMs = 1000;
/** Of the lines of a second, one says how many were dropped, and the last ten are for what is urgent. */
const mostLines = 99;
const mostOthers = 89;

/** Admits at most 100 lines in any second, and counts the others. Times are in milliseconds. */
export class LineLimit {
  readonly #times: number[] = [];
  #dropped = 0;

  /** Whether a line may be written now. A flood of other lines leaves room for urgent ones. */
  admits(now: number, isUrgent: boolean): boolean {
    while (this.#times.length > 0 && (this.#times[0] as number) <= now - spanMs) this.#times.shift();
    const isAdmitted = this.#times.length < (isUrgent ? mostLines : mostOthers);
    if (isAdmitted) this.#times.push(now);
    else this.#dropped++;
    return isAdmitted;
  }

  /** How many lines were dropped since the last call. If there were any, that is written as one line more. */
  takeDropped(now: number): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    if (dropped > 0) this.#times.push(now);
    return dropped;
  }
}
