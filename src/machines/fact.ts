/** Why a machine went where it did, as data that can be told: no text that people wrote is in it. */

/** What a guard has looked at. A page puts it into words. */
export type Fact =
  /** The type of a value that is no string. */
  | { kind: 'type'; is: 'null' | 'array' | 'object' | 'number' | 'boolean' }
  /** Code points of a text, and how many it may have. */
  | { kind: 'characters'; is: number; most: number }
  /** The text has a lone surrogate. */
  | { kind: 'surrogate' }
  /** The nickname is nothing but spaces and invisible characters, or has one that is not allowed (P-NAME-6). */
  | { kind: 'key' }
  /** The connection may have one nickname only, and this is another one. */
  | { kind: 'other' }
  /** Whether the host has something against it (P-MOD-3). */
  | { kind: 'objection'; is: boolean }
  /** Whether the client offers a secret (P-RES-2). */
  | { kind: 'offer'; is: boolean }
  /** Whether the member may not write (P-MOD-3). */
  | { kind: 'muted'; is: boolean }
  /** Sends that the room has not settled, and how many there may be. */
  | { kind: 'under way'; is: number; most: number }
  /** The key of a `get` that is no position or count (P-GET-3); none: all are. */
  | { kind: 'window'; is?: 'limit' | 'before' | 'after' }
  /** Whether the room has granted a claim. */
  | { kind: 'holding'; is: boolean }
  /** How many changes the room has settled, and how many were under way. */
  | { kind: 'settled'; is: number; most: number }
  /** Whether the holding was another connection's. */
  | { kind: 'resumed'; is: boolean }
  /** Whether the holding has a secret. */
  | { kind: 'resumable'; is: boolean };

/** A guard, what it says, and what that comes from: facts, and other guards that it asks. */
export type Evaluated = { guard: string; verdict: boolean; facts: Fact[]; parts?: Evaluated[] };

/** A transition that an event could have led to, by its id in the machine's chart. */
export type Candidate = {
  id: string;
  /** Its guard, if it has one and was asked: not if a transition before it was taken. */
  guard?: Evaluated;
  isTaken: boolean;
};
