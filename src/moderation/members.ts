/** The acts that concern members: who is here, and who may not stay, come back, or speak. */
import { readDuration } from '../hosting/duration.ts';
import type { Actor } from '../hosting/keys.ts';
import { type Member, ModerationError, type Read, type Terms } from './acts.ts';
import type { Handlers, Office } from './office.ts';
import { type Ban, holds, isMuteOf, isSameTarget, type Mute, type Target } from './rules.ts';

/** The close code of a kick. */
const kicked = 4001;
const done = { done: true } as const;

type Names = 'list' | 'kick' | 'ban' | 'unban' | 'bans' | 'mute' | 'unmute' | 'mutes';

export function memberActs(office: Office): Handlers<Names> {
  const { ledger, policy } = office;

  async function members(): Promise<Member[]> {
    const answers = await ledger.ask();
    const all = answers.flatMap((answer): Member[] => JSON.parse(answer));
    return all.sort((one, other) => (one.since < other.since ? -1 : 1));
  }

  /** The mask of the address of whoever holds a nickname with this key. */
  async function maskOf(key: string): Promise<string | undefined> {
    return (await members()).find(({ nickname }) => policy.keyOf(nickname) === key)?.mask;
  }

  function isOnline(key: string): boolean {
    const online: string[] = JSON.parse(`${Buffer.from(ledger.view({ limit: 0 }).online)}`);
    return online.some((nickname) => policy.keyOf(nickname) === key);
  }

  function targetOf(actor: Actor, order: Read<'unban'>): Target {
    if ('nickname' in order) return { key: office.subject(actor, order.nickname) };
    return 'mask' in order ? { mask: order.mask } : { pattern: policy.keyOf(order.pattern) };
  }

  const banOf = (target: Target) => ledger.rules.bans.find((ban) => isSameTarget(ban.target, target));
  function checkMutes(actor: Actor, key: string): void {
    for (const mute of ledger.rules.mutes) if (isMuteOf(mute, key)) office.checkRank(actor, mute);
  }

  return {
    list: async () => ({ members: await members() }),
    async kick(actor, { nickname, reason }) {
      const key = office.subject(actor, nickname);
      const missing = new ModerationError('absent', `nobody is called ${nickname}`);
      if (!isOnline(key)) throw missing;
      const said = reason === '' ? 'kicked' : `kicked: ${reason}`;
      const record = { act: 'kick', key, mask: await maskOf(key), reason };
      await office.do(actor, record, { type: 'kick', key, code: kicked, reason: said }, missing);
      return done;
    },
    async ban(actor, order) {
      const target = targetOf(actor, order);
      office.checkRank(actor, banOf(target));
      const named = 'nickname' in order ? { nickname: order.nickname } : {};
      const ban: Ban = { target, ...named, ...termsOf(actor, order) };
      const mask = 'key' in target ? await maskOf(target.key) : undefined;
      const record = { act: 'ban', mask, ...target, until: isoOf(ban.until), reason: ban.reason };
      await office.do(actor, record, { type: 'govern', edit: { type: 'ban', ban } });
      return done;
    },
    async unban(actor, order) {
      const target = targetOf(actor, order);
      office.checkRank(actor, banOf(target));
      const missing = new ModerationError('absent', `there is no ban of ${Object.values(order).join()}`);
      await office.do(
        actor,
        { act: 'unban', ...target },
        { type: 'govern', edit: { type: 'unban', target } },
        missing,
      );
      return done;
    },
    async bans() {
      const bans = inForce(ledger.rules.bans).map(({ target, nickname, ...terms }) => ({
        ...('key' in target ? { nickname: nickname ?? target.key } : target),
        ...shown(terms),
      }));
      return { bans };
    },
    async mute(actor, order) {
      const key = office.subject(actor, order.nickname);
      checkMutes(actor, key);
      const mute: Mute = { key, nickname: order.nickname, ...termsOf(actor, order) };
      const { until, reason } = mute;
      const record = { act: 'mute', key, mask: await maskOf(key), until: isoOf(until), reason };
      await office.do(actor, record, { type: 'govern', edit: { type: 'mute', mute } });
      return done;
    },
    async unmute(actor, { nickname }) {
      const key = policy.keyOf(nickname);
      checkMutes(actor, key);
      const missing = new ModerationError('absent', `${nickname} is not muted`);
      await office.do(
        actor,
        { act: 'unmute', key },
        { type: 'govern', edit: { type: 'unmute', key } },
        missing,
      );
      return done;
    },
    async mutes() {
      const mutes = inForce(ledger.rules.mutes).map(({ nickname, ...terms }) => ({
        nickname,
        ...shown(terms),
      }));
      return { mutes };
    },
  };
}

const inForce = <One extends Ban | Mute>(verdicts: readonly One[]) =>
  verdicts.filter((verdict) => holds(verdict, Date.now()));

/** How long a ban or mute holds, who has decided it, and why. */
function termsOf({ name: by, isHost: isByHost }: Actor, order: { for?: string | undefined; reason: string }) {
  const since = Date.now();
  const forMs = order.for === undefined ? undefined : readDuration(order.for);
  return { until: forMs === undefined ? null : since + forMs, since, by, isByHost, reason: order.reason };
}

const isoOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

const shown = ({ until, reason, by, since }: Omit<Ban, 'target' | 'nickname'>) =>
  ({ until: isoOf(until), reason, by, since: new Date(since).toISOString() }) satisfies Terms;
