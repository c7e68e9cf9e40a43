import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { JsonArrayFile } from '../../src/ledger/json-array-file.ts';
import { LockedError, lockFile } from '../../src/ledger/lock.ts';
import { openFile } from '../helpers/history-file.ts';
import { newLock, newLockable, newLockOwner } from '../helpers/lock-owner.ts';

/** Every way to name one file. */
async function namesOf(path: string): Promise<string[]> {
  const folder = join(path, '..');
  await symlink(path, `${path}.symlink`);
  await symlink(`${path}.symlink`, `${path}.symlink2`);
  await link(path, `${path}.link`);
  await symlink(folder, `${folder}.folder`);
  onTestFinished(() => rm(`${folder}.folder`));
  await mkdir(join(folder, 'sub'));
  return [
    path,
    `${path}.symlink`,
    `${path}.symlink2`,
    `${path}.link`,
    join(`${folder}.folder`, 'data.json'),
    relative(process.cwd(), path),
    `${folder}//sub/../data.json`,
  ];
}

test('P-DB-3: a file that this process holds is refused under every name, and free once it is closed', async () => {
  const { path } = await newLockable();
  const names = await namesOf(path);
  for (const owned of names) {
    const { file } = await openFile(owned);
    for (const name of names) {
      await expect(JsonArrayFile.open(name, () => {})).rejects.toMatchObject({
        code: 'DATA_HELD',
        message: `${name} is held by process ${process.pid}`,
      });
    }
    await file.close();
  }
  expect((await openFile(path)).history.length).toBe(0);
});

test('P-DB-3: a file that another process holds is refused under every name, and free at once when that is killed', async () => {
  const { path } = await newLockable();
  const owner = await newLockOwner({ path });
  for (const name of await namesOf(path)) {
    await expect(JsonArrayFile.open(name, () => {})).rejects.toMatchObject({
      code: 'DATA_HELD',
      message: `${name} is held by process ${owner.pid}`,
    });
  }
  expect(await readFile(path, 'utf8')).toBe('[]');
  await owner.kill();
  expect((await openFile(path)).history.length).toBe(0);
});

test('P-DB-3: a file that was renamed stays owned, and a new one in its place is free', async () => {
  const { path } = await newLockable();
  await openFile(path);
  await rename(path, `${path}.away`);
  await expect(JsonArrayFile.open(`${path}.away`, () => {})).rejects.toMatchObject({ code: 'DATA_HELD' });
  await openFile(path);
});

test('P-DB-3: exactly one of many processes that start at once gets the file', async () => {
  const { path, file } = await newLockable();
  const all = await Promise.allSettled(Array.from({ length: 20 }, () => newLock(file)));
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const one of all)
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ pid: process.pid });
  await expect(JsonArrayFile.open(path, () => {})).rejects.toMatchObject({ code: 'DATA_HELD' });
});

test('P-DB-3: locks on different files do not mind one another', async () => {
  const [one, other] = [await newLockable(), await newLockable()];
  await newLock(one.file);
  await newLock(other.file);
});

test.each(['linux', 'darwin'] as const)(
  'P-DB-3: an owner that does not answer keeps the lock (%s)',
  async (platform) => {
    const { file } = await newLockable();
    const owner = await newLockOwner({ file, platform });
    owner.stop();
    const error: unknown = await lockFile(file, platform).catch((reason) => reason);
    expect(error).toBeInstanceOf(LockedError);
    expect(error).toMatchObject({ pid: undefined, message: 'held by another process' });
    await owner.kill();
    await newLock(file, platform);
  },
);

test.each(['linux', 'darwin'] as const)(
  'P-DB-3: an owner that answers nonsense keeps the lock (%s)',
  async (platform) => {
    const { file, socket } = await newLockable();
    const name = platform === 'linux' ? `\0classic-chatbox-server-${file.dev}-${file.ino}` : socket;
    const server = createServer((one) => one.end('xin chào'));
    await new Promise<void>((resolve) => server.listen(name, resolve));
    onTestFinished(() => void server.close());
    await expect(lockFile(file, platform)).rejects.toMatchObject({ name: 'LockedError', pid: undefined });
  },
);

test.each(['linux', 'darwin'] as const)(
  'P-DB-3: a lock is owned, told, released and taken again (%s)',
  async (platform) => {
    const { file } = await newLockable();
    const lock = await newLock(file, platform);
    for (let round = 0; round < 3; round++) {
      await expect(lockFile(file, platform)).rejects.toMatchObject({
        pid: process.pid,
        message: `held by process ${process.pid}`,
      });
    }
    await lock.release();
    const again = await newLock(file, platform);
    await again.release();
    await again.release();
    const owner = await newLockOwner({ file, platform });
    await expect(lockFile(file, platform)).rejects.toMatchObject({ pid: owner.pid });
  },
);

test('P-DB-3: the socket file of a process that was killed is no lock, and another takes its place', async () => {
  const { file, socket } = await newLockable();
  for (let round = 0; round < 3; round++) {
    const owner = await newLockOwner({ file, platform: 'darwin' });
    expect(existsSync(socket)).toBe(true);
    await expect(lockFile(file, 'darwin')).rejects.toMatchObject({ pid: owner.pid });
    await owner.kill();
    expect(existsSync(socket)).toBe(true);
  }
  const lock = await newLock(file, 'darwin');
  await expect(lockFile(file, 'darwin')).rejects.toMatchObject({ pid: process.pid });
  await lock.release();
  expect(existsSync(socket)).toBe(false);
});
