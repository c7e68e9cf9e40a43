/** A connection to Redis. The package for it is optional, and this is the only file that loads it. */
import type { RedisArgument } from '@redis/client';
import { StartError } from '../../start-error.ts';

/** What Redis replies: bulk strings as text, arrays as arrays. An error reply rejects the call. */
export type Reply = string | number | null | readonly Reply[];

/** An error reply: Redis has not done what it was asked to do. */
export class RedisError extends Error {
  /** Its first word, such as `OOM`. */
  readonly code: string | undefined;

  constructor(message: string) {
    super(message);
    this.code = message.split(' ', 1)[0];
  }
}

export type Redis = {
  /** Sends a command. Rejects with a RedisError, or with another error when the connection is lost. */
  call: (args: readonly (string | Buffer)[]) => Promise<Reply>;
  /** Drops the connection. Calls that wait for their replies reject. */
  close: () => void;
};

export type RedisOptions = {
  url: string;
  /** How long it may take until Redis has accepted the connection. */
  timeoutMs: number;
  /** Called once when the connection is lost, and not after `close`. */
  onLost: (error: unknown) => void;
};

/**
 * Connects to Redis. Rejects if that fails, also with an error reply to the password or the database. Never reconnects by
 * itself.
 */
export async function connectRedis({ url, timeoutMs, onLost }: RedisOptions): Promise<Redis> {
  const { createClient, ErrorReply } = await load();
  const socket = { connectTimeout: timeoutMs, reconnectStrategy: false } as const;
  const client = createClient({ url, RESP: 2, socket, disableOfflineQueue: true, disableClientInfo: true });
  let state: 'connecting' | 'open' | 'closed' = 'connecting';
  const close = () => {
    if (state === 'closed') return;
    state = 'closed';
    client.destroy();
  };
  client.on('error', (error) => {
    if (state !== 'open') return;
    close();
    onLost(error);
  });
  let late: NodeJS.Timeout | undefined;
  try {
    // A Redis that hangs accepts the connection and then says nothing.
    const silence = new Promise<never>((_, reject) => {
      late = setTimeout(() => reject(new Error('Redis does not answer')), timeoutMs);
    });
    await Promise.race([client.connect(), silence]);
  } catch (error) {
    close();
    throw error;
  } finally {
    clearTimeout(late);
  }
  state = 'open';
  const toRedisError = (error: unknown) => {
    throw error instanceof ErrorReply ? new RedisError(error.message) : error;
  };
  return {
    call: (args) => client.sendCommand<Reply>([...args] satisfies RedisArgument[]).catch(toRedisError),
    close,
  };
}

/** The command that installs the package for Redis. */
const install = 'npm install @redis/client@6';

async function load(): Promise<typeof import('@redis/client')> {
  try {
    return await import('@redis/client');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new StartError('LEDGER_UNUSABLE', `a Redis ledger needs another package: ${install}`);
  }
}
