import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../../start-error.ts';
import { inWords } from '../../system-error.ts';
import { connectRedis, type Redis, type RedisOptions } from './client.ts';
import { weaknessOf } from './fitness.ts';

/** The time from one attempt to reach Redis to the next. */
export const pauseMs = 200;
const examineMs = 5000;
/** How long an attempt may take, so that the next one comes soon when what was sent is lost on the way. */
const connectMs = 700;

export type LinksOptions = Omit<Required<RedisOptions>, 'connectMs'> & {
  onFailure: (error: unknown) => void;
};

type Pair = { readonly commands: Redis; readonly log: Redis };

/** The connections of a process to Redis: one for commands, and one that waits for the log. Both or none. */
export class Links {
  readonly #options: LinksOptions;
  #open: Pair | undefined;
  /** When the next attempt may begin. */
  #nextMs = Number.NEGATIVE_INFINITY;

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  /** Throws if there are none. */
  get open(): Pair {
    if (this.#open === undefined) throw new Error('the connection is lost');
    return this.#open;
  }

  /** Connects, and tries again until it succeeds. Rejects when the signal aborts. Resolves to the one for commands. */
  async connect(signal: AbortSignal): Promise<Redis> {
    for (;;) {
      this.drop();
      // A Redis that answers, but does not do what it is asked to do, would else be asked without end.
      await sleep(Math.max(0, this.#nextMs - performance.now()), undefined, { signal });
      this.#nextMs = performance.now() + pauseMs;
      const attempts = await Promise.allSettled([this.#attempt(), this.#attempt()]);
      const [commands, log] = attempts.map((attempt) =>
        attempt.status === 'fulfilled' ? attempt.value : undefined,
      );
      if (commands !== undefined && log !== undefined && !signal.aborted) {
        this.#open = { commands, log };
        return commands;
      }
      for (const redis of [commands, log]) redis?.close();
      for (const attempt of attempts)
        if (attempt.status === 'rejected') this.#options.onFailure(attempt.reason);
    }
  }

  drop(): void {
    this.#open?.commands.close();
    this.#open?.log.close();
    this.#open = undefined;
  }

  #attempt(): Promise<Redis> {
    return connectRedis({ ...this.#options, connectMs });
  }
}

/** The error of a start without Redis. It does not tell the password. */
export const unusable = (url: string, error: unknown) =>
  new StartError(
    'LEDGER_UNUSABLE',
    `cannot use Redis at ${url.replace(/\/\/.*@/s, '//')}: ${inWords(error)}`,
  );

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
    throw unusable(url, error);
  } finally {
    redis?.close();
  }
}
