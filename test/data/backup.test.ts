import { execFile } from 'node:child_process';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type DataOptions, figuresOf, runIn, when, writtenForm } from '../helpers/data.ts';
import { messageOf, messagesIn, openFile } from '../helpers/history-file.ts';
import { newProcess } from '../helpers/process.ts';
import { publishedHistory } from '../helpers/published-history.ts';
import { newFolder } from '../helpers/server.ts';
import { newTalkers } from '../helpers/talker.ts';

const run = promisify(execFile);
const now = new Date('2026-11-27T06:00:00.500Z');
const text = (path: string) => readFile(path, 'utf8');
/** They take several pages, so that something can happen between two. */
const messages = Array.from({ length: 300 }, (_, position) => messageOf(position, 10_000));
const json = writtenForm(messages);

/** A data file with this content, and a folder for its copies. */
async function newData(content: string = json) {
  const folder = await newFolder();
  const [path, copies] = [join(folder, 'data.json'), join(folder, 'copies')] as const;
  await mkdir(copies);
  await writeFile(path, content);
  return { path, copies, copy: join(copies, 'data-2026-11-27T060000.json') };
}

const backUp = (args: readonly string[], options: DataOptions = {}) =>
  runIn(['backup', ...args], { now, ...options });

test('a copy in a folder is named by the time, and is for its owner only, with what belongs to it', async () => {
  const { path, copies, copy } = await newData();
  await writeFile(`${path}.base`, '{"base":7}');
  await writeFile(`${path}.moderation`, '{"bans":[]}', { mode: 0o644 });
  const { code, printed } = await backUp([path, copies]);
  expect(code).toBe(0);
  expect(printed).toEqual([`${copy}: ${figuresOf(messages)}`]);
  expect(await text(copy)).toBe(json);
  expect(JSON.parse(await text(`${copy}.base`))).toEqual({ base: 7 });
  expect(await text(`${copy}.moderation`)).toBe('{"bans":[]}');
  const names = (await readdir(copies)).sort();
  expect(names).toHaveLength(3);
  const modes = names.map(async (name) => (await stat(join(copies, name))).mode & 0o777);
  expect(await Promise.all(modes)).toEqual([0o600, 0o600, 0o600]);
});

test.each([
  ['as others write it', publishedHistory(50).text, publishedHistory(50).messages],
  ['without content', '', []],
  ['with a torn end', `${json.slice(0, -100)}`, messages.slice(0, -1)],
])('P-DB-4: of a file %s the whole messages are copied', async (_, content, whole) => {
  const { path, copies, copy } = await newData(content);
  const { printed } = await backUp([path, copies, '--json']);
  expect(await text(copy)).toBe(writtenForm(whole));
  expect(await text(path)).toBe(content);
  const [, bytes, sha256] = /bytes (\d+), SHA-256 (\w+)/.exec(figuresOf(whole)) ?? [];
  const figures = { messages: whole.length, bytes: Number(bytes), sha256 };
  expect(printed.map((line) => JSON.parse(line))).toEqual([
    { file: path, copy, ...figures, base: 0, deleted: [] },
  ]);
});

test('P-DB-4, P-SEND-2: a copy that is made while people talk has all that was acknowledged before', async () => {
  const folder = await newFolder();
  const data = join(folder, 'data.json');
  const server = newProcess(['--port', '0', '--data', data, '--dialect', 'published', '--log', 'silent']);
  const talkers = await newTalkers(await server.url(), ['An', 'Bình']);
  await Promise.all(
    talkers.map((talker) => new Promise<void>((resolve) => talker.talk(16, () => resolve()))),
  );
  const made: { acknowledged: number; copy: string }[] = [];
  for (let count = 0; count < 10; count++) {
    const acknowledged = talkers.reduce((sum, talker) => sum + talker.acknowledged.length, 0);
    const copy = join(folder, `copy-${count}.json`);
    await backUp([data, copy]);
    made.push({ acknowledged, copy });
  }
  await server.stop('SIGTERM');
  const history = await messagesIn(data);
  for (const { acknowledged, copy } of made) {
    const inIt = await messagesIn(copy);
    expect(inIt).toEqual(history.slice(0, inIt.length));
    expect(inIt.length).toBeGreaterThanOrEqual(acknowledged);
  }
  expect(made.at(-1)?.acknowledged).toBeGreaterThan(made[0]?.acknowledged ?? 0);
});

test('P-MOD-1: a removal while the file is read is in the copy as a whole', async () => {
  const { path, copies, copy } = await newData();
  const removed = { ...messageOf(299), content: '' };
  const left = JSON.stringify(removed).padEnd(JSON.stringify(messages[299]).length);
  const changed = `${json.slice(0, json.lastIndexOf('{'))}${left}\n]`;
  const remove = when('checking the source', () => writeFileSync(path, changed));
  await backUp([path, copies], remove);
  expect(await messagesIn(copy)).toEqual([...messages.slice(0, 299), removed]);
  expect(await text(copy)).not.toContain('299');
});

test('P-MOD-2: if messages are dropped while the file is read, messages and base belong together', async () => {
  const { path, copies, copy } = await newData();
  const drop = when('checking the source', () => {
    writeFileSync(`${path}.next`, writtenForm(messages.slice(100)));
    writeFileSync(`${path}.base`, '{"base":0,"next":100}');
    renameSync(`${path}.next`, path);
    writeFileSync(`${path}.base`, '{"base":100}');
  });
  await backUp([path, copies], drop);
  expect(await messagesIn(copy)).toEqual(messages.slice(100));
  expect(JSON.parse(await text(`${copy}.base`))).toEqual({ base: 100 });
});

test('P-MOD-2: if the base changes while the file is read, it is read again', async () => {
  const { path, copies, copy } = await newData();
  await backUp(
    [path, copies],
    when('checking the source', () => writeFileSync(`${path}.base`, '{"base":100}')),
  );
  expect(JSON.parse(await text(`${copy}.base`))).toEqual({ base: 100 });
});

test.each([
  ['before its draft has taken the place of the file', true, 7],
  ['after that', false, 9],
])('P-MOD-2: a drop that was killed %s tells the base', async (_, hasDraft, base) => {
  const { path, copies, copy } = await newData();
  await writeFile(`${path}.base`, '{"base":7,"next":9}');
  if (hasDraft) await writeFile(`${path}.next`, '[');
  await backUp([path, copies]);
  expect(JSON.parse(await text(`${copy}.base`))).toEqual({ base });
});

test('a file that is changed each time it is read is not copied', async () => {
  const { path, copies } = await newData();
  let count = 0;
  const onSaid = (said: string) => {
    if (said.includes('checking the source')) writeFileSync(path, json.replace('299 ', `${300 + count++} `));
  };
  await expect(backUp([path, copies], { onSaid })).rejects.toThrow(
    `cannot back up ${path}: it was changed each time it was read`,
  );
  expect(await readdir(copies)).toEqual([]);
});

test('a copy that does not keep what is written to it is noticed', async () => {
  const { path, copies, copy } = await newData();
  const spoil = when('checking the copy', () =>
    writeFileSync(`${copy}.partial`, json.replace('299 ', '298 ')),
  );
  await expect(backUp([path, copies], spoil)).rejects.toThrow('does not hold what was written to it');
  expect(await readdir(copies)).toEqual([]);
});

test.each([
  ['no history', '[{}]', 'line 1, byte 1: a message has no string under "name"'],
  ['interrupted', json, 'interrupted; nothing was changed'],
])('of a file that is %s nothing is left', async (_, content, why) => {
  const { path, copies } = await newData(content);
  const interruption = new AbortController();
  const interrupt = when('checking the copy', () => interruption.abort());
  await expect(backUp([path, copies], { signal: interruption.signal, ...interrupt })).rejects.toThrow(why);
  expect(await readdir(copies)).toEqual([]);
});

test('nothing is overwritten', async () => {
  const { path, copies, copy } = await newData();
  await writeFile(copy, 'kept');
  await expect(backUp([path, copies])).rejects.toThrow(`cannot back up ${path}: ${copy} exists`);
  await expect(backUp([path, path])).rejects.toThrow(`cannot back up ${path}: ${path} exists`);
  for (const [target, folder] of [
    [`${copies}/none/`, `${copies}/none/`],
    [`${copies}/none/copy.json`, `${copies}/none`],
  ] as const)
    await expect(backUp([path, target])).rejects.toThrow(
      `cannot back up ${path}: there is no folder ${folder}`,
    );
  await expect(backUp([path, `${copies}/none`, '--keep-last', '3'])).rejects.toThrow(
    `cannot back up ${path}: there is no folder ${copies}/none`,
  );
  expect([await text(copy), await text(path)]).toEqual(['kept', json]);
});

test('--keep-last deletes the oldest copies, with what belongs to them, and nothing else', async () => {
  const { path, copies } = await newData('[]');
  await writeFile(`${path}.base`, '{"base":7}');
  const others = [
    'data.json',
    'data-2026-11-01.json',
    'other-2026-11-01T060000.json',
    'data-2026-11-01T060000.txt',
  ];
  for (const name of others) await writeFile(join(copies, name), '[]');
  await writeFile(join(copies, 'data-2026-11-02T060000.json.partial'), '[');
  const deleted: string[][] = [];
  for (const day of ['24', '25', '26', '27']) {
    const { printed } = await backUp([path, copies, '--keep-last', '2', '--json'], {
      now: new Date(`2026-11-${day}T06:00:00Z`),
    });
    deleted.push(JSON.parse(printed[0] ?? '').deleted);
  }
  const copyOf = (day: string) => `data-2026-11-${day}T060000.json`;
  expect(deleted).toEqual([[], [], [join(copies, copyOf('24'))], [join(copies, copyOf('25'))]]);
  const kept = ['26', '27'].flatMap((day) => [copyOf(day), `${copyOf(day)}.base`]);
  expect((await readdir(copies)).sort()).toEqual([...others, ...kept].sort());
});

test('killed at any moment, it leaves no copy that is not whole', async () => {
  const { text: long, messages: inIt } = publishedHistory(30_000);
  const { path, copies } = await newData(long);
  const started = async () => (await readdir(copies)).some((name) => name.endsWith('.partial'));
  for (const hasCopied of [false, true]) {
    const copying = newProcess(['data', 'backup', path, copies]);
    let isOver = false;
    void copying.exited.then(() => {
      isOver = true;
    });
    const isReached = async () => {
      const sizes = (await readdir(copies)).map(async (name) => (await stat(join(copies, name))).size);
      return Math.max(0, ...(await Promise.all(sizes.map((size) => size.catch(() => 0))))) > long.length / 2;
    };
    while (!isOver && !(hasCopied ? await isReached() : await started())) await setImmediate();
    await copying.stop('SIGKILL');
    for (const name of await readdir(copies)) {
      const copy = join(copies, name);
      if (name.endsWith('.json')) expect(await messagesIn(copy)).toEqual(inIt);
      rmSync(copy);
    }
  }
});

test('the commands of the guide for hosts restore a copy', async () => {
  const guide = await text(new URL('../../docs/operations.md', import.meta.url).pathname);
  const [, restore = ''] = /```sh\n(rm -f db\/data\.json\.base[^`]*)```/.exec(guide) ?? [];
  const folder = await newFolder();
  const path = join(folder, 'db', 'data.json');
  await mkdir(join(folder, 'db'));
  await mkdir(join(folder, 'backups'));
  await writeFile(path, json);
  await writeFile(`${path}.moderation`, 'old');
  await backUp([path, join(folder, 'backups')], { now: new Date('2026-11-27T03:30:00Z') });
  await writeFile(path, '[');
  for (const end of ['base', 'next', 'journal', 'moderation']) await writeFile(`${path}.${end}`, 'new');
  await run('sh', ['-c', restore], { cwd: folder });
  expect((await readdir(join(folder, 'db'))).sort()).toEqual(['data.json', 'data.json.moderation']);
  expect(await text(`${path}.moderation`)).toBe('old');
  const { history, repairs } = await openFile(path);
  expect(history.length).toBe(300);
  expect(repairs).toEqual([]);
});
