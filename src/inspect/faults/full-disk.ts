import { constants } from 'node:os';
import type { WriterOf } from '../../ledger/json-array-file.ts';

/**
 * A disk that a lesson can fill. While it is full, a data file that writes through `writerOf` cannot grow (P-SEND-3). As
 * on a real disk, what fits into the file's present length is written, and the rest fails with ENOSPC.
 */
export class FullDisk {
  /** Everyone who has filled the disk and not freed it since: it is full while there are any. */
  readonly fillers = new Set<object>();

  readonly writerOf: WriterOf = (file) => async (bytes, offset, length, position) => {
    if (this.fillers.size === 0) return file.write(bytes, offset, length, position);
    const room = (await file.stat()).size - position;
    if (room <= 0) throw noSpace();
    return file.write(bytes, offset, Math.min(length, room), position);
  };
}

/** The error that Node makes of a write to a full disk. */
const noSpace = () =>
  Object.assign(new Error('ENOSPC: no space left on device, write'), {
    errno: -constants.errno.ENOSPC,
    code: 'ENOSPC',
    syscall: 'write',
  });
