/** A connection to Redis. The package for it is optional, and this is the only file that loads it. */
import type { RedisArgument } from '@redis/client';
import { StartError } from '../../start-error.ts';

/** What Redis replies: bulk strings as text, arrays as arrays. */
export type Reply = string | number | null | readonly Reply[];

/** An error reply: Redis has not done what it was asked to do. */
export class RedisError extends Error {
  /** Its first word, such as `OOM`. */
  readonly code: string;

  constructor(message: string) {
    super(message);
    [this.code = ''] = message.split(' ', 1);
  }
}

export type Redis = {
  /**
   * Sends a command. Rejects with a RedisError, or with another error when the connection is lost. It counts as lost when
   * there is no reply in time; a command that blocks has `blockMs` more.
   */
  call: (args: readonly string[], blockMs?: number) => Promise<Reply>;
  /** Drops the connection. Calls that wait for their replies reject. */
  close: () => void;
};

export type RedisOptions = {
  url: string;
  /** How long each reply may take, and connecting, if that is not the same. */
  timeoutMs: number;
  connectMs?: number;
  /** Called once when the connection is lost, and not after `close`. */
  onLost?: (error: unknown) => void;
};

/**
 * Connects to Redis. Rejects if that fails, also with an error reply to the password or the database. Never reconnects by
 * itself.
 */
export async function connectRedis({
  url,
  timeoutMs,
  connectMs = timeoutMs,
  onLost = () => {},
}: RedisOptions): Promise<Redis> {
  const { createClient, ErrorReply } = await load();
  const socket = { connectTimeout: connectMs, reconnectStrategy: false } as const;
  const client = createClient({ url, RESP: 2, socket, disableOfflineQueue: true, disableClientInfo: true });
  let isClosed = false;
  const close = () => {
    if (!isClosed) client.destroy();
    isClosed = true;
  };
  const lose = (error: unknown) => {
    if (isClosed) return;
    close();
    onLost(error);
  };
  /** A Redis that hangs keeps its connections, and says nothing. */
  async function inTime<T>(reply: Promise<T>, ms: number): Promise<T> {
    let late: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      // Whoever was too busy to read what has come reads it before the end of this turn.
      late = setTimeout(() => setImmediate(reject, new Error('no answer in time')), ms);
    });
    try {
      return await Promise.race([reply, silence]);
    } finally {
      clearTimeout(late);
    }
  }
  let isConnected = false;
  client.on('error', (error) => {
    if (isConnected) lose(error);
  });
  try {
    // A connection that has been accepted says nothing about Redis; any reply does.
    const reply = client.connect().then(() => client.sendCommand(['TIME']));
    await inTime(
      reply.catch((error) => {
        if (!client.isReady || !(error instanceof ErrorReply)) throw error;
      }),
      connectMs,
    );
    isConnected = true;
  } catch (error) {
    close();
    throw error;
  }
  return {
    async call(args, blockMs = 0) {
      try {
        return await inTime(client.sendCommand<Reply>(args as RedisArgument[]), timeoutMs + blockMs);
      } catch (error) {
        if (error instanceof ErrorReply) throw new RedisError(error.message);
        lose(error);
        throw error;
      }
    },
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
