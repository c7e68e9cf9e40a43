/** Users of this machine, as the owners of files. */
import { lstat, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A user by number, and by name if the system has one. */
export async function userOf(uid: bigint): Promise<string> {
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const [, name] = new RegExp(`^([^:]+):[^:]*:${uid}:`, 'm').exec(users) ?? [];
  return name === undefined ? `the user with uid ${uid}` : `user ${name} (uid ${uid})`;
}

/**
 * Names the user who has put a file into a folder into which others may put files, as into `/tmp`. Resolves to `undefined`
 * if that is root, the owner of the folder or the user of this process, and if nobody else may do so.
 */
export async function strangerAt(path: string): Promise<string | undefined> {
  const folder = await stat(dirname(path), { bigint: true });
  const isShared = process.platform !== 'win32' && (folder.mode & 0o022n) !== 0n;
  const { uid } = await lstat(path, { bigint: true });
  const isKnown = [0n, folder.uid, BigInt(process.geteuid?.() ?? 0)].includes(uid);
  return isShared && !isKnown ? userOf(uid) : undefined;
}
