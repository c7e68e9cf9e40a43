import { readMessage } from '../ledger/message.ts';
import { connectRedis, type Redis } from '../ledger/redis/client.ts';
import { weaknessOf } from '../ledger/redis/fitness.ts';
import { keysOf } from '../ledger/redis/room.ts';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { interrupt, type Page, type Stage, type Store } from './store.ts';

const pageMessages = 1000;
const timeoutMs = 30_000;

export type RoomAddress = {
  url: string;
  prefix: string;
  /** The address as it may be shown. */
  shown: string;
};

/** A room in Redis. A copy is made in a list beside its keys. */
export class RedisStore implements Store {
  readonly shown: string;
  readonly tornBytes = 0;
  readonly #redis: Redis;
  readonly #keys: ReturnType<typeof keysOf>;
  readonly #onWarning: (text: string) => void;

  private constructor(redis: Redis, { prefix, shown }: RoomAddress, onWarning: (text: string) => void) {
    this.shown = shown;
    this.#redis = { ...redis, call: (args) => redis.call(args).catch(interrupt) };
    this.#keys = keysOf(prefix);
    this.#onWarning = onWarning;
  }

  /** Connects to Redis. `onWarning` is told what a copy may lose there. */
  static async open(address: RoomAddress, onWarning: (text: string) => void): Promise<RedisStore> {
    try {
      return new RedisStore(await connectRedis({ url: address.url, timeoutMs }), address, onWarning);
    } catch (error) {
      if (error instanceof StartError) throw error;
      throw new StartError('LEDGER_UNUSABLE', `cannot reach ${address.shown}: ${inWords(error)}`);
    }
  }

  async *read(): AsyncGenerator<Page> {
    const { meta, history } = this.#keys;
    if ((await this.#redis.call(['EXISTS', meta, history])) === 0)
      throw this.#refusal('there is no such room');
    yield* this.#list(history);
  }

  async base(): Promise<number> {
    return Number(await this.#redis.call(['HGET', this.#keys.meta, 'base']));
  }

  occupied(): Promise<string | undefined> {
    return this.#publish();
  }

  async stage(): Promise<Stage> {
    const { copy } = this.#keys;
    const weakness = await weaknessOf(this.#redis);
    if (weakness !== undefined) this.#onWarning(weakness);
    let length = Number(await this.#redis.call(['LLEN', copy]));
    return {
      shown: `the key ${copy}`,
      read: () => this.#list(copy),
      append: async (messages) => {
        const texts = messages.map((json) => Buffer.from(json).toString());
        const found = await this.#redis.call(['EVAL', append, '1', copy, `${length}`, ...texts]);
        length += messages.length;
        if (found !== length) throw this.#refusal(writtenBySomebody(copy));
      },
      publish: (base) => this.#publish(`${length}`, `${base}`),
      close: async () => {},
    };
  }

  close(): void {
    this.#redis.close();
  }

  /** Reads a list as long as it is now. */
  async *#list(key: string): AsyncGenerator<Page> {
    const length = Number(await this.#redis.call(['LLEN', key]));
    for (let at = 0; at < length; at += pageMessages) {
      const end = Math.min(length, at + pageMessages);
      const texts = (await this.#redis.call(['LRANGE', key, `${at}`, `${end - 1}`])) as readonly string[];
      const messages = texts.map((text, index) => {
        const json = readMessage(Buffer.from(text));
        if (typeof json !== 'string') return json;
        throw this.#refusal(`${key} is not a chat history: position ${at + index}: ${json}`);
      });
      yield { messages, share: end / length };
    }
  }

  /** Runs the script. Resolves to why the room is not new, in words. */
  async #publish(...args: string[]): Promise<string | undefined> {
    const { copy, history, nodes, nicknames, meta } = this.#keys;
    const obstacles = new Map([
      [copy, writtenBySomebody(copy)],
      [history, 'it has a history'],
      [nodes, 'a server runs on it; stop it, or if it was killed, start it once more and stop it'],
      [nicknames, 'it has members who can still come back'],
    ]);
    const keys = [...obstacles.keys(), meta];
    const found = await this.#redis.call(['EVAL', publish, `${keys.length}`, ...keys, ...args]);
    return obstacles.get(`${found}`);
  }

  #refusal(why: string): StartError {
    return new StartError('LEDGER_UNUSABLE', `cannot use ${this.shown}: ${why}`);
  }
}

const writtenBySomebody = (key: string) => `something else writes to the key ${key}`;

/** Appends messages to a list that is as long as this process has left it. Returns how long it is then. */
const append = `
if redis.call('LLEN', KEYS[1]) == tonumber(ARGV[1]) then
  for at = 2, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[at]) end
end
return redis.call('LLEN', KEYS[1])`;

/**
 * Returns the first of the room's keys that there must not be. If there is none, and the copy is as long as this process
 * has left it, makes it the history, whose first message has the position `base`. Without a length it changes nothing.
 */
const publish = `
for at = 2, 4 do
  if redis.call('EXISTS', KEYS[at]) == 1 then return KEYS[at] end
end
local length = tonumber(ARGV[1])
if length and redis.call('LLEN', KEYS[1]) ~= length then return KEYS[1] end
if length and length > 0 then redis.call('RENAME', KEYS[1], KEYS[2]) end
if length then redis.call('HDEL', KEYS[5], 'base') end
if length and ARGV[2] ~= '0' then redis.call('HSET', KEYS[5], 'base', ARGV[2]) end
return ''`;
