/** The acts that concern the whole room. */
import { readDuration } from '../hosting/duration.ts';
import { ModerationError } from './acts.ts';
import type { Handlers, Office } from './office.ts';
import { holds } from './rules.ts';

const done = { done: true } as const;

export function roomActs(
  office: Office,
): Handlers<'status' | 'readonly' | 'newcomers' | 'announce' | 'words'> {
  const { ledger } = office;
  return {
    async status({ name: as }) {
      const { bans, mutes, readonly, newcomersMs, words } = ledger.rules;
      const { part, count: members } = ledger.view({ limit: 0 });
      const countOf = (verdicts: readonly { until: number | null }[]) =>
        verdicts.filter((verdict) => holds(verdict, Date.now())).length;
      return {
        as,
        readonly,
        newcomers: newcomersMs === 0 ? null : inUnits(newcomersMs),
        members,
        messages: part.total,
        base: part.base,
        bans: countOf(bans),
        mutes: countOf(mutes),
        words: words.length,
      };
    },
    async readonly(actor, { on }) {
      await office.do(
        actor,
        { act: 'readonly', value: on },
        { type: 'govern', edit: { type: 'readonly', on } },
      );
      return done;
    },
    async newcomers(actor, { wait }) {
      const ms = wait === null ? 0 : (readDuration(wait) ?? 0);
      const record = { act: 'newcomers', value: wait ?? 'off' };
      await office.do(actor, record, { type: 'govern', edit: { type: 'newcomers', ms } });
      return done;
    },
    async announce(actor, { text: content }) {
      await office.do(actor, { act: 'announce', value: content }, { type: 'announce', content });
      return done;
    },
    async words(actor, { words }) {
      if (!actor.isHost) throw new ModerationError('forbidden', 'only the host sets the words');
      const record = { act: 'words', value: words.length };
      await office.do(actor, record, { type: 'govern', edit: { type: 'words', words } });
      return done;
    },
  };
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** A duration in the largest unit of which it is a multiple. */
function inUnits(ms: number): string {
  const [sign, length] = units.find(([, unit]) => ms % unit === 0) ?? units[3];
  return `${ms / length}${sign}`;
}
