/** A store keeps one history: a file, or a room in Redis. */
import { inWords } from '../system-error.ts';

/** Some of the messages of a history in their order, in their stored form (`jsonOf`). */
export type Page = {
  readonly messages: readonly Uint8Array[];
  /** How much of the history has been read with this page, from 0 to 1. */
  readonly share: number;
};

/** Rejects with a StartError, or with an Interrupted if it might work later. */
export interface Store {
  /** As it may be shown: without a password. */
  readonly shown: string;
  /** The position of the first message (P-MOD-2). */
  base(): Promise<number>;
  /** Reads the history from its beginning to the end that it has now. */
  read(): AsyncGenerator<Page>;
  /** How many bytes behind the last whole message the last reading has left out. */
  readonly tornBytes: number;
  /** Why nothing may be copied to this store, in words; `undefined` if it is new. */
  occupied(): Promise<string | undefined>;
  /** Opens the copy that is made for this store, also one that was begun earlier. */
  stage(): Promise<Stage>;
  close(): void;
}

/** A copy in the making, which nobody takes for a history yet. It outlives whatever interrupts the copying. */
export interface Stage {
  readonly shown: string;
  read(): AsyncGenerator<Page>;
  /** Appends messages. They are as durable as the store is when it resolves. */
  append(messages: readonly Uint8Array[]): Promise<void>;
  /**
   * Makes the copy, whose first message has the position `base`, the history of its store, in one step. Resolves to why
   * that is not possible, like `occupied`.
   */
  publish(base: number): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Something outside has stopped a command, which can go on later where it was. */
export class Interrupted extends Error {}

export function interrupt(error: unknown): never {
  throw new Interrupted(inWords(error));
}
