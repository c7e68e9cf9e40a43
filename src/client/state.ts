import type { SnapshotFrom } from 'xstate';
import type { Exchange, Resume } from './exchange.ts';
import type { clientMachine } from './machine.ts';
import type { Outgoing } from './outbox.ts';
import type { Refusal } from './refusal.ts';

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

/** The state of the client. Each change makes a new object. */
export type ChatState = {
  readonly status: Status;
  readonly nickname: string | undefined;
  /** Why the last requested nickname was refused. */
  readonly refusal: Refusal | undefined;
  /** The close code of the last connection until the next one is opened. It says why the client is `stopped`. */
  readonly closeCode: number | undefined;
  /** What the server said when it closed that connection, such as why somebody was kicked; `undefined` if nothing. */
  readonly closeReason: string | undefined;
  /** The option `resume` for a client that is to continue this one, if the server supports it. Keep it secret. */
  readonly resume: Resume | undefined;
  /** All nicknames in use, in order of registration. */
  readonly online: readonly string[];
  readonly outbox: readonly Outgoing[];
};

/** What a user sees of the machine and the exchange. */
export function stateOf(
  { value, context: { nickname, refusal } }: SnapshotFrom<typeof clientMachine>,
  { closeCode, closeReason, resume, online, outbox }: Exchange,
): ChatState {
  return {
    status: statusOf(value),
    nickname,
    refusal,
    closeCode,
    closeReason,
    resume,
    online,
    outbox: outbox.list,
  };
}

export const isSame = (one: ChatState, other: ChatState) =>
  (Object.keys(one) as (keyof ChatState)[]).every((key) => one[key] === other[key]);

function statusOf(value: unknown): Status {
  if (typeof value === 'string') return value as Status;
  const { linked } = value as { linked: string | Record<string, string> };
  if (typeof linked === 'string') return linked as Status;
  const { unregistered, registered } = linked;
  if (registered !== undefined) return registered === 'syncing' ? 'syncing' : 'registered';
  if (unregistered === 'claiming') return 'claiming';
  return unregistered === 'reclaiming' || unregistered === 'blocked' ? 'reclaiming' : 'unregistered';
}
