import { realpathSync } from 'node:fs';
import type { Log } from './actors/log.ts';
import type { Keys } from './hosting/keys.ts';
import type { ChatConfig } from './hosting/options.ts';
import type { Ledger } from './ledger/ledger.ts';
import { Audit } from './moderation/audit.ts';
import { Moderation } from './moderation/moderation.ts';
import { Policy } from './moderation/policy.ts';
import { dataPath } from './open-ledger.ts';

/** Puts together what decides who may be heard, and what carries out the acts of moderators. */
export function openModeration(
  config: ChatConfig,
  { ledger, keys, log }: { ledger: Ledger; keys: Keys; log: Log },
): { policy: Policy; moderation: Moderation } {
  const moderatorOf = (key: string) => keys.moderatorOf(key);
  const policy = new Policy({
    rules: () => ledger.rules,
    comparison: config.nicknameComparison,
    moderatorOf,
    govern: (edit) =>
      void ledger
        .act({ type: 'govern', edit })
        .catch((error) => log({ kind: 'error', connection: undefined, error })),
  });
  const audit = new Audit(config.audit ?? `${realPathOf(dataPath(config))}.audit`);
  return { policy, moderation: new Moderation({ ledger, policy, audit, moderatorOf, log }) };
}

/** The path behind symbolic links, if there is a file. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
