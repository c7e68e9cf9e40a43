import type { Message } from '../protocol/replies.ts';
import type { Window } from '../protocol/window.ts';

/** `resume`: a secret is wanted for the holding, or this one is offered for it (P-RES-1, P-RES-2). */
export type Claim = { type: 'claim'; by: string; nickname: string; key: string; resume?: true | string };

/**
 * What a connection of this process, `by`, asks for. Which nickname it holds is the ledger's to know; `key` is what a
 * nickname is compared by (P-NAME-3).
 */
export type Change =
  | Claim
  | { type: 'post'; by: string; content: string }
  | { type: 'leave'; by: string }
  /** It has received its new secret: the one that it came back with is void. Appears in no stretch. */
  | { type: 'confirm'; by: string };

/**
 * One place in the common order. Without `by`, a connection of another process asked. Only the process that asked is told
 * the `secret` of a holding, and only the process whose connection lost it is told `from`.
 */
type Happened = { by?: string; timestamp: string } & (
  | { type: 'registered' | 'resumed'; nickname: string; secret?: string; from?: string }
  | { type: 'changed'; oldname: string; nickname: string; secret?: string }
  /** `json`: the message as it is stored, in UTF-8. */
  | { type: 'posted'; message: Message; json: Uint8Array }
  | { type: 'left'; nickname: string }
);

/** Told to its author's process only, at its place in the order: a change that changed nothing, and why. */
type Unchanged = { by: string; timestamp: string } & (
  | { type: 'taken'; change: Claim }
  /** A connection without a nickname left or posted, so nobody needs to hear of it. */
  | { type: 'absent' }
  | { type: 'failed'; change: Change; error: string }
);

export type Entry = Happened | Unchanged;

/**
 * A part of the history as it stood at one moment: `total` messages in all then, and of these so many `messages` from
 * position `first` on, as JSON, `{…},{…}`, in pieces that may be shared and never change (P-GET-2).
 */
export type Part = { total: number; first: number; messages: number; pieces: readonly Uint8Array[] };

/** `online`: all nicknames in use, as a JSON array in UTF-8, in order of registration; `count`: how many they are. */
export type View = { part: Part; online: Uint8Array; count: number };

export type LedgerListener = {
  /**
   * The next entries of the order: durable, local and remote, each once. `view` shows them already, and shows nothing
   * later until this returns.
   */
  onStretch: (stretch: readonly Entry[]) => void;
  /** This process has lost its place: the others have seen its members leave. */
  onFenced: (error: unknown) => void;
};

/**
 * What stays, as a log: changes go in, and one order comes out, the same for every process that shares it. The room does
 * not know which ledger it has.
 */
export interface Ledger {
  /** Begins to tell what happens. Called once, before the first commit. */
  start(listener: LedgerListener): void;
  /**
   * Takes changes, and keeps their order. Resolves when it can take the next, by
   * when each of these has been in a stretch: a `posted` is durable then (P-SEND-2), and what the disk refused is
   * `failed` and in no later history (P-SEND-3). One commit at a time. Rejects only on a bug, and then none of these
   * changes has been or will be in a stretch.
   */
  commit(changes: readonly Change[]): Promise<void>;
  /** The history and who is online at this process's place in the order: a cut through it by construction (P-SEND-4). */
  view(window: Window): View;
  /** Lets go of files and locks, after the commit under way. */
  close(): Promise<void>;
}
