/** What has to be known of a data file before it is read or written. */
import type { BigIntStats } from 'node:fs';
import { StartError } from '../start-error.ts';
import { freeMemory, inUnits } from './space.ts';

/** A history of short messages takes this much memory for each byte of its file. */
const memoryPerByte = 1.25;

/** Throws a StartError if the history would not fit into memory, where the system would end the process. */
export function checkSize(path: string, bytes: number): void {
  const free = freeMemory();
  if (bytes * memoryPerByte <= free) return;
  const sizes = `its ${inUnits(bytes)} do not fit into the ${inUnits(free)} of memory that are free`;
  throw new StartError('DATA_UNUSABLE', `cannot use ${path}: ${sizes}`);
}

/** Says so if other users may read the file. */
export function exposureOf(path: string, { mode }: BigIntStats): string | undefined {
  if (process.platform === 'win32' || (mode & 0o004n) === 0n) return undefined;
  return `${path} has mode 0${(mode & 0o777n).toString(8)}: other users may read it`;
}

/**
 * Throws if another program has moved or changed the file, of which one of its paths now has the status `there`: a write
 * would be lost, or damage it (P-DB-5).
 */
export function checkIdentity(
  there: BigIntStats | undefined,
  { dev, ino }: BigIntStats,
  size = there?.size,
): asserts there {
  if (there === undefined) throw new Error('the data file was removed while the server runs');
  if (there.ino !== ino || there.dev !== dev || there.size !== size) throw changed();
}

/** Why a file that is not as this process has left it is not written to. */
export const changed = () => new Error('the data file was changed by another program while the server runs');

/** Whether this user may write the data file. In a shared folder, anybody may leave files beside it. */
export const isTrusted = (user: bigint, file: BigIntStats) => isEntitled(user, file) || isShared(file);

/** Whether this is root, the user of this process, or the owner of the data file. */
export const isEntitled = (user: bigint, { uid }: BigIntStats) =>
  [0n, uid, BigInt(process.geteuid?.() ?? 0)].includes(user);

/** Whether others than its owner may write the data file. */
const isShared = ({ mode }: BigIntStats) => (mode & 0o022n) !== 0n;
