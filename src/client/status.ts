/** The states of the client's machine, as far as a user cares about them. */
export type Status =
  | 'connecting'
  | 'unregistered'
  /** A nickname is being asked for, for the first time. */
  | 'claiming'
  /** Connected again, and taking the nickname back. */
  | 'reclaiming'
  /** Loading the newest messages, or those that were missed. */
  | 'syncing'
  | 'registered'
  /** The connection is lost; the client will try again by itself. */
  | 'waiting'
  | 'reconnecting'
  /** The server has ended the connection, and the client tries again only when told to. */
  | 'stopped'
  | 'closed';

export function statusOf(value: unknown): Status {
  if (typeof value === 'string') return value as Status;
  const { linked } = value as { linked: string | Record<string, string> };
  if (typeof linked === 'string') return linked as Status;
  const { unregistered, registered } = linked;
  if (registered !== undefined) return registered === 'syncing' ? 'syncing' : 'registered';
  if (unregistered === 'claiming') return 'claiming';
  return unregistered === 'reclaiming' || unregistered === 'blocked' ? 'reclaiming' : 'unregistered';
}
