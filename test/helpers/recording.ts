import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { newWatcher } from './watcher.ts';

/** Names of the files written by this process: a test may have more than one server. */
const written = new Set<string>();

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
    // Behind its answer there is nothing on the way any more, nor behind the end, where the test has closed the server.
    watcher.socket.ping();
    await Promise.race([once(watcher.socket, 'pong'), watcher.closed]);
    await mkdir(folder, { recursive: true });
    const title = task.name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 100);
    let name = `${title}.json`;
    for (let number = 2; written.has(name); number++) name = `${title}-${number}.json`;
    written.add(name);
    await writeFile(join(folder, name), `[${watcher.texts.join(',\n')}]\n`);
  });
}
