import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/** What went wrong in plain words with the system's code, `no space left on device (ENOSPC)`, and never a path. */
export function inWords(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  // The one error of a full disk that Node's own map leaves out.
  if (errno === -constants.errno.EDQUOT) return 'disk quota exceeded (EDQUOT)';
  const known = errno === undefined ? undefined : getSystemErrorMap().get(errno);
  return known === undefined ? String(message ?? error) : `${known[1]} (${known[0]})`;
}
