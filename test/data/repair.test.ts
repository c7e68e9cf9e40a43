import { statSync } from 'node:fs';
import { chmod, lstat, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damaged, interruptRemoval } from '../helpers/damage.ts';
import { runIn, when, writtenForm } from '../helpers/data.ts';
import { messageOf, messagesIn } from '../helpers/history-file.ts';
import { newLockOwner } from '../helpers/lock-owner.ts';
import { newProcess } from '../helpers/process.ts';
import { publishedHistory } from '../helpers/published-history.ts';
import { newFolder } from '../helpers/server.ts';

const now = new Date('2026-11-27T06:00:00.500Z');
const M = '{"name":"An","content":"x","timestamp":"t"}';
const broken = `[${M}\n,{"name":"An","content":"x}\n,${M}\n]`;
const text = (path: string) => readFile(path, 'utf8');

/** A file with this content in a folder of its own. */
async function newFile(content: string | Uint8Array = broken) {
  const folder = await newFolder();
  const path = join(folder, 'data.json');
  await writeFile(path, content);
  return { folder, path, copy: `${path}.damaged-2026-11-27T060000` };
}

test('a damaged file becomes a history of its whole messages, and is kept under another name', async () => {
  const { folder, path, copy } = await newFile();
  await chmod(path, 0o640);
  await writeFile(`${path}.base`, '{"base":7}');
  const { ino } = await stat(path);
  const { code, printed } = await runIn(['repair', path], { now });
  expect(code).toBe(0);
  expect(printed).toEqual([
    `${path}: line 2, byte 46: bytes dropped 28: an object is neither a message nor the beginning of one`,
    `${path}: messages kept 2; positions from 8 on may have changed; the damaged file is ${copy}`,
  ]);
  expect(await text(path)).toBe(`[${M}\n,${M}\n]`);
  expect(await text(copy)).toBe(broken);
  expect(JSON.parse(await text(`${path}.base`))).toEqual({ base: 7 });
  expect((await stat(copy)).ino).toBe(ino);
  expect((await stat(path)).mode & 0o777).toBe(0o640);
  expect((await readdir(folder)).sort()).toEqual([
    'data.json',
    'data.json.base',
    'data.json.damaged-2026-11-27T060000',
  ]);
});

test('P-DB-4: a torn end is dropped, and no position changes', async () => {
  const { path } = await newFile(`[${M}\n,{"name":"Bình","con`);
  const copy = join(await newFolder(), 'kept.json');
  const { printed } = await runIn(['repair', path, '--copy', copy, '--json']);
  expect(printed.map((line) => JSON.parse(line))).toEqual([
    { file: path, type: 'dropped', line: 1, byte: 44, bytes: 22, text: 'the end is torn' },
    {
      ...{ file: path, type: 'repaired', messages: 1, copy },
      text: `messages kept 1; the damaged file is ${copy}`,
    },
  ]);
  expect(await text(path)).toBe(`[${M}\n]`);
  expect(await text(copy)).toBe(`[${M}\n,{"name":"Bình","con`);
});

test.each([
  ['as others write it', `[ ${M} ]\n`, 1],
  ['without content', '', 0],
])('a file %s that is good stays as it is', async (_, content, messages) => {
  const { folder, path } = await newFile(content);
  const { code, printed } = await runIn(['repair', path]);
  expect({ code, printed }).toEqual({
    code: 0,
    printed: [`${path}: messages ${messages}: nothing is wrong with it`],
  });
  expect(await text(path)).toBe(content);
  expect(await readdir(folder)).toEqual(['data.json']);
});

test('whatever stands between them, all whole messages are kept in their order', async () => {
  const { folder, path } = await newFile();
  let count = 0;
  await fc.assert(
    fc.asyncProperty(damaged, async ({ messages, text: content }) => {
      await writeFile(path, content);
      const repaired = runIn(['repair', path, '--copy', join(folder, `copy-${count++}`)]);
      const error = await repaired.then(() => undefined).catch(({ message }) => message);
      if (error === undefined) expect(await messagesIn(path)).toEqual(messages);
      else {
        expect({ messages, error }).toEqual({
          messages: [],
          error: expect.stringContaining('no message in it'),
        });
        expect(await text(path)).toBe(content);
      }
    }),
    { numRuns: 40 },
  );
});

test('a file in which there is no message is left alone', async () => {
  const { folder, path } = await newFile('notes');
  await expect(runIn(['repair', path])).rejects.toThrow(`cannot repair ${path}: there is no message in it`);
  expect(await readdir(folder)).toEqual(['data.json']);
});

test.each([
  ['is not there', (path: string) => `${path}x`, 'no such file or directory (ENOENT)'],
  ['is a folder', (path: string) => join(path, '..'), 'illegal operation on a directory (EISDIR)'],
])('a file that %s is not made', async (_, pathOf, why) => {
  const { folder, path } = await newFile();
  await expect(runIn(['repair', pathOf(path)])).rejects.toThrow(why);
  expect(await readdir(folder)).toEqual(['data.json']);
});

test('P-DB-3: a file on which a server runs is not repaired', async () => {
  const { path } = await newFile(`[${M}`);
  const owner = await newLockOwner(path);
  await expect(runIn(['repair', path])).rejects.toMatchObject({
    code: 'DATA_HELD',
    message: `${path} is held by process ${owner.pid}`,
  });
  expect(await text(path)).toBe(`[${M}\n]`);
});

test('P-MOD-1: an interrupted removal is finished first, so its text is not kept', async () => {
  const { folder, path, copy } = await newFile(`${broken.slice(0, -2)}\n,${JSON.stringify(messageOf(1))}\n]`);
  await interruptRemoval(path, 3);
  const { printed } = await runIn(['repair', path], { now });
  expect(printed[0]).toBe(`${path}: finished an interrupted removal: messages removed 1`);
  expect((await messagesIn(path))[2]).toEqual({ ...messageOf(1), content: '' });
  expect(await text(copy)).not.toContain('👋');
  expect((await readdir(folder)).sort()).toEqual(['data.json', 'data.json.damaged-2026-11-27T060000']);
});

test('P-MOD-1: a removal in another file has to be looked at', async () => {
  const { path } = await newFile(`[${M}\n,${M}\n]`);
  await interruptRemoval(path, 1);
  await writeFile(path, ` ${broken}`);
  await expect(runIn(['repair', path])).rejects.toThrow('its journal is that of another file');
  expect(await text(path)).toBe(` ${broken}`);
});

test('nothing is overwritten, and a link stays one', async () => {
  const { folder, path, copy } = await newFile();
  const linked = join(folder, 'linked.json');
  await symlink('data.json', linked);
  await writeFile(copy, 'kept');
  await expect(runIn(['repair', path], { now })).rejects.toThrow(`cannot repair ${path}: ${copy} exists`);
  expect([await text(path), await text(copy)]).toEqual([broken, 'kept']);
  await runIn(['repair', linked], { now });
  expect((await lstat(linked)).isSymbolicLink()).toBe(true);
  expect(await text(path)).toBe(`[${M}\n,${M}\n]`);
});

const { text: long, messages } = publishedHistory(30_000);
/** One of its messages has lost its end. */
const half = long.indexOf('{"name"', long.length / 2);
const damagedLong = `${long.slice(0, half)}{"name": "An", "content": "x, ${long.slice(half)}`;
const repairedLong = writtenForm(messages);

test('interrupted, it changes nothing', async () => {
  const { folder, path } = await newFile(damagedLong);
  const interruption = new AbortController();
  const interrupt = when('repairing', () => interruption.abort());
  await expect(runIn(['repair', path], { signal: interruption.signal, ...interrupt })).rejects.toThrow(
    'interrupted; nothing was changed',
  );
  expect(await text(path)).toBe(damagedLong);
  expect(await readdir(folder)).toEqual(['data.json']);
});

test('killed at any moment, it leaves the damaged file or the repaired one', async () => {
  const { folder, path } = await newFile(damagedLong);
  const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  for (const share of [0.01, 0.5, 1]) {
    const repairing = newProcess(['data', 'repair', path]);
    let isOver = false;
    void repairing.exited.then(() => {
      isOver = true;
    });
    const isReached = () => sizeOf(`${path}.repaired`) >= share * Buffer.byteLength(repairedLong);
    while (!isOver && !isReached() && sizeOf(path) === Buffer.byteLength(damagedLong)) await setImmediate();
    await repairing.stop('SIGKILL');
    const found = await text(path);
    expect(found === damagedLong || found === repairedLong).toBe(true);
  }
  expect(await newProcess(['data', 'repair', path]).exited).toEqual({ code: 0, signal: null });
  expect(await text(path)).toBe(repairedLong);
  const names = await readdir(folder);
  expect(
    names.filter((name) => !name.startsWith('data.json.damaged-') && !name.startsWith('.chat-')),
  ).toEqual(['data.json']);
  const copies = names.filter((name) => name.startsWith('data.json.damaged-'));
  expect(copies).not.toEqual([]);
  expect(await text(join(folder, `${copies[0]}`))).toBe(damagedLong);
});
