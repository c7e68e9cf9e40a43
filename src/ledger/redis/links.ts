import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../../start-error.ts';
import { inWords } from '../../system-error.ts';
import { connectRedis, type Redis, type RedisOptions } from './client.ts';
import { weaknessOf } from './fitness.ts';

/** The connections of a process to Redis: one for commands, and one that waits for the log. */
export type Links = { readonly commands: Redis; readonly log: Redis; readonly close: () => void };

/** The time from one attempt to reach Redis to the next. */
export const pauseMs = 200;
const examineMs = 5000;

/** Connects, and tries again until it succeeds or the signal aborts. Then it rejects. */
export async function connectLinks(
  options: RedisOptions & { signal: AbortSignal; onFailure: (error: unknown) => void },
): Promise<Links> {
  for (;;) {
    const attempts = await Promise.allSettled([connectRedis(options), connectRedis(options)]);
    const [commands, log] = attempts.map((attempt) =>
      attempt.status === 'fulfilled' ? attempt.value : undefined,
    );
    const close = () => {
      commands?.close();
      log?.close();
    };
    if (commands !== undefined && log !== undefined && !options.signal.aborted)
      return { commands, log, close };
    close();
    for (const attempt of attempts) if (attempt.status === 'rejected') options.onFailure(attempt.reason);
    await sleep(pauseMs, undefined, { signal: options.signal });
  }
}

/**
 * Returns what Redis may lose, if anything. Rejects with a StartError if it cannot be reached or cannot keep a room, or if it
 * may lose something and that has not been accepted.
 */
export async function examine({
  url,
  isRelaxed,
}: {
  url: string;
  isRelaxed: boolean;
}): Promise<string | undefined> {
  let redis: Redis | undefined;
  try {
    redis = await connectRedis({ url, timeoutMs: examineMs });
    const weakness = await weaknessOf(redis);
    if (weakness === undefined || isRelaxed) return weakness;
    throw new StartError('LEDGER_UNUSABLE', `${weakness}; or accept that with --ledger-durability relaxed`);
  } catch (error) {
    if (error instanceof StartError) throw error;
    const { protocol, host, pathname } = new URL(url);
    const said = `cannot use Redis at ${protocol}//${host}${pathname}: ${inWords(error)}`;
    throw new StartError('LEDGER_UNUSABLE', said);
  } finally {
    redis?.close();
  }
}
