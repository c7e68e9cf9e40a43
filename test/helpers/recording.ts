import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { newWatcher } from './watcher.ts';

/** The names of files written by this process, since a test may have several servers. */
const written = new Set<string>();

/**
 * Records a server if the variable `RECORDINGS` names a folder. If the test fails, the recording is written there, and
 * the lab can import it. `inspect` starts an inspector and resolves to its address.
 */
export async function recordFailure(inspect: () => Promise<string>): Promise<void> {
  const folder = process.env['RECORDINGS'];
  if (folder === undefined) return;
  const watcher = await newWatcher(await inspect());
  onTestFinished(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    // After the pong, or the end of the connection, no events are on their way any more.
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
