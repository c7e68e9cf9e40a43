/** The client machine's states, as far as a user cares for them. */
export type Status =
  | 'connecting'
  | 'unregistered'
  /** A nickname is being asked for, for the first time. */
  | 'claiming'
  /** Back, and the nickname is being asked for again, which a ghost of oneself may hold for a while. */
  | 'reclaiming'
  /** What was said meanwhile is being asked for. */
  | 'syncing'
  | 'registered'
  /** The connection is lost and will be tried again by itself. */
  | 'waiting'
  | 'reconnecting'
  /** The connection was ended by the server, and is tried again only when that is wanted. */
  | 'stopped'
  | 'closed';

/** The state that a user cares for. */
export function statusOf(value: unknown): Status {
  if (typeof value === 'string') return value as Status;
  const { linked } = value as { linked: string | Record<string, string> };
  if (typeof linked === 'string') return linked as Status;
  const { unregistered, registered } = linked;
  if (registered !== undefined) return registered === 'syncing' ? 'syncing' : 'registered';
  if (unregistered === 'claiming') return 'claiming';
  return unregistered === 'reclaiming' || unregistered === 'blocked' ? 'reclaiming' : 'unregistered';
}
