/**
 * The journal of a removal: a file beside the data file that says what is written over which bytes of that, and nothing of
 * what is removed. It is durable before the data file is touched, and is there until the removal is durable too. So a
 * start after a crash can write everything once more, whatever the crash has left of it (P-MOD-1).
 */
import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { type FileHandle, lstat, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isTrusted } from './checks.ts';
import { syncFolders, unlessMissing } from './make-file.ts';
import { type WriterOf, writeAll } from './writing.ts';

/** The JSON that replaces the bytes from `start` to `end`, followed by spaces. It is not longer than they are. */
export type Overwrite = { start: number; end: number; json: string };

/** `sha256`: of the bytes in these spans, which the removal does not touch. They tell which file the journal belongs to. */
export type Journal = {
  overwrites: readonly Overwrite[];
  spans: readonly (readonly [start: number, end: number])[];
  sha256: string;
};

/** The most bytes before and behind all overwrites that tell which file it is. */
const spanBytes = 4096;

/** Makes the journal of overwrites in ascending order, in a file whose messages all stand before `end`. */
export async function journalOf(
  file: FileHandle,
  overwrites: readonly Overwrite[],
  end: number,
): Promise<Journal> {
  const first = overwrites[0]?.start ?? end;
  const last = overwrites.at(-1)?.end ?? end;
  const spans = [
    [Math.max(0, first - spanBytes), first],
    [last, Math.min(end, last + spanBytes)],
  ] as const;
  return { overwrites, spans, sha256: await sha256In(file, spans) };
}

/** Writes the journal, which only its owner can read. Resolves when it is durable. */
export async function writeJournal(path: string, journal: Journal, writerOf: WriterOf): Promise<void> {
  await rm(path, { force: true });
  const handle = await open(path, 'wx', 0o600);
  try {
    const text = JSON.stringify(journal);
    await writeAll(writerOf(handle), Buffer.from(`${sha256Of([text])}\n${text}`), 0);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await syncFolders(dirname(path));
}

/** Whether there is a journal beside a data file with this status, unless somebody else has put it there. */
export async function isJournal(path: string, data: BigIntStats): Promise<boolean> {
  const status = await lstat(path, { bigint: true }).catch(unlessMissing);
  return status?.isFile() === true && isTrusted(status.uid, data);
}

/** Resolves to `undefined` if a crash has torn the journal, before the data file was touched. */
export async function readJournal(path: string): Promise<Journal | undefined> {
  const [sum, text = ''] = (await readFile(path, 'utf8')).split('\n');
  return sum === sha256Of([text]) ? JSON.parse(text) : undefined;
}

/** Whether this is the file for which the journal was made, apart from what is overwritten. */
export async function isJournalOf({ spans, sha256 }: Journal, file: FileHandle): Promise<boolean> {
  return (await sha256In(file, spans)) === sha256;
}

/** Removes the journal, durably. */
export async function removeJournal(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncFolders(dirname(path));
}

async function sha256In(file: FileHandle, spans: Journal['spans']): Promise<string> {
  const parts: Buffer[] = [];
  for (const [start, end] of spans) {
    const part = Buffer.alloc(end - start);
    if (part.length > 0) await file.read(part, 0, part.length, start);
    parts.push(part);
  }
  return sha256Of(parts);
}

function sha256Of(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
