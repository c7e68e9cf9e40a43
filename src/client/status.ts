/** The states of the client's machine that matter to a user. */
export type Status =
  | 'connecting'
  | 'unregistered'
  /** Requesting a nickname for the first time. */
  | 'claiming'
  /** Reconnected, and taking the nickname back. */
  | 'reclaiming'
  /** Fetching the newest messages, or the missed ones. */
  | 'syncing'
  | 'registered'
  /** Waiting for the next attempt to reconnect. */
  | 'waiting'
  | 'reconnecting'
  /** The server has ended the connection, and the client reconnects only when told to. */
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
