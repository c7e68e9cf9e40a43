import type { System } from '../actors/system.ts';
import type { Queues } from './told.ts';

const mostQueues = 200;

/** The connections in which something waits. */
export function queuesOf(system: Pick<System, 'queues'>): Queues {
  const queues: Queues['queues'] = [];
  for (const [sessionId, { frames, isPaused, waitingBytes }] of system.queues()) {
    if (queues.length === mostQueues) break;
    if (frames > 0 || isPaused || waitingBytes > 0)
      queues.push({ sessionId, frames, isPaused, waitingBytes });
  }
  return { type: '@chat.queues', queues };
}
