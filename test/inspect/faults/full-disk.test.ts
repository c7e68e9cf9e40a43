import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FullDisk } from '../../../src/inspect/faults/full-disk.ts';
import { inWords } from '../../../src/system-error.ts';
import { append, messageOf, messagesIn, openFile } from '../../helpers/history-file.ts';
import { newFolder } from '../../helpers/server.ts';

test('P-SEND-3: on a full disk the file stays as it was until there is room', async () => {
  const disk = new FullDisk();
  const path = join(await newFolder(), 'data.json');
  const opened = await openFile(path);
  opened.file.interpose(disk.writerOf);
  await append(opened, [messageOf(0)]);
  const bytes = await readFile(path);
  disk.fill(disk);
  for (const batch of [[messageOf(1)], [messageOf(1), messageOf(2, 5000)]]) {
    const error: unknown = await append(opened, batch).then(
      () => undefined,
      (refusal) => refusal,
    );
    expect(error).toMatchObject({ code: 'ENOSPC', syscall: 'write' });
    expect(inWords(error)).toBe('no space left on device (ENOSPC)');
    expect(await readFile(path)).toEqual(bytes);
  }
  disk.free(disk);
  await append(opened, [messageOf(1), messageOf(2)]);
  expect(await messagesIn(path)).toEqual([messageOf(0), messageOf(1), messageOf(2)]);
});

test('on a full disk a file does not grow: the part that fits is written, so that there is something to undo', async () => {
  const disk = new FullDisk();
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, '[1]');
  const file = await open(path, 'r+');
  onTestFinished(() => file.close());
  const write = disk.writerOf(file);
  const bytes = Buffer.from('x,2]');
  disk.fill(disk);
  expect(await write(bytes, 1, 3, 2)).toMatchObject({ bytesWritten: 1 });
  await expect(write(bytes, 2, 2, 3)).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(await readFile(path, 'utf8')).toBe('[1,');
  expect(await write(bytes, 3, 1, 2)).toMatchObject({ bytesWritten: 1 });
  expect(await readFile(path, 'utf8')).toBe('[1]');
  disk.free(disk);
  expect(await write(bytes, 1, 3, 2)).toMatchObject({ bytesWritten: 3 });
  expect(await readFile(path, 'utf8')).toBe('[1,2]');
});
