import type { Request } from '../protocol/request.ts';
import { inWords } from '../system-error.ts';

/** The requests of the protocol. */
export type Command = Request['type'];

/** One entry of the host's log. `connection` is the id of a connection, such as `c1`. */
export type LogEntry =
  | { kind: 'connect'; connection: string; address: string | undefined }
  /** A request was refused before the upgrade, with this HTTP status, for a reason in one word. */
  | { kind: 'rejection'; address: string | undefined; status: number; reason: string }
  | { kind: 'close'; connection: string; code: number }
  | { kind: 'request'; connection: string; nickname: string | undefined; request: Command }
  | { kind: 'register'; connection: string; nickname: string }
  /** The connection has taken over the holding of another one (P-RES-2). */
  | { kind: 'resume'; connection: string; nickname: string }
  | { kind: 'change'; connection: string; nickname: string; oldname: string }
  | { kind: 'send'; connection: string; nickname: string; content: string }
  | { kind: 'get'; connection: string; nickname: string; messages: number }
  | { kind: 'leave'; connection: string; nickname: string }
  /** The connection was cut off because its peer had answered no ping for so long (P-EVT-4). */
  | { kind: 'cutoff'; connection: string; nickname: string | undefined; silentSeconds: number }
  /** `request`: what was refused, if that was a request of the protocol. */
  | {
      kind: 'refusal';
      connection: string;
      nickname: string | undefined;
      request?: Command | undefined;
      reason: string;
    }
  /** What the server is doing, in words. */
  | { kind: 'status'; text: string }
  /** Something that the host should see to, in words. */
  | { kind: 'warning'; text: string }
  | { kind: 'repair'; path: string; messages: number; bytes: number }
  /** `request`: what has failed, if that was a request. */
  | { kind: 'error'; connection: string | undefined; request?: Command; error: unknown };

type WithoutConnection<One> = One extends { connection: unknown } ? Omit<One, 'connection'> : never;
/** An entry about one connection, without its id. */
export type ConnectionLogEntry = WithoutConnection<LogEntry>;

export type Log = (entry: LogEntry) => void;

/** Wraps the host's log, so that errors in it do not reach the chat. The first one becomes a process warning. */
export function harmless(log: Log): Log {
  let hasThrown = false;
  return (entry) => {
    try {
      log(entry);
    } catch (error) {
      if (!hasThrown) process.emitWarning(`the log of a chat throws: ${inWords(error)}`, 'ChatWarning');
      hasThrown = true;
    }
  };
}
