import { readFileSync, statSync } from 'node:fs';

const mostBytes = 1024 * 1024;

/**
 * Reads a file that a setting names. A reload reads it again while the chat runs, which must not wait: so a pipe or a device
 * is refused. Throws an error that says in words why it cannot be read.
 */
export function readSmallFile(path: string): { content: Buffer; mode: number } {
  const status = statSync(path);
  if (!status.isFile()) throw new Error('it is not a regular file');
  if (status.size > mostBytes) throw new Error('it is too large');
  return { content: readFileSync(path), mode: status.mode };
}
