import type { Member } from '../moderation/acts.ts';
import type { Connection } from './connection.ts';

/** The members among these connections. */
export function membersOf(connections: Iterable<Connection>): Member[] {
  return [...connections].flatMap(({ nickname, actor, standing, outlet, reader }) => {
    const { value, status } = actor.getSnapshot();
    if (nickname === undefined || status !== 'active') return [];
    return {
      nickname,
      mask: standing.mask,
      state: typeof value === 'string' ? value : Object.entries(value).flat().join('.'),
      since: new Date(standing.sinceMs ?? Date.now()).toISOString(),
      delayed: Math.round(reader.delayedMs),
      waiting: outlet.buffered,
    };
  });
}
