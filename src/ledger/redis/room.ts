/** What is asked of a room in Redis: by its script, of its log, and of its history. */
import { createHash } from 'node:crypto';
import { newMaskKey } from '../../moderation/mask.ts';
import { noRules, type Rules } from '../../moderation/rules.ts';
import type { Change } from '../ledger.ts';
import { type Redis, RedisError, type Reply } from './client.ts';
import type { RoomOptions } from './options.ts';
import { type Batch, type Place, withoutPosts } from './place.ts';
import { readRules } from './rules.ts';
import { modest, type Script, urgent } from './script.ts';

/** The keys of a room that are used outside of its script. One hash tag keeps all keys in one place. */
export const keysOf = (prefix: string) => ({
  meta: `{${prefix}}:meta`,
  log: `{${prefix}}:log`,
  history: `{${prefix}}:history`,
  nicknames: `{${prefix}}:nicknames`,
  nodes: `{${prefix}}:nodes`,
  rules: `{${prefix}}:rules`,
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
   * Takes a place for a node. `removals`: how many there had been when it began to read the history. Answers `ok` with epoch,
   * seq, tag, the position of the first message and the number of messages, the rules, the keys of all nicknames in order,
   * keys and holdings in turns, and how many removals there have been since, and where, unless they are too many; or `differs`.
   */
  join(redis: Redis, node: string, removals: number): Promise<Answer> {
    const { leaseMs, resumeMs, comparison } = this.#options;
    const newRules = JSON.stringify(noRules(newMaskKey()));
    const args = [`${leaseMs}`, `${resumeMs}`, comparison, newRules, `${removals}`];
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

  /**
   * Carries an act out, or one of the steps of a question. Answers `ok` with the stretch in which that is told and what
   * else belongs to it, `absent` if there is nothing to act on, `stale` if somebody else has changed the rules, or `fenced`.
   */
  act(redis: Redis, place: Place, op: string, args: readonly string[]): Promise<Answer> {
    return this.#run(redis, urgent, op, place, args);
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

  /** The position of the first message that is kept. */
  async base(redis: Redis): Promise<number> {
    return Number(await redis.call(['HGET', this.#keys.meta, 'base']));
  }

  /** The stretch up to which the log has nothing of what has been removed. */
  async purged(redis: Redis): Promise<number> {
    return Number(await redis.call(['HGET', this.#keys.meta, 'purged']));
  }

  /** How many messages have ever been removed. */
  async removals(redis: Redis): Promise<number> {
    return Number(await redis.call(['HGET', this.#keys.meta, 'removals']));
  }

  /** The position behind the last message. */
  async total(redis: Redis): Promise<number> {
    return (await this.base(redis)) + Number(await redis.call(['LLEN', this.#keys.history]));
  }

  /** Messages of the history as JSON, from one position to before another. Rejects if they have been dropped meanwhile. */
  async messages(redis: Redis, from: number, to: number): Promise<readonly string[]> {
    const base = await this.base(redis);
    const command = ['LRANGE', this.#keys.history, `${from - base}`, `${to - base - 1}`];
    const page = (await redis.call(command, loadMs)) as string[];
    if (from < base || (await this.base(redis)) !== base)
      throw new Error('messages were dropped while the history was read');
    return page;
  }

  /** The rules, and their version. */
  async rules(redis: Redis): Promise<{ rules: Rules; version: string }> {
    const [version, document] = (await redis.call([
      'HMGET',
      this.#keys.rules,
      'version',
      'document',
    ])) as Reply[];
    return { rules: readRules(`${document}`), version: `${version}` };
  }

  /** Whether a process has put messages that were dropped into an archive. */
  async hasArchive(redis: Redis): Promise<boolean> {
    return (await redis.call(['HGET', this.#keys.meta, 'archive'])) !== null;
  }

  /** All nodes. */
  async nodes(redis: Redis): Promise<readonly string[]> {
    return (await redis.call(['ZRANGE', this.#keys.nodes, '0', '-1'])) as string[];
  }

  /** The nodes that have answered a question. */
  async answered(redis: Redis, question: string): Promise<readonly string[]> {
    return (await redis.call(['HKEYS', this.#answers(question)])) as string[];
  }

  async answers(redis: Redis, question: string): Promise<readonly string[]> {
    return (await redis.call(['HVALS', this.#answers(question)])) as string[];
  }

  #answers(question: string): string {
    return `{${this.#options.prefix}}:answers:${question}`;
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
