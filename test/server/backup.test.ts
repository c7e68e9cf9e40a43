import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { messagesIn, openFile } from '../helpers/history-file.ts';
import { newProcess } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';
import { newTalkers } from '../helpers/talker.ts';

const run = promisify(execFile);

/** The command of the guide for hosts that copies the data file in a shell. */
function backupCommand(): string {
  const guide = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const [, command = ''] = /^(head .* > backup\.json)$/m.exec(guide) ?? [];
  return command;
}

test('P-DB-4: a copy that is made while people talk is a history, or becomes one at the next start', async () => {
  const folder = await newFolder();
  const data = join(folder, 'db', 'data.json');
  const args = ['--port', '0', '--data', data, '--dialect', 'published', '--log', 'silent'];
  const server = newProcess(args);
  const talkers = await newTalkers(await server.url(), ['An', 'Bình']);
  await Promise.all(
    talkers.map((talker) => new Promise<void>((resolve) => talker.talk(16, () => resolve()))),
  );
  const copies: Buffer[] = [];
  for (let count = 0; count < 40; count++) {
    await run('sh', ['-c', backupCommand()], { cwd: folder });
    copies.push(readFileSync(join(folder, 'backup.json')));
  }
  await server.stop('SIGTERM');
  const history = await messagesIn(data);
  const lengths: number[] = [];
  for (const copy of copies) {
    const path = join(await newFolder(), 'data.json');
    await writeFile(path, copy);
    const { file } = await openFile(path);
    await file.close();
    const messages = await messagesIn(path);
    expect(messages).toEqual(history.slice(0, messages.length));
    lengths.push(messages.length);
  }
  // They are of different moments, and none lacks what the one before it had.
  expect(lengths).toEqual([...lengths].sort((one, other) => one - other));
  expect(lengths[0]).toBeLessThan(lengths.at(-1) ?? 0);
});
