import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Archive } from '../../src/ledger/archive.ts';
import type { Message } from '../../src/protocol/replies.ts';
import { crashAfter } from '../helpers/crash.ts';
import { messagesIn } from '../helpers/history-file.ts';
import { newFolder } from '../helpers/server.ts';

const nowMs = Date.UTC(2026, 10, 27);

const messageAt = (content: string, month: number, name = 'An'): Message => ({
  name,
  content,
  timestamp: `22/${String(month).padStart(2, '0')}/2026 10/0600`,
});

async function openArchive(folder: string): Promise<Archive> {
  const archive = await Archive.open(folder);
  onTestFinished(() => archive.close());
  return archive;
}

async function newArchive() {
  const folder = join(await newFolder(), 'a', 'archive');
  return { folder, archive: await openArchive(folder) };
}

async function* pagesOf(...pages: Message[][]) {
  yield* pages;
}

/** The contents of an archive's files, in the order of their names. */
async function contentsIn(folder: string): Promise<Record<string, string[]>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const files = names.map(async (name) => [name, await messagesIn(join(folder, name))] as const);
  return Object.fromEntries(
    (await Promise.all(files)).map(([name, messages]) => [name, messages.map(({ content }) => content)]),
  );
}

/** The messages with their positions. */
async function positionsIn(archive: Archive): Promise<number[]> {
  return archive.positionsOf(() => true);
}

test('P-MOD-2: messages go into the file of their month, in the format of the data file', async () => {
  const { folder, archive } = await newArchive();
  await archive.append(
    0,
    pagesOf([messageAt('một', 9)], [messageAt('hai', 10), messageAt('ba "👋"', 10)]),
    nowMs,
  );
  await archive.append(3, pagesOf([messageAt('bốn', 10), messageAt('năm', 11)]), nowMs);
  expect(await contentsIn(folder)).toEqual({
    '2026-09.json': ['một'],
    '2026-10.json': ['hai', 'ba "👋"', 'bốn'],
    '2026-11.json': ['năm'],
  });
  expect(await archive.end()).toBe(5);
  expect((await readFile(join(folder, '2026-09.json'), 'utf8')).startsWith('[{"name":"An",')).toBe(true);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const name of await readdir(folder))
    if (!name.startsWith('.chat-')) expect((await stat(join(folder, name))).mode & 0o777, name).toBe(0o600);
});

test('P-MOD-2: files in the order of their names are the history, whatever the timestamps say', async () => {
  const { folder, archive } = await newArchive();
  const odd = { name: 'An', content: 'lúc nào đó', timestamp: 'hôm qua' };
  const future = { name: 'An', content: 'mai sau', timestamp: '22/11/9998 10/0600' };
  await archive.append(0, pagesOf([messageAt('a', 10), odd, messageAt('b', 9), messageAt('c', 11)]), nowMs);
  await archive.append(4, pagesOf([odd, messageAt('d', 10), future, messageAt('e', 11)]), nowMs);
  expect(Object.values(await contentsIn(folder)).flat()).toEqual([
    'a',
    'lúc nào đó',
    'b',
    'c',
    'lúc nào đó',
    'd',
    'mai sau',
    'e',
  ]);
  expect(Object.keys(await contentsIn(folder))).toEqual(['2026-10.json', '2026-11.json']);
});

test('P-MOD-2: without any time, messages go into the file of this month', async () => {
  const { folder, archive } = await newArchive();
  await archive.append(0, pagesOf([{ name: 'An', content: 'a', timestamp: '' }]), nowMs);
  expect(await contentsIn(folder)).toEqual({ '2026-11.json': ['a'] });
});

test('P-MOD-1: what is removed is gone from every file, and the rest stays', async () => {
  const { folder, archive } = await newArchive();
  await archive.append(7, pagesOf([messageAt('bí mật', 9), messageAt('một', 9, 'Bình')]), nowMs);
  // The positions from 9 to 19 were dropped without an archive.
  await archive.append(20, pagesOf([messageAt('hai', 9), messageAt('bí mật', 10)]), nowMs);
  expect(await archive.positionsOf((name) => name === 'An')).toEqual([7, 20, 21]);
  expect(await archive.remove(new Set([7, 9, 21, 22]), false)).toEqual([7, 21]);
  expect(await archive.remove(new Set([7]), false)).toEqual([]);
  expect(await contentsIn(folder)).toEqual({ '2026-09.json': ['', 'một', 'hai'], '2026-10.json': [''] });
  expect(await archive.remove(new Set([7, 20]), true)).toEqual([7, 20]);
  expect(await messagesIn(join(folder, '2026-09.json'))).toMatchObject([
    { name: '', content: '' },
    { name: 'Bình', content: 'một' },
    { name: '', content: '' },
  ]);
  const bytes = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name)).catch(() => '')),
  );
  expect(bytes.join('')).not.toContain('bí mật');
  await archive.append(22, pagesOf([messageAt('ba', 10)]), nowMs);
  await archive.close();
  expect(await positionsIn(await openArchive(folder))).toEqual([7, 8, 20, 21, 22]);
});

test('P-MOD-2: files whose newest message is older expire', async () => {
  const { folder, archive } = await newArchive();
  await archive.append(0, pagesOf([messageAt('a', 9), messageAt('b', 10), messageAt('c', 11)]), nowMs);
  await archive.expire(Date.UTC(2026, 8, 22, 10, 6));
  expect(Object.keys(await contentsIn(folder))).toHaveLength(3);
  await archive.expire(Date.UTC(2026, 9, 22, 10, 6));
  expect(await contentsIn(folder)).toEqual({ '2026-10.json': ['b'], '2026-11.json': ['c'] });
  expect(await positionsIn(archive)).toEqual([1, 2]);
});

test('two servers cannot have one archive', async () => {
  const { folder, archive } = await newArchive();
  await expect(Archive.open(folder)).rejects.toMatchObject({
    code: 'DATA_HELD',
    message: `cannot use the archive ${folder}: held by process ${process.pid}`,
  });
  await archive.close();
  await openArchive(folder);
});

test('an archive that is not a folder is refused, and so is a file that is no history', async () => {
  const folder = await newFolder();
  await writeFile(join(folder, 'file'), '');
  await expect(Archive.open(join(folder, 'file'))).rejects.toMatchObject({ code: 'DATA_UNUSABLE' });
  await writeFile(join(folder, '2026-11.json'), '[1]');
  const message = `${join(folder, '2026-11.json')} is not a chat history: line 1, byte 1: `;
  await expect(Archive.open(folder)).rejects.toMatchObject({
    code: 'DATA_INVALID',
    message: expect.stringContaining(message),
  });
});

test('files that somebody puts there get positions before all others, and are searched too', async () => {
  const { folder, archive } = await newArchive();
  await archive.append(0, pagesOf([messageAt('c', 11)]), nowMs);
  await archive.close();
  await writeFile(
    join(folder, '2025-12.json'),
    `${JSON.stringify([messageAt('a', 12), messageAt('b', 12)], undefined, 2)}\n`,
  );
  const again = await openArchive(folder);
  expect(await positionsIn(again)).toEqual([-2, -1, 0]);
  expect(await again.remove(new Set([-1]), false)).toEqual([-1]);
  expect(await contentsIn(folder)).toEqual({ '2025-12.json': ['a', ''], '2026-11.json': ['c'] });
});

test('without its index, an archive has its messages before the base, and takes more', async () => {
  const { folder, archive } = await newArchive();
  await archive.append(0, pagesOf([messageAt('a', 10), messageAt('b', 11)]), nowMs);
  await archive.close();
  await rm(join(folder, '.positions'));
  const again = await openArchive(folder);
  await again.renumber(1);
  expect(await positionsIn(again)).toEqual([-2, -1]);
  await again.append(1, pagesOf([messageAt('c', 11)]), nowMs);
  expect(await positionsIn(again)).toEqual([-2, -1, 1]);
  expect(await contentsIn(folder)).toEqual({ '2026-10.json': ['a'], '2026-11.json': ['b', 'c'] });
});

test('positions that begin anew do not meet those of before', async () => {
  const { folder, archive } = await newArchive();
  await archive.append(0, pagesOf([messageAt('a', 10), messageAt('b', 11)]), nowMs);
  expect(await positionsIn(archive)).toEqual([0, 1]);
  await archive.renumber(2);
  expect(await positionsIn(archive)).toEqual([0, 1]);
  await archive.renumber(0);
  await archive.append(0, pagesOf([messageAt('c', 11)]), nowMs);
  expect(await positionsIn(archive)).toEqual([-2, -1, 0]);
  await archive.close();
  expect(await positionsIn(await openArchive(folder))).toEqual([-2, -1, 0]);
});

/** Runs a task on copies of an archive, stopped after every change of the disk that it makes. */
async function stopEverywhere(
  folder: string,
  task: (archive: Archive) => Promise<unknown>,
  check: (folder: string, archive: Archive) => Promise<void>,
): Promise<number> {
  for (let count = 0; ; count++) {
    const copy = join(await newFolder(), 'archive');
    await cp(folder, copy, { recursive: true, filter: (path) => !path.includes('.chat-') });
    const archive = await openArchive(copy);
    const hasCrashed = await crashAfter(count, () => task(archive));
    await archive.close();
    await check(copy, await openArchive(copy));
    if (!hasCrashed) return count;
  }
}

const before = [messageAt('a', 9), messageAt('bí mật', 10, 'Bình')];
const more = [messageAt('c', 10), messageAt('d', 10), messageAt('e', 11)];

test('P-MOD-2: an append that is stopped anywhere leaves whole files with a beginning of it, and can be repeated', async () => {
  const { folder, archive } = await newArchive();
  await archive.append(0, pagesOf(before), nowMs);
  await archive.close();
  const seen = new Set<number>();
  const steps = await stopEverywhere(
    folder,
    (one) => one.append(2, pagesOf(more), nowMs),
    async (copy, again) => {
      const end = await again.end();
      seen.add(end);
      const all = [...before, ...more];
      expect(Object.values(await contentsIn(copy)).flat()).toEqual(
        all.slice(0, end).map(({ content }) => content),
      );
      expect((await readdir(copy)).filter((name) => /next$/.test(name))).toEqual([]);
      await again.append(end, pagesOf(all.slice(end)), nowMs);
      expect(await positionsIn(again)).toEqual([0, 1, 2, 3, 4]);
      const last: Message[] = [];
      for await (const page of again.from(3)) last.push(...page);
      expect(last).toEqual(more.slice(1));
    },
  );
  expect(steps).toBeGreaterThan(8);
  expect([...seen]).toEqual([2, 4, 5]);
});

test('P-MOD-1: a removal that is stopped anywhere leaves whole files with each message or its removal', async () => {
  const { folder, archive } = await newArchive();
  await archive.append(0, pagesOf([...before, ...more]), nowMs);
  await archive.close();
  const seen = new Set<string>();
  await stopEverywhere(
    folder,
    (one) => one.remove(new Set([0, 1]), true),
    async (copy, again) => {
      const contents = Object.values(await contentsIn(copy)).flat();
      seen.add(contents.slice(0, 2).join());
      expect(contents.slice(2)).toEqual(['c', 'd', 'e']);
      expect(await positionsIn(again)).toEqual([0, 1, 2, 3, 4]);
      await again.remove(new Set([0, 1]), true);
      const texts = await Promise.all(
        (await readdir(copy)).map((name) => readFile(join(copy, name)).catch(() => '')),
      );
      expect(texts.join('')).not.toMatch(/bí mật|Bình/);
    },
  );
  expect([...seen]).toEqual(['a,bí mật', ',bí mật', ',']);
});
