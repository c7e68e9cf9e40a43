import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fileCases } from '../../src/check/cases/files.ts';
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

test('the own server keeps what it has acknowledged, whatever file it finds and however it ends', async () => {
  const command = `${process.execPath} ${executable} --port PORT --data DATA`;
  const { url, server, dataPath } = await newHosted(command);
  const outcomes = await tryCases([...storageCases, ...fileCases], { url, server });
  for (const [title, outcome] of Object.entries(outcomes)) expect([title, outcome]).toEqual([title, 'pass']);
  await server.end();
  expect(existsSync(dataPath)).toBe(false);
  expect(existsSync(`${dataPath}.check`)).toBe(false);
});
