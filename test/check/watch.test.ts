import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { filesIn, Watch } from '../../src/check/watch.ts';
import { newFolder } from '../helpers/server.ts';

test('--watch: the files of the server are those that its command line names, without the data file', async () => {
  const folder = await newFolder();
  const [server, other, data] = ['server.py', 'my part.py', 'data.json'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await Promise.all([server, other, data].map((file) => writeFile(file, '')));
  await mkdir(join(folder, 'lib'));
  const command = `python3 -u ${server} "${other}" --lib ${join(folder, 'lib')} --data ${data} '${server}'`;
  expect(filesIn(command, data)).toEqual([server, other]);
  expect(filesIn(command, undefined)).toEqual([server, other, data]);
});

test('--watch: every way to save a file counts, and a change during a run is not forgotten', async () => {
  const folder = await newFolder();
  const file = join(folder, 'server.py');
  await writeFile(file, '1');
  const watch = new Watch([file]);
  onTestFinished(() => watch.close());

  const written = watch.next();
  await writeFile(file, '2');
  await written;

  // As editors do: the new text is in a file that takes the place of the old one.
  const replaced = watch.next();
  await writeFile(`${file}~`, '3');
  await rename(`${file}~`, file);
  await replaced;

  const restored = watch.next();
  await rm(file);
  await writeFile(file, '4');
  await restored;

  const other = new Watch([file]);
  onTestFinished(() => other.close());
  const seen = other.next();
  await writeFile(file, '5');
  await seen;
  await watch.next();
});
