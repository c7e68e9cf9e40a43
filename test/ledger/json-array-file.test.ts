import { existsSync, readdirSync } from 'node:fs';
import { link, lstat, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { append, messageOf, messagesIn, messagesOf, openFile } from '../helpers/history-file.ts';
import { publishedHistory } from '../helpers/published-history.ts';
import { newFolder } from '../helpers/server.ts';

const one = messageOf(0);
const json = JSON.stringify(one);

/** A file with these bytes, in a folder of its own. */
async function newFile(content: string | Buffer): Promise<string> {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, content);
  return path;
}

test('P-DB-1: a missing file is an empty history, and is a JSON array at once', async () => {
  const path = join(await newFolder(), 'data.json');
  const opened = await openFile(path);
  expect(opened.history.length).toBe(0);
  expect(opened.repairs).toEqual([]);
  expect(await readFile(path, 'utf8')).toBe('[]');
});

test('P-DB-5: missing parent folders are made, however many', async () => {
  const path = join(await newFolder(), 'một', 'hai', 'ba', 'data.json');
  const opened = await openFile(path);
  await append(opened, [one]);
  expect(await messagesIn(path)).toEqual([one]);
});

test.each(['', '\n', '   \n\n ', '\ufeff'])('P-DB-1: a file of %j is an empty history', async (content) => {
  const path = await newFile(content);
  const opened = await openFile(path);
  expect(opened.history.length).toBe(0);
  expect(opened.repairs).toEqual([]);
  await append(opened, [one]);
  expect(await messagesIn(path)).toEqual([one]);
});

test.each(['ef', 'efbb'])('P-DB-4: a file truncated in its byte order mark (%s) is repaired', async (hex) => {
  const path = await newFile(Buffer.from(hex, 'hex'));
  const opened = await openFile(path);
  expect(opened.history.length).toBe(0);
  expect(await messagesIn(path)).toEqual([]);
  await append(opened, [one]);
  expect(await messagesIn(path)).toEqual([one]);
});

test.each([false, true])(
  'P-DB-1: a published file of 6,000 messages loads as it is (in ASCII: %s)',
  async (isAscii) => {
    const published = publishedHistory(6000, { isAscii });
    const path = await newFile(published.text);
    const opened = await openFile(path);
    expect(messagesOf(opened.history)).toEqual(published.messages);
    expect(await readFile(path, 'utf8')).toBe(published.text);
    await append(opened, [one]);
    expect(await readFile(path, 'utf8')).toBe(`${published.text.slice(0, -1)}\n,${json}\n]`);
  },
);

test('P-DB-1: a file of many chunks loads, whatever is at their boundaries', async () => {
  const published = publishedHistory(25_000, { seed: 7 });
  const path = await newFile(published.text);
  expect((await stat(path)).size).toBeGreaterThan(3 * 1024 * 1024);
  expect(messagesOf((await openFile(path)).history)).toEqual(published.messages);
});

test.each([
  ['[]', `[${json}\n]`],
  ['[\n]', `[\n${json}\n]`],
  ['[ ]', `[ \n${json}\n]`],
  ['[]\n', `[${json}\n]`],
  [`[${json}]`, `[${json}\n,${json}\n]`],
  [`[${json}\n]`, `[${json}\n,${json}\n]`],
  [`[${json} ]`, `[${json} \n,${json}\n]`],
  [`[${json}]${' '.repeat(5000)}`, `[${json}\n,${json}\n]`],
  [`[${json}]\r\n \t`, `[${json}\n,${json}\n]`],
  [`\ufeff[\r\n\t${json}\r\n]\r\n`, `\ufeff[\r\n\t${json}\r\n,${json}\n]`],
  [`[\n    ${json}\n]\n`, `[\n    ${json}\n,${json}\n]`],
])('P-DB-1: %j goes on in its layout, with one message a line', async (before, after) => {
  const path = await newFile(before);
  const opened = await openFile(path);
  await append(opened, [one]);
  expect(await readFile(path, 'utf8')).toBe(after);
  await append(opened, [one, one]);
  expect(await readFile(path, 'utf8')).toBe(`${after.slice(0, -1)},${json}\n,${json}\n]`);
});

test('P-DB-1: messages appended to any layout are read back at the next start', async () => {
  const indented = `${JSON.stringify([one, one], undefined, 4)}\n`;
  const path = await newFile(indented);
  const first = await openFile(path);
  await append(first, [messageOf(1)]);
  await first.file.close();
  const second = await openFile(path);
  await append(second, [messageOf(2)]);
  expect(messagesOf(second.history)).toEqual([one, one, messageOf(1), messageOf(2)]);
  expect(await messagesIn(path)).toEqual([one, one, messageOf(1), messageOf(2)]);
  expect(second.repairs).toEqual([]);
});

test('P-DB-5: after every write the file is a JSON array of all of it, and no byte of the old is touched', async () => {
  const path = await newFile('');
  const opened = await openFile(path);
  let before = await readFile(path);
  for (let round = 0; round < 60; round++) {
    const batch = Array.from({ length: 1 + (round % 3) }, (_, at) => messageOf(at, round * 97));
    await append(opened, batch);
    const after = await readFile(path);
    const kept = before.length - (round === 0 ? 1 : 2); // without `\n]`
    expect(after.subarray(0, kept).equals(before.subarray(0, kept))).toBe(true);
    expect(JSON.parse(after.toString())).toEqual(messagesOf(opened.history));
    before = after;
  }
  const lines = before.toString().split('\n');
  expect(lines).toHaveLength(opened.history.length + 1);
});

test('P-DB-5: a message is in the data file itself: nothing is beside it but the lock', async () => {
  const folder = await newFolder();
  const opened = await openFile(join(folder, 'data.json'));
  await append(opened, [one]);
  expect(await messagesIn(join(folder, 'data.json'))).toEqual([one]);
  expect(readdirSync(folder).filter((name) => !name.startsWith('.chat-'))).toEqual(['data.json']);
});

test('P-DB-5: a file behind a symbolic link is written in its place, and the link stays', async () => {
  const folder = await newFolder();
  const [target, path] = [join(folder, 'target.json'), join(folder, 'data.json')];
  await writeFile(target, `[${json}]`);
  await symlink('target.json', path);
  const opened = await openFile(path);
  await append(opened, [messageOf(1)]);
  expect(await messagesIn(target)).toEqual([one, messageOf(1)]);
  expect((await lstat(path)).isSymbolicLink()).toBe(true);
});

test('P-DB-5: a symbolic link to a file that is missing is a missing file', async () => {
  const folder = await newFolder();
  const path = join(folder, 'data.json');
  await mkdir(join(folder, 'elsewhere'));
  await symlink(join(folder, 'elsewhere', 'target.json'), path);
  await append(await openFile(path), [one]);
  expect(await messagesIn(join(folder, 'elsewhere', 'target.json'))).toEqual([one]);
});

test('P-DB-5: a file with two names is written under both', async () => {
  const path = await newFile(`[${json}]`);
  await link(path, `${path}.link`);
  await append(await openFile(path), [messageOf(1)]);
  expect(await messagesIn(`${path}.link`)).toEqual([one, messageOf(1)]);
});

test('P-DB-3: a file that is closed can be opened again, and may be closed twice', async () => {
  const path = join(await newFolder(), 'data.json');
  const { file } = await openFile(path);
  await file.close();
  await file.close();
  expect(existsSync(path)).toBe(true);
  expect((await openFile(path)).history.length).toBe(0);
});
