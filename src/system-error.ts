import { getSystemErrorMap } from 'node:util';

/** What went wrong in plain words with the system's code, `no space left on device (ENOSPC)`, and never a path. */
export function inWords(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  const known = errno === undefined ? undefined : getSystemErrorMap().get(errno);
  return known === undefined ? String(message ?? error) : `${known[1]} (${known[0]})`;
}
