/** Paths of socket files, which the system limits to 107 bytes, and the named pipes that stand for them on Windows. */
import type { BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';

/** Calls a function with a short path of a folder, which is good until the function's promise settles. */
export async function withShortPath<Result>(
  folder: string,
  use: (short: string) => Promise<Result>,
  platform = process.platform,
): Promise<Result> {
  const handle = await open(folder, 'r');
  try {
    return await use(platform === 'linux' ? `/proc/self/fd/${handle.fd}` : folder);
  } finally {
    await handle.close();
  }
}

/** The named pipe that belongs to a file. `purpose`: what for, if not for its lock. */
export const pipeOf = ({ dev, ino }: BigIntStats, purpose = '') =>
  `\\\\.\\pipe\\classic-chatbox-server-${dev}-${ino}${purpose}`;
