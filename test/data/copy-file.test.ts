import { execFile } from 'node:child_process';
import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { chmod, link, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { figuresOf, runCopy, when, writtenForm } from '../helpers/data.ts';
import { messageOf } from '../helpers/history-file.ts';
import { newLockOwner } from '../helpers/lock-owner.ts';
import { publishedHistory } from '../helpers/published-history.ts';
import { newFolder } from '../helpers/server.ts';

const run = promisify(execFile);
const text = (path: string) => readFile(path, 'utf8');
/** They take several pages, so that something can happen between two. */
const messages = Array.from({ length: 300 }, (_, position) => messageOf(position, 10_000));
const json = writtenForm(messages);
const published = publishedHistory(500);

/** A source with this content, and the paths of the target and of the copy in the making. */
async function newPair(content: string | Uint8Array = json) {
  const folder = await newFolder();
  const [from, to] = [join(folder, 'from.json'), join(folder, 'data.json')] as const;
  await writeFile(from, content);
  return { folder, from, to, partial: `${to}.partial` };
}

test.each([
  ['as the server writes it', json, messages],
  ['as the published server writes it', published.text, published.messages],
  ['in ASCII', publishedHistory(500, { isAscii: true }).text, published.messages],
  ['indented, with a byte order mark', `\ufeff${JSON.stringify(messages, undefined, 4)}\n`, messages],
  ['of no messages', '[ ]', []],
  ['with no content', '', []],
])('P-DB-1: a file %s is copied, in the form in which the server writes', async (_, content, inIt) => {
  const { folder, from, to } = await newPair(content);
  const { printed, said } = await runCopy([from, to]);
  expect(await text(to)).toBe(writtenForm(inIt));
  expect(printed).toEqual([`${from}: ${figuresOf(inIt)}`, `${to}: ${figuresOf(inIt)}`]);
  expect(said).not.toContain('warning');
  expect(await text(from)).toBe(content);
  expect(await readdir(folder)).toEqual(['data.json', 'from.json']);
});

test('--json: an object a line for either side', async () => {
  const { from, to } = await newPair();
  const { code, printed } = await runCopy([from, to, '--json']);
  expect(code).toBe(0);
  const [, bytes, sha256] = /bytes (\d+), SHA-256 (\w+)/.exec(figuresOf(messages)) ?? [];
  const figures = { messages: messages.length, bytes: Number(bytes), sha256 };
  expect(printed.map((line) => JSON.parse(line))).toEqual([from, to].map((store) => ({ store, ...figures })));
});

test('the figures are those of the command in the guide for hosts', async () => {
  const { folder, from, to } = await newPair(published.text);
  const { printed } = await runCopy([from, to]);
  const guide = await text(new URL('../../docs/operations.md', import.meta.url).pathname);
  const [, command = ''] = /^(sed .*data\.json \| sha256sum)$/m.exec(guide) ?? [];
  expect(command).not.toBe('');
  await mkdir(join(folder, 'db'));
  await link(to, join(folder, 'db', 'data.json'));
  const { stdout } = await run('sh', ['-c', command], { cwd: folder });
  expect(printed[1]).toContain(`SHA-256 ${stdout.split(' ')[0]}`);
});

test('a copy and the folders that are made for it are for their owner only', async () => {
  const { folder, from } = await newPair();
  await chmod(from, 0o644);
  await chmod(folder, 0o755);
  const to = join(folder, 'a', 'b', 'data.json');
  await runCopy([from, to]);
  const modes = ['a', 'a/b', 'a/b/data.json'].map(
    async (name) => (await stat(join(folder, name))).mode & 0o777,
  );
  expect(await Promise.all(modes)).toEqual([0o700, 0o700, 0o600]);
});

test.each([
  ['inside a message', json.slice(0, -100), messages.slice(0, -1)],
  ['after a comma', `${writtenForm(messages.slice(0, 2)).slice(0, -1)},`, messages.slice(0, 2)],
  ['by a power loss', `${json.slice(0, -1)}${'\0'.repeat(4096)}`, messages],
])(
  'P-DB-4: of a file that is torn %s the whole messages are copied, and it stays torn',
  async (_, content, whole) => {
    const { from, to } = await newPair(content);
    const { printed, said } = await runCopy([from, to]);
    expect(await text(to)).toBe(writtenForm(whole));
    expect(printed).toEqual([`${from}: ${figuresOf(whole)}`, `${to}: ${figuresOf(whole)}`]);
    const end = Buffer.byteLength(content) - Buffer.byteLength(writtenForm(whole).slice(0, -2));
    expect(said).toContain(
      `warning: a crash has torn ${from}, or a server is writing to it: bytes not copied ${end}\n`,
    );
    expect(await text(from)).toBe(content);
  },
);

test('P-DB-2: a file that is not a history is not copied, and the place is named', async () => {
  const { folder, from, to } = await newPair('[\n{"name":"An"}]');
  await expect(runCopy([from, to])).rejects.toMatchObject({
    code: 'DATA_INVALID',
    message: `${from} is not a chat history: line 2, byte 2: a message has no string under "content" (after 0 whole messages)`,
  });
  expect(await readdir(folder)).toEqual(['from.json']);
});

test('a source that is not there, or no file, leaves nothing behind', async () => {
  const { folder, from, to } = await newPair();
  await expect(runCopy([`${from}x`, to])).rejects.toThrow(
    `cannot open ${from}x: no such file or directory (ENOENT)`,
  );
  await expect(runCopy([folder, to])).rejects.toThrow(`cannot use ${folder}: it is not a regular file`);
  expect(await readdir(folder)).toEqual(['from.json']);
});

test.each([
  ['another history', (to: string) => writeFile(to, writtenForm(messages.slice(1)))],
  ['a longer history', (to: string) => writeFile(to, writtenForm([...messages, messageOf(0)]))],
  ['another file', (to: string) => writeFile(to, 'notes')],
  ['a folder', (to: string) => mkdir(to)],
  ['a symbolic link that leads nowhere', (to: string) => symlink('nowhere', to)],
])('nothing is copied over %s', async (_, make) => {
  const { folder, from, to } = await newPair();
  await make(to);
  const before = await run('ls', ['-lin', '--full-time', folder]);
  await expect(runCopy([from, to])).rejects.toThrow(`cannot copy to ${to}: it exists`);
  expect(await run('ls', ['-lin', '--full-time', folder])).toEqual(before);
});

test('nothing is copied over a file that came to exist meanwhile, and the copy is kept', async () => {
  const { from, to, partial } = await newPair();
  const make = when('checking the source', () => writeFileSync(to, '[]'));
  await expect(runCopy([from, to], make)).rejects.toThrow(
    `cannot copy to ${to}: it exists; the copy is kept in ${partial}`,
  );
  expect(await text(to)).toBe('[]');
  expect(await text(partial)).toBe(json);
});

test('a copy that is repeated says that all is there, and changes nothing', async () => {
  const { folder, from, to } = await newPair();
  const { printed } = await runCopy([from, to]);
  const before = await run('ls', ['-lin', '--full-time', folder]);
  const again = await runCopy([from, to]);
  expect(again.printed).toEqual(printed);
  expect(again.said).toContain(`${to} holds the same messages already\n`);
  expect(await run('ls', ['-lin', '--full-time', folder])).toEqual(before);
});

test('a copy that was killed while it got its name has only that name afterwards', async () => {
  const { folder, from, to, partial } = await newPair();
  const { printed } = await runCopy([from, to]);
  await link(to, partial);
  expect((await runCopy([from, to])).printed).toEqual(printed);
  expect(await readdir(folder)).toEqual(['data.json', 'from.json']);
});

test('P-DB-4: an interrupted copy goes on with its whole messages', async () => {
  const { folder, from, to, partial } = await newPair();
  const begun = writtenForm(messages.slice(0, 200));
  await writeFile(partial, begun.slice(0, -50));
  const { ino } = await stat(partial);
  const { said, printed } = await runCopy([from, to]);
  expect(said).toContain(`going on with ${partial}: messages copied 199\n`);
  expect(printed).toEqual([`${from}: ${figuresOf(messages)}`, `${to}: ${figuresOf(messages)}`]);
  expect(await text(to)).toBe(json);
  expect((await stat(to)).ino).toBe(ino);
  expect(await readdir(folder)).toEqual(['data.json', 'from.json']);
});

test.each([
  ['has other messages', [...messages.slice(0, 199), messageOf(0, 10_000)]],
  ['has more messages', [...messages, messageOf(300)]],
])('a copy in the making that %s is not the source’s', async (_, others) => {
  const { from, to, partial } = await newPair();
  await writeFile(partial, writtenForm(others));
  await expect(runCopy([from, to])).rejects.toThrow(
    `${partial} is not the beginning of ${from}; remove it to begin anew`,
  );
  expect(await text(partial)).toBe(writtenForm(others));
});

test.each(['copying', 'checking the copy', 'checking the source'])(
  'interrupted while it is %s, it says how to go on, and goes on',
  async (what) => {
    const { from, to } = await newPair();
    const interruption = new AbortController();
    const interrupt = when(what, () => interruption.abort());
    await expect(runCopy([from, to], { signal: interruption.signal, ...interrupt })).rejects.toThrow(
      'interrupted; the same command goes on where this one has stopped',
    );
    await expect(stat(to)).rejects.toMatchObject({ code: 'ENOENT' });
    const { said } = await runCopy([from, to]);
    expect(said).toMatch(/going on with .*: messages copied [1-9]/);
    expect(await text(to)).toBe(json);
  },
);

test.each([
  ['is written over', (from: string) => writeFileSync(from, json.replace('299 ', '298 '))],
  ['loses its end', (from: string) => truncateSync(from, 1_500_000)],
  [
    'is replaced',
    (from: string) => {
      writeFileSync(`${from}.new`, writtenForm(messages.slice(1)));
      renameSync(`${from}.new`, from);
    },
  ],
])('a source that %s while it is copied is noticed', async (_, change) => {
  const { from, to } = await newPair();
  const act = when('checking the copy', () => change(from));
  await expect(runCopy([from, to], act)).rejects.toThrow(`${from} has changed while it was copied`);
  await expect(stat(to)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a source that grows while it is copied is copied as it was, and a warning says so', async () => {
  const { from, to } = await newPair(json.slice(0, -1));
  const grow = when('copying', () => appendFileSync(from, `,${JSON.stringify(messageOf(1))}\n]`));
  const { said } = await runCopy([from, to], grow);
  expect(await text(to)).toBe(json);
  expect(said).toContain(`warning: ${from} has grown since it was read: messages not copied 1\n`);
});

test('a copy in the making that does not keep what is written to it is noticed', async () => {
  const { from, to, partial } = await newPair();
  const spoil = when('checking the copy', () => writeFileSync(partial, json.replace('299 ', '298 ')));
  await expect(runCopy([from, to], spoil)).rejects.toThrow(`${partial} does not hold what was written to it`);
  await expect(stat(to)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('P-DB-3: two commands do not make one copy', async () => {
  const { from, to, partial } = await newPair();
  const owner = await newLockOwner(partial);
  await expect(runCopy([from, to])).rejects.toMatchObject({
    code: 'DATA_HELD',
    message: `${partial} is held by process ${owner.pid}`,
  });
});

test('the copy in the making is not its own source', async () => {
  const { from, to, partial } = await newPair();
  await writeFile(partial, json);
  await expect(runCopy([partial, to])).rejects.toThrow('FROM is the unfinished copy for TO');
  expect(await text(partial)).toBe(json);
  expect(await text(from)).toBe(json);
});
