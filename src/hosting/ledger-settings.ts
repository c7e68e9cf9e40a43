import { z } from 'zod';
import { number } from './settings.ts';

export const ledgerSettings = {
  /**
   * Redis that keeps the room for several processes, `redis://[user:password@]host:port/db` or `rediss://…`. Default
   * the file of --data.
   */
  ledger: z
    .string()
    .regex(
      /^rediss?:\/\/(?:[^\s/?#@]*@)?(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::(?:\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5]))?(?:\/\d{0,4})?$/,
    )
    .optional()
    .meta({
      description: 'Redis that keeps the room for several processes',
      unset: 'the file of --data',
      must: 'a URL such as redis://127.0.0.1:6379/0 or rediss://user:password@redis.example/0',
    }),
  /** Prefix of all keys in Redis; another prefix is another room. Default `chat`. */
  ledgerPrefix: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .default('chat')
    .meta({
      description: 'prefix of all keys in Redis; another prefix is another room',
      must: '1 to 64 letters, digits, dots, hyphens or underscores',
    }),
  /** Seconds of silence after which the other processes count this one as dead. Default 5. */
  lease: number(1, 3600)
    .default(5)
    .describe('seconds of silence after which the other processes count this one as dead'),
  /** `relaxed` starts on a Redis whose settings may lose acknowledged messages. Default `strict`. */
  ledgerDurability: z
    .enum(['strict', 'relaxed'])
    .default('strict')
    .describe('relaxed starts on a Redis whose settings may lose acknowledged messages'),
};
