import type { Log } from '../actors/log.ts';
import type { Actor } from '../hosting/keys.ts';
import type { Act, Done, Ledger } from '../ledger/ledger.ts';
import { inWords } from '../system-error.ts';
import { type ActName, ModerationError, type Read, type Results } from './acts.ts';
import type { Audit, AuditEntry } from './audit.ts';
import type { Policy } from './policy.ts';
import { type Ban, holds, type Mute } from './rules.ts';

/** How acts are carried out. Each rejects with a ModerationError, or with whatever has failed. */
export type Handlers<Name extends ActName = ActName> = {
  readonly [One in Name]: (actor: Actor, order: Read<One>) => Promise<Results[One]>;
};

export type OfficeOptions = {
  ledger: Pick<Ledger, 'act' | 'ask' | 'rules' | 'view' | 'archivedBy'>;
  policy: Policy;
  audit: Audit;
  /** The moderator for whom nicknames with this key are reserved. */
  moderatorOf: (key: string) => string | undefined;
  log: Log;
};

/** An act for the audit file, without who and when. */
type Record = Omit<AuditEntry, 'time' | 'who'>;

/** What all acts have in common: who may act on whom, and that everything is written down. */
export class Office {
  readonly ledger: OfficeOptions['ledger'];
  readonly policy: Policy;
  readonly #options: OfficeOptions;
  readonly #listeners = new Set<(entry: AuditEntry) => void>();

  constructor(options: OfficeOptions) {
    this.ledger = options.ledger;
    this.policy = options.policy;
    this.#options = options;
  }

  /** Calls the listener with each act that has been done until the returned function is called. */
  on(listener: (entry: AuditEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Has the ledger act, and writes that down. Rejects with `missing` if there was nothing to act on. */
  do(actor: Actor, record: Record, act: Act, missing?: ModerationError): Promise<Done> {
    return this.audited(actor, record, async () => {
      const done = await this.ledger.act(act);
      if (!done.isDone && missing !== undefined) throw missing;
      return done;
    });
  }

  /** Writes the act down, then performs it. A failure is written down as well. */
  async audited<Result>(actor: Actor, record: Record, act: () => Promise<Result>): Promise<Result> {
    const { audit, log } = this.#options;
    const entryNow = (): AuditEntry => ({ time: new Date().toISOString(), who: actor.name, ...record });
    const entry = entryNow();
    await audit.write(entry);
    try {
      const result = await act();
      log({ kind: 'status', text: lineOf(entry) });
      for (const listener of this.#listeners) listener(entry);
      return result;
    } catch (error) {
      await audit.write({ ...entryNow(), failure: inWords(error) }).catch(() => {});
      throw error;
    }
  }

  /** The key of a nickname on which somebody wants to act. Throws a ModerationError if they may not. */
  subject(actor: Actor, nickname: string): string {
    const key = this.policy.keyOf(nickname);
    if (key === '') throw new ModerationError('absent', `nobody can be called ${JSON.stringify(nickname)}`);
    const moderator = this.equalOf(actor, key);
    if (moderator !== undefined) throw new ModerationError('forbidden', `${moderator} is a moderator`);
    return key;
  }

  /** The moderator to whom the nickname with this key belongs, if the actor may not act on that moderator. */
  equalOf(actor: Actor, key: string): string | undefined {
    const moderator = this.#options.moderatorOf(key);
    return actor.isHost || moderator === actor.name ? undefined : moderator;
  }

  /** Throws a ModerationError if this is a decision that the actor may not change. */
  checkRank(actor: Actor, verdict: Ban | Mute | undefined): void {
    if (verdict?.isByHost && !actor.isHost && holds(verdict, Date.now()))
      throw new ModerationError('forbidden', 'that is a decision of the host');
  }
}

/** An act in one line for the log. */
function lineOf({ who, act, key, pattern, mask, positions, value, until, reason }: AuditEntry): string {
  const details = [key ?? pattern ?? mask, positions?.join(' '), value];
  const shown = details.flatMap((detail) => (detail === undefined ? [] : JSON.stringify(detail)));
  const end = until ? ` until ${until}` : '';
  return `${who}: ${[act, ...shown].join(' ')}${end}${reason ? ` (${reason})` : ''}`;
}
