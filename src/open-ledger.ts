import type { Log } from './actors/log.ts';
import { readKeeping } from './hosting/keep-settings.ts';
import type { ChatConfig } from './hosting/options.ts';
import { FileLedger } from './ledger/file-ledger.ts';
import type { RedisLedger } from './ledger/redis/redis-ledger.ts';
import { formatTimestamp } from './protocol/timestamp.ts';

/** Where the history file is if the settings do not say. */
const defaultPath = 'db/data.json';

/** The history file, or where it would be if there were one. Other files stand beside it. */
export const dataPath = ({ data = defaultPath }: Pick<ChatConfig, 'data'>) => data;

/** Opens the ledger that the settings name. Rejects with a StartError. */
export async function openLedger(config: ChatConfig, log: Log): Promise<FileLedger | RedisLedger> {
  const { ledger: url, dialect } = config;
  const stamp = () => formatTimestamp(new Date(), dialect);
  const onWarning = (text: string) => log({ kind: 'warning', text });
  const keeping = readKeeping(config);
  if (url === undefined)
    return FileLedger.open(dataPath(config), {
      stamp,
      keeping,
      maxBytes: config.maxHistory,
      onWarning,
      onRepair: (repair) => log({ kind: 'repair', ...repair }),
    });
  // Loaded only when used, like the package that it needs.
  const { RedisLedger } = await import('./ledger/redis/redis-ledger.ts');
  return RedisLedger.open({
    url,
    prefix: config.ledgerPrefix,
    dialect,
    comparison: config.nicknameComparison,
    leaseMs: config.lease * 1000,
    resumeMs: config.resumeSeconds * 1000,
    maxBytes: config.maxHistory,
    keeping,
    isRelaxed: config.ledgerDurability === 'relaxed',
    stamp,
    onWarning,
    onStatus: (text) => log({ kind: 'status', text }),
  });
}
