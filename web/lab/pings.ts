/**
 * The heartbeat repeats itself every few seconds for every connection. What it does is kept apart from everything else, so
 * that it drives nothing out, and is shown only to those who want it.
 */
import type { Recorded } from './recorded.ts';
import { isPing } from './rules.ts';

/** Is this entry the heartbeat's? `machineOf` tells the machine of an actor. */
export function isOfHeartbeat(entry: Recorded, machineOf: (session: string) => string | undefined): boolean {
  if (entry.kind === 'got') return isPing(entry.text);
  if (entry.kind !== 'told') return false;
  const { told } = entry;
  switch (told.type) {
    case '@chat.frame':
      return told.kind === 'ping' || told.kind === 'pong' || isPing(told.text ?? '');
    case '@xstate.actor':
      return told.name === 'beat';
    case '@xstate.event':
    case '@xstate.snapshot':
      return machineOf(told.sessionId) === 'heartbeat';
    default:
      return false;
  }
}

/** Both in the order of their numbers. */
export const merged = <Item extends { number: number }>(items: Item[], pings: Item[]): Item[] =>
  [...items, ...pings].sort((one, other) => one.number - other.number);
