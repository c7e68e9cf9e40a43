import { existsSync, readFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { jsonOf } from '../../src/ledger/message.ts';
import type { WriterOf } from '../../src/ledger/writing.ts';
import type { Message } from '../../src/protocol/replies.ts';

/** What a crash can leave beside each other: the data file, and the journal of a removal if there is one. */
export type State = { data: Buffer; journal?: Buffer | undefined };

export function stateOf(path: string): State {
  const journal = `${path}.journal`;
  return { data: readFileSync(path), journal: existsSync(journal) ? readFileSync(journal) : undefined };
}

/** A disk that calls `onStep` before each byte that is written to it, and before and after each sync of a file. */
export function stepping(onStep: () => void): WriterOf {
  return (file) => {
    watchSyncs(file, onStep, onStep);
    return (bytes, offset, _, position) => {
      onStep();
      return file.write(bytes, offset, 1, position);
    };
  };
}

/** A disk that breaks in its nth step, until it is mended: when it is to write or to sync, or has just written. */
export function breaking(step: number): { writerOf: WriterOf; mend: () => void } {
  let left = step;
  const next = () => {
    if (left-- === 0) throw new Error('the disk is broken');
  };
  const writerOf: WriterOf = (file) => {
    watchSyncs(file, next, () => {});
    return async (...part) => {
      next();
      const written = await file.write(...part);
      next();
      return written;
    };
  };
  return { writerOf, mend: () => (left = -1) };
}

/** Calls these functions before and after each sync of a file. */
export function watchSyncs(file: FileHandle, before: () => void, after: () => void): void {
  const sync = file.datasync.bind(file);
  file.datasync = async () => {
    before();
    await sync();
    after();
  };
}

/** The messages without what was removed from some of them. */
export function without(
  messages: readonly Message[],
  positions: readonly number[],
  withName = false,
): Message[] {
  return messages.map(({ name, content, timestamp }, position) =>
    positions.includes(position)
      ? { name: withName ? '' : name, content: '', timestamp }
      : { name, content, timestamp },
  );
}

/** What `remove` resolves to, with the JSON as text. */
export const shown = (removed: readonly { position: number; json: Uint8Array }[]) =>
  removed.map(({ position, json }) => ({ position, json: Buffer.from(json).toString() }));

/** What it must resolve to, where this is left of the messages. */
export const shownAs = (messages: readonly Message[], positions: readonly number[]) =>
  positions.map((position) => ({ position, json: jsonOf(messages[position] as Message) }));
