import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { newWatcher } from './watcher.ts';

/**
 * With the variable `RECORDINGS`, a folder: should the test fail, all that happened among the actors is left there as a
 * file that the lab imports. `inspect` starts an inspector and resolves to its address.
 */
export async function recordFailure(inspect: () => Promise<string>): Promise<void> {
  const folder = process.env['RECORDINGS'];
  if (folder === undefined) return;
  const watcher = await newWatcher(await inspect());
  onTestFinished(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    // Behind its answer there is nothing on the way any more.
    watcher.socket.ping();
    await once(watcher.socket, 'pong');
    await mkdir(folder, { recursive: true });
    const name = task.name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 100);
    await writeFile(join(folder, `${name}.json`), `[${watcher.texts.join(',\n')}]\n`);
  });
}
