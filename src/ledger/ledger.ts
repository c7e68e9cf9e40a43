import type { RuleEdit, Rules } from '../moderation/rules.ts';
import type { Message } from '../protocol/replies.ts';
import type { Window } from '../protocol/window.ts';

/** `resume`: `true` asks for a secret; a string is the secret of a holding to take over (P-RES-1, P-RES-2). */
export type Claim = { type: 'claim'; by: string; nickname: string; key: string; resume?: true | string };

/**
 * What a connection of this process, `by`, asks for. The ledger knows which nickname it holds. `key` is the key of the
 * nickname (P-NAME-3).
 */
export type Change =
  | Claim
  | { type: 'post'; by: string; content: string }
  | { type: 'leave'; by: string }
  /**
   * This process is ending. Where others go on with the room, a holding with a secret waits there for its peer (P-RES-3);
   * any other leaves.
   */
  | { type: 'entrust'; by: string }
  /** The client has its new secret, so the one with which it came back is void. Becomes no entry. */
  | { type: 'confirm'; by: string };

/** What a moderator does. */
export type Act =
  /** Takes the content out of messages, and with `withName` also their authors' names (P-MOD-1). */
  | { type: 'remove'; positions: readonly number[]; withName: boolean }
  /** Says something to all members (P-MOD-4). */
  | { type: 'announce'; content: string }
  /** Closes the connection that holds the nickname with this key. */
  | { type: 'kick'; key: string; code: number; reason: string }
  /** Changes the rules (P-MOD-3). */
  | { type: 'govern'; edit: RuleEdit };

/** What an act came to. `positions`: the messages that it has removed. */
export type Done = { isDone: boolean; positions?: readonly number[] };

/**
 * A change that happened, at its place in the common order. Without `by`, it was a connection of another process that
 * asked for it. Only the process that asked is told the `secret` of a holding, and only the process whose connection
 * lost the holding is told `from`.
 */
type Happened = { by?: string; timestamp: string } & (
  | { type: 'registered' | 'resumed'; nickname: string; secret?: string; from?: string }
  | { type: 'changed'; oldname: string; nickname: string; secret?: string }
  /** `json`: the stored form of the message, in UTF-8. */
  | { type: 'posted'; message: Message; json: Uint8Array }
  | { type: 'left'; nickname: string }
);

/** What comes of acts. `json`: the stored form of what is left of the message, in UTF-8. */
type Acted = { by?: undefined; timestamp: string } & (
  | { type: 'removed'; position: number; json: Uint8Array }
  | { type: 'announced'; content: string }
  /** `from`: the connection, told only to its process. */
  | { type: 'kicked'; nickname: string; from?: string; code: number; reason: string }
  /** The rules have changed. */
  | { type: 'governed' }
  /** Messages before the position `base` have been dropped (P-MOD-2). */
  | { type: 'dropped'; base: number }
);

/** A change that did not happen, and why. Told only to the process of its author, at its place in the order. */
type Unchanged = { by: string; timestamp: string } & (
  | { type: 'taken'; change: Claim }
  /** Its author held nothing, or nothing any more. Nobody needs to hear of it. */
  | { type: 'absent' }
  /** The holding waits for its peer in other processes. */
  | { type: 'entrusted' }
  | { type: 'failed'; change: Change; error: string }
);

export type Entry = Happened | Acted | Unchanged;

/**
 * A part of the history at one moment, when it had `total` messages, of which those before the position `base` had been
 * dropped (P-MOD-2): the number of `messages` in the part, starting at position `first`, and their JSON, `{…},{…}`, in
 * pieces that may be shared and never change (P-GET-2).
 */
export type Part = {
  total: number;
  base: number;
  first: number;
  messages: number;
  pieces: readonly Uint8Array[];
};

/** `online`: all nicknames in use, as a JSON array in UTF-8, in order of registration; `count`: how many they are. */
export type View = { part: Part; online: Uint8Array; count: number };

export type LedgerListener = {
  /**
   * Takes the next entries of the order, local and remote, each once and durable. `view` already shows them, and shows
   * nothing later until this returns.
   */
  onStretch: (stretch: readonly Entry[]) => void;
  /** The other processes have given this one up and have seen its members leave. */
  onFenced: (error: unknown) => void;
  /** Asked for what there is to say of the members of this process, as JSON. */
  onAsked: () => string;
};

/**
 * The persistent state, as a log: changes go in, and one order of entries comes out, the same for every process that
 * shares the ledger. The room does not know which ledger it has.
 */
export interface Ledger {
  /** Starts to tell the listener the entries. Called once, before the first commit. */
  start(listener: LedgerListener): void;
  /**
   * Takes changes, and keeps their order. Resolves when it can take the next commit. By then each change has been told in
   * a stretch, unless the ledger cannot be reached: then the end of a connection has to wait, and so does what became
   * of a change whose answer is missing. A `posted` message is durable (P-SEND-2), and one that could not be written is
   * `failed` and in no later history (P-SEND-3). Only one commit may be under way. Rejects only because of a bug; then
   * none of these changes has been or will be told.
   */
  commit(changes: readonly Change[]): Promise<void>;
  /**
   * Carries an act out. Resolves when it is durable and has been told, or to `isDone: false` if there was nothing to act
   * on. Rejects with the reason, in words, if it could not be, or if nobody knows whether it was. Acts are under way
   * beside commits, and hold none of them up.
   */
  act(act: Act): Promise<Done>;
  /** Resolves to what every process of the room says when asked (`onAsked`). */
  ask(): Promise<readonly string[]>;
  /** Resolves to the positions of an author's messages that are in no view any more, but in archives. */
  archivedBy(isAuthor: (name: string) => boolean): Promise<readonly number[]>;
  /** What moderators have decided, at this process's place in the order. */
  readonly rules: Rules;
  /** The history and the nicknames in use, both at this process's place in the order (P-SEND-4). */
  view(window: Window): View;
  /** Releases files and locks after the commit under way. */
  close(): Promise<void>;
}

/** A ledger as the host sees it. */
export interface HostedLedger extends Ledger {
  /** Why changes cannot be stored, in words. */
  health(): string | undefined;
  /** The size of the history. */
  readonly bytes: number;
  /** Whether this process must say nothing, because it has hung and does not know whether the others have given it up. */
  readonly isHeld: boolean;
  /** What the host has been warned of and has to know for as long as it is so, in words. */
  readonly weakness: string | undefined;
}
