/** How a process joins a room in Redis. */
import { StartError } from '../../start-error.ts';
import { History } from '../history.ts';
import { readMessage } from '../message.ts';
import { Replica } from '../replica.ts';
import type { Redis } from './client.ts';
import { newNode, Place } from './place.ts';
import type { Room } from './room.ts';
import { readRules } from './rules.ts';

/** How many messages are read together. */
const pageLength = 5000;

/** How often the progress is told. */
const progressMs = 2000;

/** Reads the history of a room. */
class Reading {
  readonly history: History;
  readonly #room: Room;
  readonly #redis: Redis;
  readonly #onStatus: (text: string) => void;
  #toldMs = performance.now();

  constructor(room: Room, redis: Redis, base: number, onStatus: (text: string) => void) {
    this.#room = room;
    this.#redis = redis;
    this.history = new History(base);
    this.#onStatus = onStatus;
  }

  /** Reads what comes next, up to a position. */
  async to(end: number): Promise<void> {
    const { history } = this;
    while (history.length < end) {
      const { length: from } = history;
      const page = await this.#room.messages(this.#redis, from, Math.min(from + pageLength, end));
      if (page.length === 0) throw new Error('the history became shorter while it was read');
      for (const [index, text] of page.entries()) history.append(checked(text, from + index));
      if (performance.now() - this.#toldMs < progressMs) continue;
      this.#toldMs = performance.now();
      this.#onStatus(`loaded ${history.length} of ${end} messages from Redis`);
    }
  }

  /** Reads again what has been removed since it was read, which is said to be so many messages. */
  async again(count: number, positions: readonly number[]): Promise<void> {
    const { history } = this;
    if (count > positions.length) throw new Error('much was removed from the history while it was read');
    for (const position of new Set(positions)) {
      if (position < history.base || position >= history.length) continue;
      const [text = ''] = await this.#room.messages(this.#redis, position, position + 1);
      history.replace(position, checked(text, position));
    }
  }
}

/**
 * Takes a place among the processes. All but the newest messages are read before, so that the lease does not run out
 * meanwhile. Rejects with a StartError if the room is not one that this process can share.
 */
export async function join(room: Room, redis: Redis, onStatus: (text: string) => void): Promise<Place> {
  await room.checkLog(redis);
  const before = await room.epoch(redis);
  const removals = await room.removals(redis);
  const reading = new Reading(room, redis, await room.base(redis), onStatus);
  const { history } = reading;
  let total = await room.total(redis);
  while (total > history.length + pageLength) {
    await reading.to(total);
    total = await room.total(redis);
  }
  const node = newNode();
  const [word, ...joined] = await room.join(redis, node, removals);
  const [epoch, seq, tag, base, length, rules, keys, holdings, missed, positions] = joined;
  if (word === 'differs')
    throw new StartError(
      'LEDGER_UNUSABLE',
      `the processes in this room use --dialect ${epoch} and --nickname-comparison ${seq}`,
    );
  total = Number(base) + Number(length);
  if (total < history.length || (before ?? epoch) !== epoch)
    throw new Error('the history was replaced while it was read');
  history.drop(Number(base));
  await reading.again(Number(missed), (positions as string[]).map(Number));
  await reading.to(total);
  const replica = new Replica(history);
  for (const nickname of nicknamesIn(keys as string[], holdings as string[]))
    replica.apply({ type: 'registered', nickname, timestamp: '' });
  const order = { epoch: `${epoch}`, seq: Number(seq), tag: `${tag}` };
  return new Place(node, { ...order, replica, rules: readRules(`${rules}`) });
}

/** The nicknames in use, in order of registration. A holding is a text whose first line is the nickname as JSON. */
function nicknamesIn(keys: readonly string[], holdings: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (let at = 0; at < holdings.length; at += 2) {
    const [key = '', holding = ''] = holdings.slice(at, at + 2);
    byKey.set(key, JSON.parse(holding.slice(0, holding.indexOf('\n'))));
  }
  return keys.flatMap((key) => byKey.get(key) ?? []);
}

/** The stored form of a message. */
function checked(text: string, position: number): Uint8Array {
  const message = readMessage(Buffer.from(text));
  if (typeof message !== 'string') return message;
  throw new StartError('DATA_INVALID', `the history in Redis is damaged at position ${position}: ${message}`);
}
