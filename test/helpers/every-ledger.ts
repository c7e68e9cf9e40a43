/** Each kind of ledger. */
import { newFileLedger, newRedisLedger } from './ledger.ts';
import { sharedRedis } from './redis.ts';

const redis = sharedRedis();

export const ledgers = [
  { where: 'a file', open: () => newFileLedger() },
  { where: 'Redis', open: async () => newRedisLedger(await redis()) },
];
