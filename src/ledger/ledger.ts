import type { Message } from '../protocol/replies.ts';
import type { Window } from '../protocol/window.ts';

/**
 * What a connection asks of the room. `by` names the connection; `nickname` is the one it holds, or the one it claims
 * in place of `oldname`; `key` is what that is compared by (P-NAME-3).
 */
export type Act =
  | { type: 'claim'; by: string; oldname: string | undefined; nickname: string; key: string }
  | { type: 'recall'; by: string; nickname: string; window: Window | undefined }
  | { type: 'post'; by: string; nickname: string; content: string }
  | { type: 'leave'; by: string };

/** The acts of one commit, in their order, with the one time they all bear (P-TIME-3). */
export type Batch = { acts: readonly Act[]; timestamp: string };

/** What became of one act. `absent`: a leave of somebody who held no nickname, so that nobody needs to hear of it. */
export type Outcome =
  | { type: 'named' | 'taken' | 'absent' }
  /** `online`: all nicknames in use, as a JSON array in UTF-8, in order of registration. */
  | { type: 'recalled'; part: Part; online: Uint8Array }
  | { type: 'posted'; message: Message }
  | { type: 'left'; nickname: string }
  | { type: 'failed'; error: string };

/**
 * A part of the history as it stood at one moment: `total` messages in all then, and of these so many `messages` from
 * position `first` on, as JSON, `{…},{…}`, in pieces that may be shared and never change (P-GET-2).
 */
export type Part = { total: number; first: number; messages: number; pieces: readonly Uint8Array[] };

/**
 * What stays: the nicknames in use and the history. A ledger decides acts in the order it is given them, and may take
 * its time for a claim as well as for a post; its members need not all be connections of this process.
 */
export interface Ledger {
  /**
   * Resolves to one outcome an act, in order, once every `posted` among them is durable (P-SEND-2). What the disk
   * refused is a `failed` outcome and in no later history (P-SEND-3); acts beside it in the batch do not suffer.
   * One commit at a time. Rejects only on a bug.
   */
  commit(batch: Batch): Promise<readonly Outcome[]>;
  /** Lets go of files and locks, after the commit under way. */
  close(): Promise<void>;
}
