/** What the rules mean for one visitor at this moment. Every process has one policy; the ledger has the rules. */
import type { House } from '../machines/guards.ts';
import { type NicknameComparison, nicknameKey } from '../protocol/nickname.ts';
import { Acquaintances } from './acquaintances.ts';
import { type Lookup, lookupOf } from './lookup.ts';
import { maskOf } from './mask.ts';
import { type Ban, holds, type Mute, type RuleEdit, type Rules } from './rules.ts';

export type PolicyOptions = {
  /** The rules in force. */
  rules: () => Rules;
  comparison: NicknameComparison;
  /** The moderator for whom nicknames with this key are reserved. */
  moderatorOf: (key: string) => string | undefined;
  /** Changes the rules later, because of something that this process has seen. */
  govern: (edit: RuleEdit) => void;
  /** The time, in milliseconds since 1970. */
  now?: () => number;
};

/** Who is behind a connection. */
export type Visitor = {
  readonly mask: string;
  /** The moderator's name, if it is a moderator; empty for one without a name. */
  readonly moderator: string | undefined;
  /** When it registered, in milliseconds since 1970, as soon as it has. */
  metMs?: number;
};

export class Policy {
  readonly #options: PolicyOptions;
  readonly #now: () => number;
  readonly #acquaintances: Acquaintances;
  #lookup: Lookup | undefined;
  /** The rules with which all connections have been compared. */
  #heeded: Rules | undefined;
  /** The keys of mutes, by the keys of nicknames to which these follow a member, until the rules say so. */
  readonly #following = new Map<string, string>();

  constructor(options: PolicyOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#acquaintances = new Acquaintances({ ...options, now: this.#now });
  }

  keyOf(nickname: string): string {
    return nicknameKey(nickname, this.#options.comparison);
  }

  /** The mask of an address (`Peer.key`). */
  maskOf(address: string): string {
    return maskOf(address, this.#options.rules().maskKey);
  }

  /** What the connection's machine asks about this visitor. */
  houseFor(visitor: Visitor): House {
    return {
      objectionToName: (nickname) => this.#objectionToName(nickname, visitor),
      objectionToContent: (content) => this.#objectionToContent(content, visitor),
    };
  }

  /** The ban that concerns a visitor, and a nickname with this key if it has one. */
  banOf({ mask, moderator }: Visitor, key: string | undefined): Ban | undefined {
    const { masks, keys, patterns } = this.#rules.bans;
    const letters = patterns.length > 0 ? Array.from(key ?? '') : [];
    const byName =
      key === undefined
        ? []
        : [keys.get(key), ...patterns.flatMap(({ isLike, ban }) => (isLike(letters) ? ban : []))];
    return [masks.get(mask), ...byName].find((ban) => ban !== undefined && this.#concerns(ban, moderator));
  }

  /** Why nobody from an address (`Peer.key`) is let in, if it is banned. */
  objectionToAddress(address: string, moderator: string | undefined): string | undefined {
    if (this.#rules.bans.masks.size === 0) return undefined;
    const ban = this.banOf({ mask: this.maskOf(address), moderator }, undefined);
    return ban && sentence('your address is banned', ban);
  }

  /** The mute that concerns a visitor and a nickname with this key. */
  muteOf({ moderator }: Visitor, key: string): Mute | undefined {
    const { mutes } = this.#rules;
    const found = [key, this.#following.get(key) ?? key].flatMap((one) => mutes.get(one) ?? []);
    return found.find((mute) => this.#concerns(mute, moderator));
  }

  /** Lets a mute follow its member to another nickname. */
  follow({ key }: Mute, nickname: string): void {
    const alias = this.keyOf(nickname);
    for (const [earlier, one] of this.#following) if (one === key) this.#following.delete(earlier);
    this.#following.set(alias, key);
    this.#options.govern({ type: 'follow', key, alias, nickname });
  }

  /** Notes that a visitor has registered. */
  meet(visitor: Visitor): void {
    visitor.metMs = this.#now();
    this.#acquaintances.meet(visitor.mask);
  }

  /** Called when the rules have changed. Returns whether that concerns those who are there. */
  governed(): boolean {
    const { rules, mutes } = this.#rules;
    for (const [alias, key] of this.#following)
      if (mutes.has(alias) || !mutes.has(key)) this.#following.delete(alias);
    this.#acquaintances.governed();
    const before = this.#heeded;
    this.#heeded = rules;
    return rules.bans !== before?.bans || rules.mutes !== before.mutes;
  }

  /** In how many milliseconds the next mute ends. */
  get nextEndMs(): number | undefined {
    const nowMs = this.#now();
    const ends = this.#rules.rules.mutes.flatMap(({ until }) =>
      until !== null && until > nowMs ? [until - nowMs] : [],
    );
    return ends.length === 0 ? undefined : Math.min(...ends);
  }

  end(): void {
    this.#acquaintances.end();
  }

  get #rules(): Lookup {
    const rules = this.#options.rules();
    if (this.#lookup?.rules !== rules) this.#lookup = lookupOf(rules, this.#lookup);
    return this.#lookup;
  }

  #concerns(verdict: Ban | Mute, moderator: string | undefined): boolean {
    return holds(verdict, this.#now()) && (verdict.isByHost || moderator === undefined);
  }

  #objectionToName(nickname: string, visitor: Visitor): string | undefined {
    const key = this.keyOf(nickname);
    const moderator = this.#options.moderatorOf(key);
    if (moderator !== undefined && moderator !== visitor.moderator) return 'this nickname is reserved';
    const ban = this.banOf(visitor, key);
    return ban && sentence('this nickname is banned', ban);
  }

  #objectionToContent(content: string, { mask, moderator, metMs }: Visitor): string | undefined {
    const { rules, words } = this.#rules;
    if (words.isIn(content)) return 'it has a word that is not allowed here';
    if (moderator !== undefined) return undefined;
    if (rules.readonly) return 'the room is read-only until a moderator opens it again';
    if (rules.newcomersMs === 0) return undefined;
    const opensMs = this.#acquaintances.firstMet(mask, metMs) + rules.newcomersMs;
    return opensMs > this.#now() ? `newcomers may only read until ${timeOf(opensMs)}` : undefined;
  }
}

/** A verdict in words: `you are muted until 2026-11-27T10:06:00Z: flooding`. */
export function sentence(what: string, { until, reason }: Pick<Ban, 'until' | 'reason'>): string {
  const end = until === null ? '' : ` until ${timeOf(until)}`;
  return `${what}${end}${reason === '' ? '' : `: ${reason}`}`;
}

/** A time in ISO 8601, in whole seconds. */
const timeOf = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
