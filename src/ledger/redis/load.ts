/** How a process joins a room in Redis. */
import { StartError } from '../../start-error.ts';
import { History } from '../history.ts';
import { readMessage } from '../message.ts';
import { Replica } from '../replica.ts';
import type { Redis } from './client.ts';
import { newNode, Place } from './place.ts';
import type { Room } from './room.ts';

/** How many messages are read together. */
const pageLength = 5000;

/** How often the progress is told. */
const progressMs = 2000;

/**
 * Takes a place among the processes. All but the newest messages are read before, so that the lease does not run out
 * meanwhile. Rejects with a StartError if the room is not one that this process can share.
 */
export async function join(room: Room, redis: Redis, onStatus: (text: string) => void): Promise<Place> {
  const history = new History();
  let toldMs = performance.now();
  async function readTo(total: number): Promise<void> {
    while (history.length < total) {
      const { length: from } = history;
      const page = await room.messages(redis, from, Math.min(from + pageLength, total));
      if (page.length === 0) throw new Error('the history became shorter while it was read');
      for (const [index, text] of page.entries()) history.append(checked(text, from + index));
      if (performance.now() - toldMs < progressMs) continue;
      toldMs = performance.now();
      onStatus(`loaded ${history.length} of ${total} messages from Redis`);
    }
  }
  await room.checkLog(redis);
  const before = await room.epoch(redis);
  let total = await room.length(redis);
  while (total > history.length + pageLength) {
    await readTo(total);
    total = await room.length(redis);
  }
  const node = newNode();
  const [word, epoch, seq, tag, length, keys, holdings] = await room.join(redis, node);
  if (word === 'differs')
    throw new StartError(
      'LEDGER_UNUSABLE',
      `the processes in this room use --dialect ${epoch} and --nickname-comparison ${seq}`,
    );
  if (Number(length) < history.length || (before ?? epoch) !== epoch)
    throw new Error('the history was replaced while it was read');
  await readTo(Number(length));
  const replica = new Replica(history);
  for (const nickname of nicknamesIn(keys as string[], holdings as string[]))
    replica.apply({ type: 'registered', nickname, timestamp: '' });
  return new Place(node, { epoch: `${epoch}`, seq: Number(seq), tag: `${tag}`, replica });
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
