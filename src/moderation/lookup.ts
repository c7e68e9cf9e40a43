import { likeness } from './pattern.ts';
import type { Ban, Mute, Rules } from './rules.ts';
import { WordList } from './words.ts';

/** The rules in the form in which they are looked up. */
export type Lookup = {
  readonly rules: Rules;
  readonly bans: {
    readonly keys: ReadonlyMap<string, Ban>;
    readonly masks: ReadonlyMap<string, Ban>;
    readonly patterns: readonly { readonly isLike: ReturnType<typeof likeness>; readonly ban: Ban }[];
  };
  /** By the keys of the nicknames that they concern. */
  readonly mutes: ReadonlyMap<string, readonly Mute[]>;
  readonly words: WordList;
};

/** Takes over from `before` what has not changed: it takes a while with tens of thousands of words. */
export function lookupOf(rules: Rules, before: Lookup | undefined): Lookup {
  const { bans, mutes, words } = rules;
  return {
    rules,
    bans: before?.rules.bans === bans ? before.bans : bansIn(bans),
    mutes: before?.rules.mutes === mutes ? before.mutes : mutesIn(mutes),
    words: before?.rules.words === words ? before.words : new WordList(words),
  };
}

function bansIn(bans: readonly Ban[]): Lookup['bans'] {
  return {
    keys: new Map(bans.flatMap((ban) => ('key' in ban.target ? [[ban.target.key, ban]] : []))),
    masks: new Map(bans.flatMap((ban) => ('mask' in ban.target ? [[ban.target.mask, ban]] : []))),
    patterns: bans.flatMap((ban) =>
      'pattern' in ban.target ? { isLike: likeness(ban.target.pattern), ban } : [],
    ),
  };
}

function mutesIn(mutes: readonly Mute[]): Map<string, Mute[]> {
  const found = new Map<string, Mute[]>();
  for (const mute of mutes)
    for (const key of new Set([mute.key, mute.alias ?? mute.key]))
      found.set(key, [...(found.get(key) ?? []), mute]);
  return found;
}
