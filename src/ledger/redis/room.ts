/** What is asked of a room in Redis: by its script, of its log, and of its history. */
import { createHash } from 'node:crypto';
import type { Change } from '../ledger.ts';
import { type Redis, RedisError, type Reply } from './client.ts';
import type { RoomOptions } from './options.ts';
import { type Batch, type Place, withoutPosts } from './place.ts';
import { modest, type Script, urgent } from './script.ts';

/** The keys of a room that are used outside of its script. One hash tag keeps all keys in one place. */
export const keysOf = (prefix: string) => ({
  meta: `{${prefix}}:meta`,
  log: `{${prefix}}:log`,
  history: `{${prefix}}:history`,
  nicknames: `{${prefix}}:nicknames`,
  nodes: `{${prefix}}:nodes`,
  /** A history in the making (`data copy`). */
  copy: `{${prefix}}:copy`,
});

/** How much longer than for other replies Redis may take for what is large. */
const loadMs = 10_000;

/** What the script answers: a word, and what belongs to it. */
type Answer = readonly [string, ...Reply[]];

export class Room {
  readonly #options: RoomOptions;
  readonly #keys: ReturnType<typeof keysOf>;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.#keys = keysOf(options.prefix);
  }

  /**
   * Takes a place for a node. Answers `ok` with epoch, seq, tag, length of the history, the keys of all nicknames in order, and
   * keys and holdings in turns; or `differs`.
   */
  join(redis: Redis, node: string): Promise<Answer> {
    const { leaseMs, resumeMs, comparison } = this.#options;
    const args = [`${leaseMs}`, `${resumeMs}`, comparison];
    return this.#run(redis, urgent, 'join', { node, epoch: '' }, args, loadMs);
  }

  /** Sends a batch, without its posts if they have been refused. Answers `ok`, `again` or `fenced`. */
  commit(redis: Redis, place: Place, batch: Batch): Promise<Answer> {
    const isWhole = batch.refusal === undefined;
    const asked = isWhole ? batch.asked : withoutPosts(batch.asked);
    const args = asked.flatMap(({ change, secret }) => argsOf(change, secret));
    const script = isWhole && asked.some(({ change }) => change.type !== 'leave') ? modest : urgent;
    return this.#run(redis, script, 'commit', place, [`${batch.number}`, place.markOf(batch), ...args]);
  }

  /** Renews the lease, says what has been read, and ends what is over. Answers `ok` or `fenced`. */
  beat(redis: Redis, place: Place): Promise<Answer> {
    return this.#run(redis, urgent, 'beat', place, [`${place.seq}`]);
  }

  /** Asks whether the node still has its place, and renews the lease. Answers `ok` or `fenced`. */
  find(redis: Redis, place: Place): Promise<Answer> {
    return this.#run(redis, urgent, 'find', place, [`${place.seq}`, place.tag]);
  }

  /** Gives the place up. Holdings with a secret wait for their peers, the others leave. */
  retire(redis: Redis, place: Place): Promise<Answer> {
    return this.#run(redis, urgent, 'retire', place, []);
  }

  /** Waits for the next stretches for so long. `null`: there were none. */
  follow(redis: Redis, place: Place, blockMs: number): Promise<Reply> {
    const from = `${place.seq}-0`;
    const command = ['XREAD', 'COUNT', '256', 'BLOCK', `${blockMs}`, 'STREAMS', this.#keys.log, from];
    return redis.call(command, blockMs);
  }

  /** Rejects if the log cannot be read at all: its key is something else, or the user of Redis may not read it. */
  async checkLog(redis: Redis): Promise<void> {
    await redis.call(['XREAD', 'STREAMS', this.#keys.log, '$']);
  }

  /** What tells this room from one that was there before it, and has been deleted. `null`: there is none yet. */
  epoch(redis: Redis): Promise<Reply> {
    return redis.call(['HGET', this.#keys.meta, 'epoch']);
  }

  /** The number of messages in the history. */
  async length(redis: Redis): Promise<number> {
    return Number(await redis.call(['LLEN', this.#keys.history]));
  }

  /** Messages of the history as JSON, from one position to before another. */
  async messages(redis: Redis, from: number, to: number): Promise<readonly string[]> {
    const command = ['LRANGE', this.#keys.history, `${from}`, `${to - 1}`];
    return (await redis.call(command, loadMs)) as string[];
  }

  async #run(
    redis: Redis,
    { text, hash }: Script,
    op: string,
    { node, epoch }: Pick<Place, 'node' | 'epoch'>,
    args: readonly string[],
    moreMs?: number,
  ): Promise<Answer> {
    const zone = -new Date().getTimezoneOffset() * 60;
    const rest = ['1', this.#keys.meta, op, node, epoch, `${zone}`, this.#options.dialect, ...args];
    try {
      return (await redis.call(['EVALSHA', hash, ...rest], moreMs)) as Answer;
    } catch (error) {
      if (!(error instanceof RedisError) || error.code !== 'NOSCRIPT') throw error;
      return (await redis.call(['EVAL', text, ...rest], moreMs)) as Answer;
    }
  }
}

function argsOf(change: Change, secret: string | undefined): string[] {
  const { type, by } = change;
  if (type === 'post') return [type, by, JSON.stringify(change.content)];
  if (type !== 'claim') return [type, by];
  const offered = typeof change.resume === 'string' ? hashOf(change.resume) : '';
  return [
    type,
    by,
    change.key,
    JSON.stringify(change.nickname),
    offered,
    secret === undefined ? '' : hashOf(secret),
  ];
}

/** Redis keeps hashes of secrets only (P-RES-1). */
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('base64url');
