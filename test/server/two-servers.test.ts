import { linkSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newMember } from '../helpers/client.ts';
import { newProcess, type ServerProcess } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';
import { wholeHistory } from '../helpers/talker.ts';

const start = (dataFile: string): ServerProcess => newProcess(['--port', '0', '--data', dataFile]);

test('P-DB-3: a second server on one file ends with 1 and one line that names the pid, by whatever path it comes', async () => {
  const folder = await newFolder();
  const dataFile = join(folder, 'data.json');
  const first = start(dataFile);
  const an = await newMember(await first.url(), 'An');
  expect(await an.ask({ data: 'send', content: 'một' })).toMatchObject({ status: true });
  const bytes = readFileSync(dataFile);

  mkdirSync(join(folder, 'there'));
  const link = join(folder, 'there', 'link.json');
  const linkToLink = join(folder, 'link to link.json');
  const hard = join(folder, 'hard.json');
  symlinkSync('../data.json', link);
  symlinkSync(link, linkToLink);
  symlinkSync(folder, join(folder, 'folder'));
  linkSync(dataFile, hard);
  const paths = [dataFile, link, linkToLink, join(folder, 'folder', 'data.json'), hard];
  await Promise.all(
    paths.map(async (path) => {
      const second = start(path);
      expect(await second.exited).toEqual({ code: 1, signal: null });
      expect(second.stderr).toBe(`${path} is held by process ${first.child.pid}\n`);
      expect(second.lines).toEqual([]);
    }),
  );

  // The first has not noticed.
  expect(readFileSync(dataFile)).toEqual(bytes);
  expect(await an.ask({ data: 'send', content: 'hai' })).toMatchObject({ status: true });
});

test('P-DB-3: after a SIGKILL of the first the next start succeeds at once, even by another path', async () => {
  const folder = await newFolder();
  const dataFile = join(folder, 'data.json');
  const link = join(folder, 'link.json');
  symlinkSync(dataFile, link);
  for (const path of [dataFile, link, dataFile]) {
    const server = start(path);
    const an = await newMember(await server.url(), 'An');
    expect(await an.ask({ data: 'send', content: 'xin chào' })).toMatchObject({ status: true });
    await server.stop('SIGKILL');
  }
  expect(await wholeHistory(await start(dataFile).url())).toHaveLength(3);
});

test('P-DB-3: exactly one of many servers started on one file at the same time runs, also after a SIGKILL', async () => {
  const dataFile = join(await newFolder(), 'data.json');
  const killed = start(dataFile);
  await killed.url();
  await killed.stop('SIGKILL');
  const servers = Array.from({ length: 6 }, () => start(dataFile));
  const outcomes = await Promise.all(
    servers.map((server) =>
      server.url().then(
        () => 'runs',
        () => server.stderr,
      ),
    ),
  );
  const holder = servers[outcomes.indexOf('runs')];
  const held = `${dataFile} is held by process ${holder?.child.pid}\n`;
  expect(outcomes.toSorted()).toEqual([held, held, held, held, held, 'runs'].toSorted());
});

test('P-DB-3: a holder that is stopped and cannot answer still holds its file', async () => {
  const dataFile = join(await newFolder(), 'data.json');
  const first = start(dataFile);
  await first.url();
  first.child.kill('SIGSTOP');
  const second = start(dataFile);
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.stderr).toContain(`${dataFile} is held by`);
  first.child.kill('SIGCONT');
  await newMember(await first.url(), 'An');
});

test('P-DB-3: two files in one folder are two chats', async () => {
  const folder = await newFolder();
  const urls = await Promise.all(['a.json', 'b.json'].map((name) => start(join(folder, name)).url()));
  for (const url of urls) await newMember(url, 'An');
});
