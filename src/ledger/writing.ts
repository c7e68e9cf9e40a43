import type { FileHandle } from 'node:fs/promises';

/** Writes part of the bytes to a position of a file. Resolves once at least one byte is written. */
type Write = (
  bytes: Buffer,
  offset: number,
  length: number,
  position: number,
) => Promise<{ bytesWritten: number }>;

/** Makes the function that does all writing to an open file. */
export type WriterOf = (file: FileHandle) => Write;

export const plainWriterOf: WriterOf =
  (file) =>
  (...part) =>
    file.write(...part);

/** Writes all bytes to a position of a file. */
export async function writeAll(write: Write, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}
