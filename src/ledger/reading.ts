/** How a history file is read: in chunks of limited size, and with errors that name the place. */
import type { FileHandle } from 'node:fs/promises';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { NotHistory } from './scan.ts';

const chunkBytes = 1024 * 1024;

/**
 * The bytes of a file from one offset up to another, or to its end if that comes first. Each chunk has at most so many
 * bytes, and is valid until the next.
 */
export async function* chunksOf(
  file: FileHandle,
  end = Infinity,
  start = 0,
  most = chunkBytes,
): AsyncGenerator<Buffer> {
  const chunk = Buffer.allocUnsafe(most);
  for (let at = start, read = 1; read > 0; at += read) {
    read = (await file.read(chunk, 0, Math.min(most, end - at), at)).bytesRead;
    yield chunk.subarray(0, read);
  }
}

/** Why this file cannot be read, after this error. */
export async function unreadable(path: string, file: FileHandle, error: unknown): Promise<StartError> {
  if (!(error instanceof NotHistory))
    return new StartError('DATA_UNUSABLE', `cannot use ${path}: ${inWords(error)}`);
  const place = `line ${await new Lines(file).at(error.offset)}, byte ${error.offset}`;
  return new StartError('DATA_INVALID', `${path} is not a chat history: ${place}: ${error.message}`);
}

/** Tells the lines of a file, at offsets that never go back. */
export class Lines {
  readonly #file: FileHandle;
  #offset = 0;
  #line = 1;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async at(offset: number): Promise<number> {
    const most = Math.min(chunkBytes, offset - this.#offset);
    for await (const chunk of chunksOf(this.#file, offset, this.#offset, most))
      for (const byte of chunk) if (byte === 0x0a) this.#line++;
    this.#offset = offset;
    return this.#line;
  }
}
