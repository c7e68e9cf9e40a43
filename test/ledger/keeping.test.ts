import { execFile } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Archive } from '../../src/ledger/archive.ts';
import { FileLedger } from '../../src/ledger/file-ledger.ts';
import { Keeper, type Keeping } from '../../src/ledger/keeper.ts';
import { isMounted } from '../../src/ledger/mounts.ts';
import type { Message } from '../../src/protocol/replies.ts';
import { crashAfter } from '../helpers/crash.ts';
import { messagesIn, openFile } from '../helpers/history-file.ts';
import { Listened } from '../helpers/ledger.ts';
import { newFolder } from '../helpers/server.ts';

const run = promisify(execFile);

/** The nth message of a test, sent in the nth minute. */
const messageAt = (position: number): Message => ({
  name: position % 2 === 0 ? 'An' : 'Bình',
  content: `tin ${position}`,
  timestamp: stampAt(position),
});
const stampAt = (minute: number) => `22/11/2026 10/${String(minute).padStart(2, '0')}00`;
const messagesUpTo = (count: number) => Array.from({ length: count }, (_, position) => messageAt(position));
const minute = 60_000;

async function newData(count: number): Promise<string> {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, JSON.stringify(messagesUpTo(count)), { mode: 0o600 });
  return path;
}

/** A ledger whose clock stands at a minute, which can be changed. */
async function openKeeping(path: string, keeping: Keeping, at = 30) {
  const clock = { minute: at };
  const warnings: string[] = [];
  const ledger = await FileLedger.open(path, {
    stamp: () => stampAt(clock.minute),
    keeping,
    onWarning: (text) => void warnings.push(text),
  });
  onTestFinished(() => ledger.close());
  return { clock, warnings, ledger, listened: new Listened(ledger) };
}

const archiveOf = (path: string) => join(dirname(path), 'archive');
const archived = (path: string) => messagesIn(join(archiveOf(path), '2026-11.json'));

/** An archive that has the first messages. */
async function newArchive(path: string, count: number): Promise<Archive> {
  const archive = await Archive.open(archiveOf(path));
  async function* pages() {
    yield messagesUpTo(count);
  }
  await archive.append(0, pages(), Date.UTC(2026, 10, 22));
  return archive;
}

test.each<[string, Keeping['keep'], number]>([
  ['number', { messages: 4 }, 6],
  ['age', { ms: 23 * minute }, 7],
  ['both', { messages: 2, ms: 23 * minute }, 8],
])(
  'P-MOD-2: what is not kept by %s is gone when the ledger is open, and stays in the archive',
  async (_, keep, base) => {
    const path = await newData(10);
    const { ledger, listened } = await openKeeping(path, { keep, archive: archiveOf(path) });
    expect(ledger.view({}).part).toMatchObject({ total: 10, base, first: base });
    expect(listened.view({ after: 2, limit: 1 })).toMatchObject({ first: base, messages: [messageAt(base)] });
    expect(await messagesIn(path)).toEqual(messagesUpTo(10).slice(base));
    expect(await archived(path)).toEqual(messagesUpTo(base));
  },
);

test('P-MOD-2: what expires later is told as a drop, which the view shows in the same step', async () => {
  const path = await newData(10);
  const { ledger, clock, listened } = await openKeeping(path, { keep: { ms: 25 * minute } });
  const seen: unknown[] = [];
  ledger.start({
    onStretch: (stretch) => seen.push(...stretch, ledger.view({ limit: 0 }).part.base),
    onFenced: () => {},
    onAsked: () => '',
  });
  expect(listened.view().first).toBe(5);
  clock.minute = 33;
  await expect.poll(() => seen.length, { timeout: 5000 }).toBeGreaterThan(0);
  expect(seen).toEqual([{ type: 'dropped', timestamp: stampAt(33), base: 8 }, 8]);
  expect(await messagesIn(path)).toEqual(messagesUpTo(10).slice(8));
});

test('P-MOD-2: a room in which people go on writing keeps so many messages', async () => {
  const path = await newData(0);
  const { listened } = await openKeeping(path, { keep: { messages: 5 }, archive: archiveOf(path) });
  await listened.commit({ type: 'claim', by: '1', nickname: 'An', key: 'an' });
  for (let position = 0; position < 12; position++)
    await listened.commit({ type: 'post', by: '1', content: `${position}` });
  await expect.poll(() => listened.view().first, { timeout: 5000 }).toBe(7);
  expect(listened.view().messages.map(({ content }) => content)).toEqual(['7', '8', '9', '10', '11']);
  expect(await messagesIn(path)).toEqual(listened.view().messages);
  const contents = (await archived(path)).map(({ content }) => content);
  expect(contents).toEqual(['0', '1', '2', '3', '4', '5', '6']);
});

test('P-MOD-1: a removal and an erasure reach the archive, and nobody is told of it there', async () => {
  const path = await newData(10);
  const { ledger, listened } = await openKeeping(path, { keep: { messages: 4 }, archive: archiveOf(path) });
  expect(await ledger.archivedBy((name) => name === 'An')).toEqual([0, 2, 4]);
  const done = await ledger.act({ type: 'remove', positions: [3, 7, 99], withName: true });
  expect(done).toEqual({ isDone: true, positions: [3, 7] });
  expect(listened.stretches.flat()).toMatchObject([{ type: 'removed', position: 7 }]);
  expect((await archived(path))[3]).toEqual({ name: '', content: '', timestamp: stampAt(3) });
  expect(await ledger.act({ type: 'remove', positions: [3], withName: true })).toEqual({
    isDone: false,
    positions: [],
  });
  await ledger.close();
  for (const folder of [dirname(path), archiveOf(path)])
    for (const name of await readdir(folder))
      if ((await stat(join(folder, name))).isFile())
        expect(await readFile(join(folder, name), 'utf8')).not.toMatch(/tin [37]/);
});

/** A long history of which some is being dropped, gently. */
async function droppingLedger() {
  const path = await newData(0);
  const long = Array.from({ length: 5000 }, (_, position) => ({
    ...messageAt(position < 100 ? 0 : 30),
    content: `tin ${position} `.padEnd(1000, 'x'),
  }));
  await writeFile(path, JSON.stringify(long));
  const opened = await openKeeping(path, { keep: { ms: 30 * minute } });
  opened.clock.minute = 31;
  await expect.poll(() => existsSync(`${path}.next`), { timeout: 5000, interval: 1 }).toBe(true);
  return { path, long, ...opened };
}

test('P-MOD-2: a ledger that is closed during a drop gives it up', async () => {
  const { path, long, ledger } = await droppingLedger();
  await ledger.close();
  expect((await readdir(dirname(path))).filter((name) => /\.next$|^\.chat/.test(name))).toEqual([]);
  // It may have happened just before.
  const kept = await messagesIn(path);
  expect([5000, 4900]).toContain(kept.length);
  expect(kept).toEqual(long.slice(-kept.length));
});

test('P-MOD-1: a removal that comes behind the end leaves the archive alone, which may be another server’s by then', async () => {
  const path = await newData(6);
  const { ledger } = await openKeeping(path, { keep: { messages: 2 }, archive: archiveOf(path) });
  await ledger.close();
  const act = { type: 'remove', positions: [0], withName: false } as const;
  await expect(ledger.act(act)).rejects.toThrow('the archive is closed');
  expect(await archived(path)).toEqual(messagesUpTo(4));
});

test('P-MOD-1: a removal does not wait for a drop, whose copy is gone when it is done', async () => {
  const { path, long, ledger } = await droppingLedger();
  const done = await ledger.act({ type: 'remove', positions: [4000], withName: false });
  expect(done).toEqual({ isDone: true, positions: [4000] });
  for (const name of await readdir(dirname(path)))
    if (!name.startsWith('.chat-'))
      expect(await readFile(join(dirname(path), name), 'utf8')).not.toContain('tin 4000 ');
  await expect.poll(() => ledger.view({ limit: 0 }).part.base, { timeout: 10_000 }).toBe(100);
  long[4000] = { ...(long[4000] as Message), content: '' };
  expect(await messagesIn(path)).toEqual(long.slice(100));
});

test('P-MOD-1: a removal goes before a drop that waits, too', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const path = await newData(10);
  const { file, history } = await openFile(path);
  const clock = { minute: 20 };
  const stamp = () => stampAt(clock.minute);
  const keeper = await Keeper.open({ keep: { ms: 20 * minute }, file, history, stamp, onWarning: () => {} });
  onTestFinished(() => keeper.close());
  const dropped: number[] = [];
  keeper.start((base) => void dropped.push(base));
  const gate = new EventEmitter();
  const opened = once(gate, 'open');
  const first = keeper.aside(() => opened);
  clock.minute = 25;
  vi.advanceTimersByTime(500);
  const second = keeper.aside(async () => dropped.length);
  gate.emit('open');
  await first;
  expect(await second).toBe(0);
  await vi.waitFor(() => {
    vi.advanceTimersByTime(500);
    expect(dropped).toEqual([5]);
  });
});

test('P-MOD-2: a server that stopped anywhere in a drop starts with each message in the archive or in the file', async () => {
  let hasCrashed = true;
  const seen = new Set<string>();
  for (let count = 0; hasCrashed; count++) {
    const path = await newData(6);
    const keeping = { keep: { messages: 2 }, archive: archiveOf(path) };
    hasCrashed = await crashAfter(count, async () => {
      const ledger = await FileLedger.open(path, { stamp: () => stampAt(30), keeping, onWarning: () => {} });
      await ledger.close();
    });
    const between = await archived(path).catch(() => []);
    seen.add(`${between.length} and ${(await messagesIn(path)).length}`);
    const { ledger } = await openKeeping(path, { ...keeping, keep: {} });
    const { base } = ledger.view({}).part;
    const inArchive = await archived(path).catch(() => []);
    expect([...inArchive, ...(await messagesIn(path))]).toEqual(messagesUpTo(6));
    expect(inArchive).toHaveLength(base);
    await ledger.close();
    const { ledger: next } = await openKeeping(path, keeping);
    expect(next.view({}).part).toMatchObject({ total: 6, base: 4 });
    expect(await archived(path)).toEqual(messagesUpTo(4));
    await next.close();
  }
  expect([...seen]).toEqual(['0 and 6', '4 and 6', '4 and 2']);
});

test('P-MOD-1, P-MOD-2: a drop is finished after a crash in a removal that had reached only the archive', async () => {
  const path = await newData(6);
  const archive = await newArchive(path, 4);
  await archive.remove(new Set([1]), false);
  await archive.remove(new Set([2]), true);
  await archive.close();
  const { ledger } = await openKeeping(path, { keep: {}, archive: archiveOf(path) });
  expect(ledger.view({}).part).toMatchObject({ total: 6, base: 4 });
  expect(await archived(path)).toEqual([
    messageAt(0),
    { ...messageAt(1), content: '' },
    { ...messageAt(2), name: '', content: '' },
    messageAt(3),
  ]);
  expect(await messagesIn(path)).toEqual(messagesUpTo(6).slice(4));
});

test('P-MOD-2: a long drop of short messages is finished after a crash, too', async () => {
  const path = await newData(0);
  const all = Array.from({ length: 4000 }, (_, position) => ({ ...messageAt(0), content: `${position}` }));
  await writeFile(path, JSON.stringify(all));
  const archive = await Archive.open(archiveOf(path));
  async function* pages() {
    yield all.slice(0, 3000);
  }
  await archive.append(0, pages(), Date.UTC(2026, 10, 22));
  await archive.close();
  const { ledger } = await openKeeping(path, { keep: {}, archive: archiveOf(path) });
  expect(ledger.view({}).part).toMatchObject({ total: 4000, base: 3000 });
  expect([...(await archived(path)), ...(await messagesIn(path))]).toEqual(all);
});

test('P-MOD-2: a start that cannot finish a drop which has reached the archive says so', async () => {
  const path = await newData(6);
  await (await newArchive(path, 3)).close();
  // What is written there first cannot be.
  await mkdir(`${path}.base.new`);
  await expect(openKeeping(path, { keep: {}, archive: archiveOf(path) })).rejects.toMatchObject({
    code: 'DATA_UNUSABLE',
    message: expect.stringMatching(/^cannot finish an interrupted drop of messages: /),
  });
  expect(await messagesIn(path)).toEqual(messagesUpTo(6));
});

test('P-MOD-2: without its base, the history begins at 0 again, and what is archived then stands behind the rest', async () => {
  const path = await newData(6);
  const keeping = { keep: { messages: 3 }, archive: archiveOf(path) };
  await (await openKeeping(path, keeping)).ledger.close();
  await writeFile(`${path}.base`, '{"base":0}');
  const { ledger } = await openKeeping(path, { ...keeping, keep: { messages: 1 } });
  expect(ledger.view({}).part).toMatchObject({ total: 3, base: 2 });
  expect(await archived(path)).toEqual(messagesUpTo(5));
  expect(await ledger.archivedBy(() => true)).toEqual([-3, -2, -1, 0, 1]);
});

test('P-MOD-2: archives expire', async () => {
  const path = await newData(4);
  const old = [{ ...messageAt(0), timestamp: '01/02/2020 10/0600' }];
  const folder = archiveOf(path);
  const first = await openKeeping(path, { keep: { messages: 2 }, archive: folder });
  await first.ledger.close();
  await writeFile(join(folder, '2020-02.json'), JSON.stringify(old));
  await openKeeping(path, { keep: {}, archive: folder, archiveMs: 365 * 24 * 60 * minute });
  expect((await readdir(folder)).filter((name) => name.endsWith('.json'))).toEqual(['2026-11.json']);
});

test('P-MOD-2: a file with two names is refused, and only if messages are to be dropped from it', async () => {
  const path = await newData(2);
  await link(path, `${path}.other`);
  await expect(openKeeping(path, { keep: { messages: 9 } })).rejects.toMatchObject({
    code: 'DATA_UNUSABLE',
    message: `cannot drop messages from ${path}: it has 2 names (hard links), which would no longer be one file; leave keep out, or use another file`,
  });
  const { listened } = await openKeeping(path, { keep: {} });
  expect(listened.view().messages).toHaveLength(2);
});

test('P-MOD-2: a file that is mounted by itself is refused', async () => {
  const path = join(dirname(await newData(2)), 'một tệp.json');
  await writeFile(path, '[]');
  expect([await isMounted('/proc'), await isMounted(path)]).toEqual([true, false]);
  const isAllowed = await run('mount', ['--bind', path, path]).then(
    () => true,
    () => false,
  );
  if (!isAllowed) return;
  onTestFinished(async () => {
    await run('umount', [path]);
  });
  await expect(openKeeping(path, { keep: { ms: minute } })).rejects.toMatchObject({
    code: 'DATA_UNUSABLE',
    message: `cannot drop messages from ${path}: it is mounted by itself, and its folder is not; leave keep out, or use another file`,
  });
});

test('P-MOD-2: if the archive cannot take them, nothing is dropped, and the host is told', async () => {
  const path = await newData(6);
  const { ledger, clock, warnings } = await openKeeping(path, {
    keep: { ms: 30 * minute },
    archive: archiveOf(path),
  });
  await rm(archiveOf(path), { recursive: true });
  clock.minute = 33;
  await expect.poll(() => warnings, { timeout: 5000 }).toHaveLength(1);
  const why = 'no such file or directory (ENOENT)';
  expect(warnings).toEqual([`messages that have expired could not be dropped: ${why}`]);
  expect(ledger.view({}).part).toMatchObject({ total: 6, base: 0 });
  expect(await messagesIn(path)).toEqual(messagesUpTo(6));
});
