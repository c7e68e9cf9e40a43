import type { Connection } from './connection.ts';

/** What there is to say of a member. `mask` stands for its address. */
export type Member = {
  nickname: string;
  mask: string;
  /** The state of its connection, such as `registered.idle`. */
  state: string;
  /** When it registered, in ISO 8601. */
  since: string;
  /** For how many milliseconds its requests have waited because of limits. */
  delayed: number;
  /** How many bytes wait to go out to it. */
  waiting: number;
};

/** The members among these connections. */
export function membersOf(connections: Iterable<Connection>): Member[] {
  return [...connections].flatMap(({ nickname, actor, standing, outlet, delayedMs }) => {
    const { value, status } = actor.getSnapshot();
    if (nickname === undefined || status !== 'active') return [];
    return {
      nickname,
      mask: standing.mask,
      state: typeof value === 'string' ? value : Object.entries(value).flat().join('.'),
      since: new Date(standing.sinceMs ?? Date.now()).toISOString(),
      delayed: Math.round(delayedMs),
      waiting: outlet.buffered,
    };
  });
}
