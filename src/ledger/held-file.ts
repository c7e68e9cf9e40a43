import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { Base } from './base.ts';
import { type Lock, LockedError, lockFile } from './lock.ts';
import { makeFile, remedyOf } from './make-file.ts';
import { isMounted } from './mounts.ts';

/**
 * A data file that this process has opened and locked. `real`: its path without symbolic links; `journal`: that of the
 * journal of removals.
 */
export type HeldFile = {
  path: string;
  real: string;
  journal: string;
  handle: FileHandle;
  status: BigIntStats;
  lock: Lock;
  /** Where its positions begin. */
  base: Base;
};

/** Opens a file (P-DB-5), created with its folder if missing, and locks it (P-DB-3). Rejects with a StartError. */
export async function holdFile(path: string, mustExist: boolean): Promise<HeldFile> {
  const handle = await (mustExist ? open(path, 'r+') : makeFile(path)).catch(async (error) => {
    throw new StartError(
      'DATA_UNUSABLE',
      `cannot open ${path}: ${inWords(error)}${await remedyOf(path, error)}`,
    );
  });
  let lock: Lock | undefined;
  try {
    const status = await handle.stat({ bigint: true });
    if (!status.isFile())
      throw new StartError('DATA_UNUSABLE', `cannot use ${path}: it is not a regular file`);
    lock = await lockFile(path, status);
    // Its last owner may just have put another file in its place.
    if ((await stat(path, { bigint: true })).ino === status.ino) {
      const real = await realpath(path);
      return { path, real, journal: `${real}.journal`, handle, status, lock, base: await Base.open(real) };
    }
  } catch (error) {
    await handle.close();
    await lock?.release().catch(() => {});
    if (error instanceof LockedError) throw new StartError('DATA_HELD', `${path} is ${error.message}`);
    if (error instanceof StartError) throw error;
    const cause = `its folder must allow a socket file: ${inWords(error)}`;
    throw new StartError('DATA_UNUSABLE', `cannot lock ${path}: ${cause}${await remedyOf(path, error)}`);
  }
  await lock.release();
  await handle.close();
  return holdFile(path, mustExist);
}

/** Rejects with a StartError if no other file can take the place of this one. */
export async function checkReplaceable({ path, real, handle }: HeldFile): Promise<void> {
  const { nlink } = await handle.stat();
  const cannot = (why: string) =>
    new StartError(
      'DATA_UNUSABLE',
      `cannot drop messages from ${path}: ${why}; leave keep out, or use another file`,
    );
  if (nlink > 1) throw cannot(`it has ${nlink} names (hard links), which would no longer be one file`);
  if (await isMounted(real)) throw cannot('it is mounted by itself, and its folder is not');
}
