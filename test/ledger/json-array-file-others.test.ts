import { appendFile, copyFile, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { append, messageOf, messagesIn, messagesOf, openFile } from '../helpers/history-file.ts';
import { newFolder } from '../helpers/server.ts';

/** An open file with two messages, and another program's changes to it. */
async function newOpenFile() {
  const folder = await newFolder();
  const path = join(folder, 'data.json');
  const opened = await openFile(path);
  await append(opened, [messageOf(0), messageOf(1)]);
  return { ...opened, folder, path, before: await readFile(path, 'utf8') };
}

/** The words in which an append is refused; no path is among them. */
async function refusalOf(opened: Awaited<ReturnType<typeof newOpenFile>>): Promise<string> {
  const error: unknown = await append(opened, [messageOf(2, 5000), messageOf(3)]).then(
    () => undefined,
    (reason) => reason,
  );
  if (!(error instanceof Error)) throw new Error('was not refused');
  expect(error.message).not.toContain(opened.folder);
  expect(error.message).not.toContain('data.json');
  return error.message;
}

test('P-DB-5: a file that was removed is not written to, and comes back when it is put back', async () => {
  const opened = await newOpenFile();
  await rename(opened.path, `${opened.path}.away`);
  for (let round = 0; round < 3; round++)
    expect(await refusalOf(opened)).toBe('the data file was removed while the server runs');
  expect(await readFile(`${opened.path}.away`, 'utf8')).toBe(opened.before);
  await rename(`${opened.path}.away`, opened.path);
  await append(opened, [messageOf(4)]);
  expect(await messagesIn(opened.path)).toEqual([messageOf(0), messageOf(1), messageOf(4)]);
});

test('P-DB-5: a file that was deleted is not made anew behind the server’s back', async () => {
  const opened = await newOpenFile();
  await rm(opened.path);
  expect(await refusalOf(opened)).toBe('the data file was removed while the server runs');
  await expect(readFile(opened.path)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('P-DB-5: neither a file in its place nor the one that was moved away is written to', async () => {
  const opened = await newOpenFile();
  await copyFile(opened.path, `${opened.path}.copy`);
  await rename(opened.path, `${opened.path}.away`);
  await rename(`${opened.path}.copy`, opened.path);
  expect(await refusalOf(opened)).toBe('the data file was changed by another program while the server runs');
  expect(await readFile(opened.path, 'utf8')).toBe(opened.before);
  expect(await readFile(`${opened.path}.away`, 'utf8')).toBe(opened.before);
  await rename(`${opened.path}.away`, opened.path);
  await append(opened, [messageOf(4)]);
  expect(await messagesIn(opened.path)).toEqual(messagesOf(opened.history));
});

test('P-DB-5: a symbolic link that now leads elsewhere is not followed', async () => {
  const folder = await newFolder();
  const [path, mine, other] = ['data.json', 'mine.json', 'other.json'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await symlink(mine, path);
  const opened = await openFile(path);
  await append(opened, [messageOf(0)]);
  await writeFile(other, '[]');
  await rm(path);
  await symlink(other, path);
  await expect(append(opened, [messageOf(1)])).rejects.toThrow('was changed by another program');
  expect(await readFile(other, 'utf8')).toBe('[]');
  expect(await messagesIn(mine)).toEqual([messageOf(0)]);
});

test('P-DB-5: bytes that another program appended are not overwritten', async () => {
  const opened = await newOpenFile();
  await appendFile(opened.path, '\nkhông phải của tôi');
  for (let round = 0; round < 2; round++)
    expect(await refusalOf(opened)).toBe(
      'the data file was changed by another program while the server runs',
    );
  expect(await readFile(opened.path, 'utf8')).toBe(`${opened.before}\nkhông phải của tôi`);
  await truncate(opened.path, Buffer.byteLength(opened.before));
  await append(opened, [messageOf(4)]);
  expect(await messagesIn(opened.path)).toEqual([messageOf(0), messageOf(1), messageOf(4)]);
});

test('P-DB-5: a file that another program truncated is not extended', async () => {
  for (const length of [0, 1, 60]) {
    const opened = await newOpenFile();
    await truncate(opened.path, length);
    expect(await refusalOf(opened)).toBe(
      'the data file was changed by another program while the server runs',
    );
    expect(await readFile(opened.path)).toEqual(Buffer.from(opened.before).subarray(0, length));
  }
});

test('P-DB-5: trailing space behind the list does not count as another program’s', async () => {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, '[ ]\n\n');
  const opened = await openFile(path);
  await rename(path, `${path}.away`);
  await expect(append(opened, [messageOf(0)])).rejects.toThrow('was removed');
  expect(await readFile(`${path}.away`, 'utf8')).toBe('[ ]\n\n');
  await rename(`${path}.away`, path);
  await append(opened, [messageOf(1)]);
  expect(await messagesIn(path)).toEqual([messageOf(1)]);
});
