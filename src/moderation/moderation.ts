/**
 * Carries out what moderators want, whichever way they have come: checks whether they may, writes it down, and has the
 * ledger do it, which tells every process.
 */
import { setImmediate } from 'node:timers/promises';
import type { Log } from '../actors/log.ts';
import type { Member } from '../actors/roster.ts';
import { readDuration } from '../hosting/duration.ts';
import type { Act, Done, Ledger } from '../ledger/ledger.ts';
import { inWords } from '../system-error.ts';
import { type ActName, ModerationError, type Order, type Read, readOrder } from './acts.ts';
import type { Audit, AuditEntry } from './audit.ts';
import { authorsIn } from './authors.ts';
import type { Policy } from './policy.ts';
import { type Ban, holds, isSameTarget, type Mute, type Target } from './rules.ts';

/** Who acts: the host is above all moderators, and moderators are not above one another. */
export type Actor = { readonly name: string; readonly isHost: boolean };

export type Status = {
  /** Who asks. */
  as: string;
  readonly: boolean;
  /** How long newcomers may only read, such as `5m`. */
  newcomers: string | null;
  members: number;
  /** The number of messages, those that have expired too, and the position of the first that is left (P-MOD-2). */
  messages: number;
  base: number;
  bans: number;
  mutes: number;
  words: number;
};

/** A ban or mute as it is shown: times in ISO 8601, `until: null` for good. */
export type Verdict = ({ nickname: string } | { pattern: string } | { mask: string }) & {
  until: string | null;
  reason: string;
  by: string;
  since: string;
};

/** What each act resolves to. */
export type Results = {
  [Name in ActName]: Name extends 'list'
    ? { members: Member[] }
    : Name extends 'status'
      ? Status
      : Name extends 'bans'
        ? { bans: Verdict[] }
        : Name extends 'mutes'
          ? { mutes: Verdict[] }
          : Name extends 'remove'
            ? { done: true; removed: number[]; missing: number[] }
            : Name extends 'erase'
              ? { done: true; removed: number }
              : { done: true };
};

export type ModerationOptions = {
  ledger: Pick<Ledger, 'act' | 'ask' | 'rules' | 'view' | 'archivedBy'>;
  policy: Policy;
  audit: Audit;
  /** The moderator for whom nicknames with this key are reserved. */
  moderatorOf: (key: string) => string | undefined;
  log: Log;
};

/** How many messages of an author are removed together. */
const together = 32;
const done = { done: true } as const;

type Handlers = { [Name in ActName]: (actor: Actor, order: Read<Name>) => Promise<Results[Name]> };

export class Moderation {
  readonly #options: ModerationOptions;
  readonly #listeners = new Set<(entry: AuditEntry) => void>();

  constructor(options: ModerationOptions) {
    this.#options = options;
  }

  /** Calls the listener with each act that has been done until the returned function is called. */
  on(listener: (entry: AuditEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Carries an act out. Rejects with a ModerationError. */
  async perform<Name extends ActName>(actor: Actor, name: Name, order: unknown): Promise<Results[Name]> {
    const handle = this.#handlers[name] as Handlers[Name];
    try {
      return await handle(actor, readOrder(name, order));
    } catch (error) {
      throw error instanceof ModerationError ? error : new ModerationError('failed', inWords(error));
    }
  }

  readonly #handlers: Handlers = {
    list: async () => {
      const answers = await this.#options.ledger.ask();
      const members = answers.flatMap((answer): Member[] => JSON.parse(answer));
      return { members: members.sort((one, other) => (one.since < other.since ? -1 : 1)) };
    },
    status: async (actor) => {
      const { rules, view } = this.#look();
      const { readonly, newcomersMs, words } = rules;
      return {
        as: actor.name,
        readonly,
        newcomers: newcomersMs === 0 ? null : inUnits(newcomersMs),
        members: view.count,
        messages: view.part.total,
        base: view.part.base,
        bans: this.#verdicts(rules.bans).length,
        mutes: this.#verdicts(rules.mutes).length,
        words: words.length,
      };
    },
    kick: async (actor, { nickname, reason }) => {
      const key = this.#subject(actor, nickname);
      if (!this.#isOnline(key)) throw absent(nickname);
      const said = reason === '' ? 'kicked' : `kicked: ${reason}`;
      const entry = { act: 'kick', key, mask: await this.#maskOf(key), reason };
      await this.#do(actor, entry, { type: 'kick', key, code: 4001, reason: said }, absent(nickname));
      return done;
    },
    ban: async (actor, order) => {
      const target = this.#targetOf(actor, order);
      this.#checkRank(
        actor,
        this.#options.ledger.rules.bans.find((ban) => isSameTarget(ban.target, target)),
      );
      const named = 'nickname' in order ? { nickname: order.nickname } : {};
      const ban: Ban = { target, ...named, ...verdictOf(actor, order) };
      const mask = 'key' in target ? await this.#maskOf(target.key) : undefined;
      const entry = { act: 'ban', mask, ...target, until: isoOf(ban.until), reason: ban.reason };
      await this.#do(actor, entry, { type: 'govern', edit: { type: 'ban', ban } });
      return done;
    },
    unban: async (actor, order) => {
      const target = this.#targetOf(actor, order);
      this.#checkRank(
        actor,
        this.#options.ledger.rules.bans.find((ban) => isSameTarget(ban.target, target)),
      );
      const [shown] = Object.values(order);
      const missing = new ModerationError('absent', `there is no ban of ${shown}`);
      await this.#do(
        actor,
        { act: 'unban', ...target },
        { type: 'govern', edit: { type: 'unban', target } },
        missing,
      );
      return done;
    },
    bans: async () => {
      const bans = this.#verdicts(this.#options.ledger.rules.bans);
      return {
        bans: bans.map(({ target, nickname, ...ban }) => ({
          ...('key' in target ? { nickname: nickname ?? target.key } : target),
          ...shown(ban),
        })),
      };
    },
    mute: async (actor, order) => {
      const key = this.#subject(actor, order.nickname);
      this.#checkRank(
        actor,
        this.#options.ledger.rules.mutes.find((mute) => mute.key === key),
      );
      const mute: Mute = { key, nickname: order.nickname, ...verdictOf(actor, order) };
      const entry = {
        act: 'mute',
        key,
        mask: await this.#maskOf(key),
        until: isoOf(mute.until),
        reason: mute.reason,
      };
      await this.#do(actor, entry, { type: 'govern', edit: { type: 'mute', mute } });
      return done;
    },
    unmute: async (actor, { nickname }) => {
      const key = this.#options.policy.keyOf(nickname);
      this.#checkRank(
        actor,
        this.#options.ledger.rules.mutes.find((mute) => mute.key === key),
      );
      const missing = new ModerationError('absent', `${nickname} is not muted`);
      await this.#do(
        actor,
        { act: 'unmute', key },
        { type: 'govern', edit: { type: 'unmute', key } },
        missing,
      );
      return done;
    },
    mutes: async () => {
      const mutes = this.#verdicts(this.#options.ledger.rules.mutes);
      return { mutes: mutes.map(({ nickname, ...mute }) => ({ nickname, ...shown(mute) })) };
    },
    remove: async (actor, { positions: asked, reason }) => {
      const positions = [...new Set(asked)];
      for (const position of positions) this.#checkAuthor(actor, position);
      const entry = { act: 'remove', positions, reason };
      const removed = await this.#do(
        actor,
        entry,
        { type: 'remove', positions, withName: false },
        noMessage(positions),
      );
      const gone = new Set(removed.positions);
      return {
        ...done,
        removed: positions.filter((one) => gone.has(one)),
        missing: positions.filter((one) => !gone.has(one)),
      };
    },
    erase: async (actor, { nickname, reason }) => {
      const key = this.#subject(actor, nickname);
      const { ledger, policy } = this.#options;
      const isAuthor = (name: string) => name !== '' && policy.keyOf(name) === key;
      const positions = [...(await ledger.archivedBy(isAuthor)), ...(await authorsIn(ledger, isAuthor))];
      if (positions.length === 0) throw new ModerationError('absent', `there is no message of ${nickname}`);
      await this.#audited(actor, { act: 'erase', key, reason }, async () => {
        for (let at = 0; at < positions.length; at += together) {
          await ledger.act({ type: 'remove', positions: positions.slice(at, at + together), withName: true });
          await setImmediate();
        }
      });
      return { ...done, removed: positions.length };
    },
    readonly: async (actor, { on }) => {
      await this.#do(
        actor,
        { act: 'readonly', value: on },
        { type: 'govern', edit: { type: 'readonly', on } },
      );
      return done;
    },
    newcomers: async (actor, { wait }) => {
      const ms = wait === null ? 0 : (readDuration(wait) ?? 0);
      const entry = { act: 'newcomers', value: wait ?? 'off' };
      await this.#do(actor, entry, { type: 'govern', edit: { type: 'newcomers', ms } });
      return done;
    },
    announce: async (actor, { text: content }) => {
      await this.#do(actor, { act: 'announce', value: content }, { type: 'announce', content });
      return done;
    },
    words: async (actor, { words }) => {
      if (!actor.isHost) throw new ModerationError('forbidden', 'only the host sets the words');
      await this.#do(
        actor,
        { act: 'words', value: words.length },
        { type: 'govern', edit: { type: 'words', words } },
      );
      return done;
    },
  };

  #look() {
    const { ledger } = this.#options;
    return { rules: ledger.rules, view: ledger.view({ limit: 0 }) };
  }

  #verdicts<One extends Ban | Mute>(verdicts: readonly One[]): One[] {
    return verdicts.filter((verdict) => holds(verdict, Date.now()));
  }

  /** Has the ledger act, and writes that down before. Throws `missing` if there was nothing to act on. */
  async #do(
    actor: Actor,
    entry: Omit<AuditEntry, 'time' | 'who'>,
    act: Act,
    missing?: ModerationError,
  ): Promise<Done> {
    return this.#audited(actor, entry, async () => {
      const result = await this.#options.ledger.act(act);
      if (!result.isDone && missing !== undefined) throw missing;
      return result;
    });
  }

  /** Acts, and writes that down before; if it fails, that too. */
  async #audited<Result>(
    actor: Actor,
    act: Omit<AuditEntry, 'time' | 'who'>,
    run: () => Promise<Result>,
  ): Promise<Result> {
    const { audit, log } = this.#options;
    const entryNow = (): AuditEntry => ({ time: new Date().toISOString(), who: actor.name, ...act });
    const entry = entryNow();
    await audit.write(entry);
    try {
      const result = await run();
      log({ kind: 'status', text: inWordsOf(entry) });
      for (const listener of this.#listeners) listener(entry);
      return result;
    } catch (error) {
      await audit.write({ ...entryNow(), failure: inWords(error) }).catch(() => {});
      throw error;
    }
  }

  /** The key of a nickname on which somebody wants to act. Throws if they may not. */
  #subject(actor: Actor, nickname: string): string {
    const key = this.#options.policy.keyOf(nickname);
    if (key === '') throw new ModerationError('absent', `nobody can be called ${JSON.stringify(nickname)}`);
    const moderator = this.#options.moderatorOf(key);
    if (moderator !== undefined && moderator !== actor.name && !actor.isHost)
      throw new ModerationError('forbidden', `${moderator} is a moderator`);
    return key;
  }

  #targetOf(actor: Actor, order: Read<'unban'>): Target {
    if ('nickname' in order) return { key: this.#subject(actor, order.nickname) };
    if ('mask' in order) return { mask: order.mask };
    return { pattern: this.#options.policy.keyOf(order.pattern) };
  }

  #checkRank(actor: Actor, verdict: Ban | Mute | undefined): void {
    if (verdict?.isByHost && !actor.isHost && holds(verdict, Date.now()))
      throw new ModerationError('forbidden', 'that is a decision of the host');
  }

  #checkAuthor(actor: Actor, position: number): void {
    if (actor.isHost) return;
    const { part } = this.#options.ledger.view({ after: position, before: position + 1 });
    if (part.messages > 0) this.#subject(actor, JSON.parse(`${Buffer.concat([...part.pieces])}`).name);
  }

  #isOnline(key: string): boolean {
    const { ledger, policy } = this.#options;
    const online: string[] = JSON.parse(`${Buffer.from(ledger.view({ limit: 0 }).online)}`);
    return online.some((nickname) => policy.keyOf(nickname) === key);
  }

  /** The mask of the address of whoever holds a nickname with this key. */
  async #maskOf(key: string): Promise<string | undefined> {
    const { members } = await this.#handlers.list(host, {});
    return members.find(({ nickname }) => this.#options.policy.keyOf(nickname) === key)?.mask;
  }
}

/** Whoever may write the data, or runs the program. */
export const host: Actor = { name: 'admin', isHost: true };

const absent = (nickname: string) => new ModerationError('absent', `nobody is called ${nickname}`);

const noMessage = (positions: readonly number[]) =>
  new ModerationError('absent', `there is nothing to remove at ${positions.join(', ')}`);

function verdictOf({ name, isHost }: Actor, order: { for?: string | undefined; reason: string }) {
  const nowMs = Date.now();
  const forMs = order.for === undefined ? undefined : readDuration(order.for);
  return {
    until: forMs === undefined ? null : nowMs + forMs,
    since: nowMs,
    by: name,
    isByHost: isHost,
    reason: order.reason,
  };
}

const isoOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

const shown = ({ until, reason, by, since }: Omit<Ban, 'target' | 'nickname'>) => ({
  until: isoOf(until),
  reason,
  by,
  since: new Date(since).toISOString(),
});

/** A duration in the largest unit that divides it. */
function inUnits(ms: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const;
  const [unit, seconds] = units.find(([, one]) => ms % (one * 1000) === 0) ?? ['s', 1];
  return `${ms / (seconds * 1000)}${unit}`;
}

/** An act in one line for the log. */
function inWordsOf({ time: _, who, act, value, reason, positions, ...whom }: AuditEntry): string {
  const parts = [whom.key ?? whom.pattern ?? whom.mask, positions?.join(' '), value]
    .filter((part) => part !== undefined)
    .map((part) => JSON.stringify(part));
  const end = whom.until ? ` until ${whom.until}` : '';
  return `${who}: ${[act, ...parts].join(' ')}${end}${reason ? ` (${reason})` : ''}`;
}

/** The acts as a program calls them, as the host. */
export function programOf(moderation: Moderation) {
  const act =
    <Name extends ActName>(name: Name) =>
    (order: Order<Name>): Promise<Results[Name]> =>
      moderation.perform(host, name, order);
  type Why = { reason?: string };
  type Term = Why & { for?: string };
  return {
    list: async () => (await act('list')({})).members,
    status: () => act('status')({}),
    kick: (nickname: string, why: Why = {}) => act('kick')({ nickname, ...why }),
    ban: (target: Order<'unban'>, term: Term = {}) => act('ban')({ ...target, ...term }),
    unban: (target: Order<'unban'>) => act('unban')(target),
    bans: async () => (await act('bans')({})).bans,
    mute: (nickname: string, term: Term = {}) => act('mute')({ nickname, ...term }),
    unmute: (nickname: string) => act('unmute')({ nickname }),
    mutes: async () => (await act('mutes')({})).mutes,
    remove: (positions: number[], why: Why = {}) => act('remove')({ positions, ...why }),
    erase: (nickname: string, why: Why = {}) => act('erase')({ nickname, ...why }),
    readonly: (on: boolean) => act('readonly')({ on }),
    newcomers: (wait: string | null) => act('newcomers')({ wait }),
    announce: (text: string) => act('announce')({ text }),
    words: (words: string[]) => act('words')({ words }),
    on: (listener: (entry: AuditEntry) => void) => moderation.on(listener),
  };
}
