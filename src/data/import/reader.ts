import { chunksOf } from '../../ledger/reading.ts';
import { StartError } from '../../start-error.ts';
import type { Day } from '../day.ts';
import { openSource } from '../source.ts';
import type { Page } from '../store.ts';
import type { Intake } from './intake.ts';

/** What is imported. */
export type Given = {
  path: string;
  /** Counts what is not taken. */
  intake: Intake;
  /** The first day of a log that does not say it. */
  firstDay: Day | undefined;
};

/** Reads the messages of a file. Rejects with a StartError if the file is not what it should be. */
export type Reader = (given: Given) => AsyncGenerator<Page>;

/** The longest text of one message, in characters or bytes. It is limited so that memory stays flat. */
export const mostLength = 16 * 1024 * 1024;

/** Some bytes of a file, and how much of it has been read with them, from 0 to 1. They are valid until the next. */
export type Chunk = { bytes: Buffer; share: number };

export async function* chunksIn(path: string): AsyncGenerator<Chunk> {
  const { file, size } = await openSource(path);
  try {
    let done = 0;
    for await (const bytes of chunksOf(file, size)) {
      done += bytes.length;
      yield { bytes, share: done / (size || 1) };
    }
  } finally {
    await file.close();
  }
}

/** The same as text. Rejects where it is not UTF-8, unless it is `lax`: then other bytes become U+FFFD. */
export async function* textsIn(
  path: string,
  { lax = false } = {},
): AsyncGenerator<{ text: string; share: number }> {
  const decoder = new TextDecoder('utf-8', { fatal: !lax });
  let share = 0;
  const decode = (bytes?: Buffer) => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch {
      throw unfit(path, 'it is not valid UTF-8');
    }
  };
  for await (const chunk of chunksIn(path)) {
    share = chunk.share;
    yield { text: decode(chunk.bytes), share };
  }
  yield { text: decode(), share };
}

/** Lines of a file. `first` is the number of the first one. A line that is too long for a message is `undefined`. */
export type Lines = { lines: (string | undefined)[]; first: number; share: number };

export async function* linesIn(path: string, options?: { lax: boolean }): AsyncGenerator<Lines> {
  let first = 1;
  let rest = '';
  let isTooLong = false;
  for await (const { text, share } of textsIn(path, options)) {
    const parts = text.split('\n');
    parts[0] = `${rest}${parts[0]}`;
    rest = parts.pop() ?? '';
    const lines: Lines['lines'] = parts.map((line) => line.replace(/\r$/, ''));
    if (isTooLong && lines.length > 0) {
      lines[0] = undefined;
      isTooLong = false;
    }
    if (rest.length > mostLength) {
      rest = '';
      isTooLong = true;
    }
    yield { lines, first, share };
    first += lines.length;
  }
  if (isTooLong || rest !== '') yield { lines: [isTooLong ? undefined : rest], first, share: 1 };
}

/** The file is not what it should be. */
export const unfit = (path: string, why: string) =>
  new StartError('DATA_INVALID', `cannot import ${path}: ${why}`);
