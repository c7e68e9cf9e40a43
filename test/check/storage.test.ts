import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { fileCases } from '../../src/check/cases/files.ts';
import { fullDiskCases } from '../../src/check/cases/full-disk.ts';
import { storageCases } from '../../src/check/cases/storage.ts';
import { DataFile } from '../../src/check/data-file.ts';
import { Hosted } from '../../src/check/hosted.ts';
import { tryCases } from '../helpers/check.ts';
import { newLastingPort } from '../helpers/port.ts';
import { executable } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';

/** A server that is started by this command; `PORT` and `DATA` stand for its port and its data file. */
async function newHosted(command: string) {
  const port = await newLastingPort();
  const dataPath = join(await newFolder(), 'data.json');
  const file = DataFile.at(dataPath);
  if (file === undefined) throw new Error('the folder is new');
  const url = `ws://127.0.0.1:${port}/`;
  const server = new Hosted({
    command: command.replace('PORT', `${port}`).replace('DATA', dataPath),
    ...{ url, dataPath, file, patienceMs: 60_000 },
  });
  onTestFinished(() => server.end());
  return { url, server, dataPath };
}

const cases = [...storageCases, ...fileCases, ...fullDiskCases];
/** The cases whose titles begin so. */
const casesOf = (...titles: string[]) =>
  titles.map((start) => {
    const [found, ...more] = cases.filter(({ title }) => title.en.startsWith(start));
    if (found === undefined || more.length > 0) throw new Error(`${start} is not one case`);
    return found;
  });

test('the own server keeps what it has acknowledged, and its file for itself', async () => {
  const { url, server, dataPath } = await newHosted(
    `${process.execPath} ${executable} --port PORT --data DATA`,
  );
  const tried = casesOf('a message that was acknowledged', 'a second server');
  const outcomes = await tryCases(tried, { url, server, rounds: 3 });
  for (const [title, outcome] of Object.entries(outcomes)) expect([title, outcome]).toEqual([title, 'pass']);
  await server.end();
  expect(existsSync(dataPath)).toBe(false);
  expect(existsSync(`${dataPath}.check`)).toBe(false);
});

const careless = fileURLToPath(new URL('../helpers/careless.mjs', import.meta.url));

test.each([
  ['writes later', 'a message that was acknowledged', 'lost'],
  ['writes beside the file', 'a message is in the data file', 'message in file'],
  ['rewrites the history', 'after a restart', 'nicknames after a restart'],
  ['has no lock', 'a second server', 'second server'],
  ['does not name the process', 'a second server', 'does not name the process'],
  ['does not follow links', 'a symbolic link', 'second server'],
  ['keeps the lock', 'a server that was killed', 'start after SIGKILL'],
  ['begins anew', 'the server does not start on a data file in which a comma', 'starts on a strange file'],
  [
    'does not name the file',
    'the server does not start on a data file in which a comma',
    'does not name the file',
  ],
  ['takes a cut for an error', 'the server keeps the complete records', 'start after a cut file'],
  ['makes no folder', 'a missing folder', 'start after no folder'],
  ['keeps what it could not write', 'a message that cannot be written', 'history on a full disk'],
  ['acknowledges what it could not write', 'a message that cannot be written', 'file on a full disk'],
  ['tells nobody what it has stored', 'a message that cannot be written', 'events on a full disk'],
])('a server that %s is found out: %s', async (mistake, title, signature) => {
  const { url, server } = await newHosted(`${process.execPath} ${careless} PORT DATA "${mistake}"`);
  const outcomes = await tryCases(casesOf(title), { url, server });
  expect(Object.values(outcomes)).toEqual([expect.objectContaining({ signature })]);
});
