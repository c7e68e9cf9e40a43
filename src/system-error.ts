import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/** An error in words with the system's code, `no space left on device (ENOSPC)`; a system error without its path. */
export function inWords(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  // Node's own map does not contain this error of a full disk.
  if (errno === -constants.errno.EDQUOT) return 'disk quota exceeded (EDQUOT)';
  const known = errno === undefined ? undefined : getSystemErrorMap().get(errno);
  return known === undefined ? String(message ?? error) : `${known[1]} (${known[0]})`;
}
