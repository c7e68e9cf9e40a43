import { constants, type FileHandle, mkdir, open, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Opens a file for reading and writing. Creates it, with its folders, so that they survive a power loss, and so that
 * nobody but their owner can read them.
 */
export async function makeFile(path: string): Promise<FileHandle> {
  const made = await makeFolder(dirname(resolve(path)));
  try {
    return await open(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    const folder = dirname(await realpath(path));
    await syncFolders(folder, made === undefined ? folder : dirname(await realpath(made)));
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Creates a folder and its missing parents. Resolves to the topmost folder that it created. Rejects where no folder can
 * be created, as in `/proc`, where Node's own `recursive` retries for ever.
 */
export async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, 0o700);
    return folder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return undefined;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
  }
  const made = await makeFolder(dirname(folder));
  await mkdir(folder, 0o700);
  return made ?? folder;
}

/** Syncs a folder and its parents up to `topmost`, so that their entries survive a power loss. Windows does not need it. */
export async function syncFolders(folder: string, topmost = folder): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
  if (folder !== topmost) await syncFolders(dirname(folder), topmost);
}

/** For the `catch` of what looks for a file: `undefined` if there is none. Throws any other error. */
export function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** Who this process is, and which command lets it use the file, in words that follow those of an EACCES; else nothing. */
export async function remedyOf(path: string, error: unknown): Promise<string> {
  const uid = process.geteuid?.();
  if ((error as NodeJS.ErrnoException).code !== 'EACCES' || uid === undefined) return '';
  const user = `: this process runs as uid ${uid}`;
  const folder = JSON.stringify(dirname(resolve(path)));
  const mend = `chown -R ${uid} ${folder} && chmod -R u+rwX ${folder} as root mends it`;
  try {
    await stat(dirname(resolve(path)));
    return `${user}; ${mend}`;
  } catch (fault) {
    const isMissing = (fault as NodeJS.ErrnoException).code === 'ENOENT';
    return isMissing ? `${user}; mkdir -p ${folder} && ${mend}` : user;
  }
}
