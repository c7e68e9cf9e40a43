import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry } from '../ledger.ts';
import type { Redis } from './client.ts';
import type { Lease } from './lease.ts';
import type { Place } from './place.ts';
import type { Room } from './room.ts';

/** How long one read of the log waits. */
const blockMs = 1000;

export type FollowOptions = {
  room: Room;
  place: Place;
  commands: Redis;
  log: Redis;
  lease: Lease;
  tell: (entries: readonly Entry[]) => void;
  /** Some process asks all of them something. */
  onAsked: (question: string) => void;
  /** Called when that is not possible any more. */
  onError: (error: unknown) => void;
  onFenced: () => void;
};

/** Reads the order from where a place is, and keeps its lease, until the returned function is called. */
export function follow(options: FollowOptions): () => void {
  const following = new AbortController();
  const { signal } = following;
  const onError = (error: unknown) => {
    if (!signal.aborted) options.onError(error);
  };
  read(options, signal).catch(onError);
  renew(options, signal).catch(onError);
  return () => following.abort();
}

async function read(options: FollowOptions, signal: AbortSignal): Promise<void> {
  const { room, place, log, lease, tell, onAsked } = options;
  while (!signal.aborted) {
    const reply = await room.follow(log, place, blockMs);
    await lease.sound();
    if (reply === null || signal.aborted) continue;
    const { entries, isSettled, asked } = place.read(reply);
    for (const entry of entries) place.replica.apply(entry);
    tell(entries);
    if (isSettled) place.end();
    for (const question of asked) onAsked(question);
    // What was removed stays in the log until every process has said that it has read this.
    if (entries.some(({ type }) => type === 'removed')) await beat(options, signal);
  }
}

async function renew(options: FollowOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await beat(options, signal);
    await sleep(options.lease.beatMs, undefined, { ref: false });
  }
}

async function beat(
  { room, place, commands, lease, onFenced }: FollowOptions,
  signal: AbortSignal,
): Promise<void> {
  const sentMs = lease.now();
  const [word] = await room.beat(commands, place);
  if (signal.aborted) return;
  if (word === 'fenced') onFenced();
  else lease.renew(sentMs);
}
