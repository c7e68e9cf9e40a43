/**
 * What moderators have decided for longer than a moment, as one document: the ledger keeps it, and every process of a
 * room has the same. Times are milliseconds since 1970; an end of `null` means never.
 */

/** Whom a ban or mute concerns: `key` and `pattern` compare with the keys of nicknames, `mask` stands for an address. */
export type Target = { readonly key: string } | { readonly pattern: string } | { readonly mask: string };

/** What all verdicts have in common. `isByHost`: moderators cannot change it. */
type Verdict = {
  readonly until: number | null;
  readonly since: number;
  readonly by: string;
  readonly isByHost: boolean;
  readonly reason: string;
};

/** `nickname`: the one that was named, for a ban of a key. */
export type Ban = Verdict & { readonly target: Target; readonly nickname?: string };
/**
 * `nickname`: what its member was called last. `alias`: the key of that, if the member has changed its nickname since. There
 * is only one, so that a mute does not wait under every nickname that its member has had for whoever takes that next.
 */
export type Mute = Verdict & { readonly key: string; readonly nickname: string; readonly alias?: string };

export type Rules = {
  /** The secret from which the masks of addresses are made. */
  readonly maskKey: string;
  readonly bans: readonly Ban[];
  readonly mutes: readonly Mute[];
  /** Nobody may write. */
  readonly readonly: boolean;
  /** How long visitors from an address that has not been seen before may only read, in milliseconds; 0: not at all. */
  readonly newcomersMs: number;
  /** When addresses were first seen, by their masks; the newest last. */
  readonly seen: Readonly<Record<string, number>>;
  /** Words that no message may have. */
  readonly words: readonly string[];
};

/** One change of the rules. */
export type RuleEdit =
  | { type: 'ban'; ban: Ban }
  | { type: 'unban'; target: Target }
  | { type: 'mute'; mute: Mute }
  | { type: 'unmute'; key: string }
  /** The member that is muted under a key has another nickname. */
  | { type: 'follow'; key: string; alias: string; nickname: string }
  | { type: 'readonly'; on: boolean }
  | { type: 'newcomers'; ms: number }
  | { type: 'seen'; addresses: Readonly<Record<string, number>> }
  | { type: 'words'; words: readonly string[] };

/** The most addresses that are remembered. The oldest are forgotten first. */
const mostSeen = 10_000;

export const noRules = (maskKey: string): Rules => ({
  maskKey,
  bans: [],
  mutes: [],
  readonly: false,
  newcomersMs: 0,
  seen: {},
  words: [],
});

export const isSameTarget = (one: Target, other: Target) =>
  ('key' in one && 'key' in other && one.key === other.key) ||
  ('pattern' in one && 'pattern' in other && one.pattern === other.pattern) ||
  ('mask' in one && 'mask' in other && one.mask === other.mask);

/** Whether a mute concerns the nickname with this key. */
export const isMuteOf = ({ key, alias }: Mute, nicknameKey: string) =>
  key === nicknameKey || alias === nicknameKey;

/** Whether a ban or mute still holds. */
export const holds = ({ until }: Pick<Verdict, 'until'>, nowMs: number) => until === null || until > nowMs;

/** The rules after a change, without what is over. The same object if the change changes nothing. */
export function edited(rules: Rules, edit: RuleEdit, nowMs: number): Rules {
  const bans = rules.bans.filter((ban) => holds(ban, nowMs));
  const mutes = rules.mutes.filter((mute) => holds(mute, nowMs));
  switch (edit.type) {
    case 'ban': {
      const others = bans.filter(({ target }) => !isSameTarget(target, edit.ban.target));
      return { ...rules, bans: [...others, edit.ban], mutes };
    }
    case 'unban': {
      const others = bans.filter(({ target }) => !isSameTarget(target, edit.target));
      return others.length === bans.length ? rules : { ...rules, bans: others, mutes };
    }
    case 'mute': {
      const others = mutes.filter((mute) => !isMuteOf(mute, edit.mute.key));
      return { ...rules, bans, mutes: [...others, edit.mute] };
    }
    case 'unmute': {
      const others = mutes.filter((mute) => !isMuteOf(mute, edit.key));
      return others.length === mutes.length ? rules : { ...rules, bans, mutes: others };
    }
    case 'follow': {
      const { key, alias, nickname } = edit;
      const isThere = mutes.some((mute) => mute.key === key);
      const followed = mutes.map((mute) => (mute.key === key ? { ...mute, alias, nickname } : mute));
      return isThere ? { ...rules, bans, mutes: followed } : rules;
    }
    case 'readonly':
      return edit.on === rules.readonly ? rules : { ...rules, readonly: edit.on };
    case 'newcomers':
      return edit.ms === rules.newcomersMs ? rules : { ...rules, newcomersMs: edit.ms };
    case 'seen': {
      const seen = Object.entries({ ...edit.addresses, ...rules.seen }).sort(
        ([, one], [, other]) => one - other,
      );
      return { ...rules, seen: Object.fromEntries(seen.slice(-mostSeen)) };
    }
    case 'words':
      return { ...rules, words: edit.words };
  }
}

/** What is wrong with a value that should be rules, in words. `undefined`: nothing. */
export function rulesFault(value: unknown): string | undefined {
  const { maskKey, bans, mutes, readonly, newcomersMs, seen, words } = Object(value) as Record<
    string,
    unknown
  >;
  if (typeof maskKey !== 'string' || maskKey === '') return 'it has no "maskKey"';
  if (!isListOf(bans, (ban) => isVerdict(ban) && isTarget(ban['target'])))
    return '"bans" is not a list of bans';
  if (!isListOf(mutes, isMute)) return '"mutes" is not a list of mutes';
  if (typeof readonly !== 'boolean') return '"readonly" is neither true nor false';
  if (!isTime(newcomersMs)) return '"newcomersMs" is not a length of time';
  if (!isRecord(seen) || !Object.values(seen).every(isTime))
    return '"seen" does not say when addresses were seen';
  return isListOf(words, isText) ? undefined : '"words" is not a list of words';
}

/** The sum of two of these is still a date. */
const mostMs = 4e15;
const isTime = (value: unknown) => typeof value === 'number' && value >= 0 && value <= mostMs;
const isText = (value: unknown) => typeof value === 'string';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function isListOf(value: unknown, isOne: (one: Record<string, unknown> & string) => boolean): boolean {
  return Array.isArray(value) && value.every((one) => isOne(one));
}

function isVerdict(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { until, since, by, isByHost, reason } = value;
  const isEnd = until === null || isTime(until);
  return isEnd && isTime(since) && isText(by) && typeof isByHost === 'boolean' && isText(reason);
}

function isMute(value: Record<string, unknown>): boolean {
  const { key, nickname, alias = '' } = Object(value);
  return isVerdict(value) && [key, nickname, alias].every(isText);
}

function isTarget(value: unknown): boolean {
  return isRecord(value) && ['key', 'pattern', 'mask'].filter((kind) => isText(value[kind])).length === 1;
}
