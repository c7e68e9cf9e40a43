import { link, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { JsonArrayFile } from '../../src/ledger/json-array-file.ts';
import { openFile } from '../helpers/history-file.ts';
import { lock, newLock, newLockable, newLockOwner, socketsIn } from '../helpers/lock-owner.ts';
import { newFolder } from '../helpers/server.ts';

/** Every way to name one file. */
async function namesOf(path: string): Promise<string[]> {
  const folder = join(path, '..');
  await symlink(path, `${path}.symlink`);
  await symlink(`${path}.symlink`, `${path}.symlink2`);
  await link(path, `${path}.link`);
  await symlink(folder, `${folder}.folder`);
  onTestFinished(() => rm(`${folder}.folder`));
  await mkdir(join(folder, 'sub'));
  await symlink(path, join(folder, 'sub', 'elsewhere.json'));
  return [
    path,
    `${path}.symlink`,
    `${path}.symlink2`,
    `${path}.link`,
    join(`${folder}.folder`, 'data.json'),
    join(folder, 'sub', 'elsewhere.json'),
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
      await expect(JsonArrayFile.open(name)).rejects.toMatchObject({
        code: 'DATA_HELD',
        message: `${name} is held by process ${process.pid}`,
      });
    }
    await file.close();
  }
  expect((await openFile(path)).history.length).toBe(0);
});

test('P-DB-3: a file that another process holds is refused under every name, and free at once when that is killed', async () => {
  const { path, folder } = await newLockable();
  const owner = await newLockOwner(path);
  for (const name of await namesOf(path)) {
    await expect(JsonArrayFile.open(name)).rejects.toMatchObject({
      code: 'DATA_HELD',
      message: `${name} is held by process ${owner.pid}`,
    });
  }
  expect(await readFile(path, 'utf8')).toBe('[]');
  await owner.kill();
  const left = await socketsIn(folder);
  expect(left).toHaveLength(1);
  expect((await openFile(path)).history.length).toBe(0);
  // What the killed process has left behind is gone.
  const sockets = await socketsIn(folder);
  expect(sockets).toHaveLength(1);
  expect(sockets).not.toEqual(left);
});

test('P-DB-3: a file that was renamed stays owned, and a new one in its place is free', async () => {
  const { path } = await newLockable();
  await openFile(path);
  await rename(path, `${path}.away`);
  await expect(JsonArrayFile.open(`${path}.away`)).rejects.toMatchObject({ code: 'DATA_HELD' });
  await openFile(path);
});

test('P-DB-3: locks on different files in one folder do not mind one another', async () => {
  const { path } = await newLockable();
  await writeFile(`${path}.other`, '[]');
  await newLock(path);
  await newLock(`${path}.other`);
});

test.each(['linux', 'darwin'] as const)(
  'P-DB-3: a lock is owned, told, released and taken again (%s)',
  async (platform) => {
    const { path, folder } = await newLockable();
    const first = await newLock(path, platform);
    for (let round = 0; round < 3; round++) {
      await expect(lock(path, platform)).rejects.toMatchObject({
        pid: process.pid,
        message: `held by process ${process.pid}`,
      });
    }
    expect(await socketsIn(folder)).toHaveLength(1);
    await first.release();
    expect(await readdir(folder)).toEqual(['data.json']);
    const again = await newLock(path, platform);
    await again.release();
    await again.release();
    const owner = await newLockOwner(path);
    await expect(lock(path, platform)).rejects.toMatchObject({ pid: owner.pid });
  },
);

test('P-DB-3: a lock far down in the tree of folders is a lock, though a socket has no path so long', async () => {
  const path = join(await newFolder(), ...Array.from({ length: 12 }, () => 'thư mục rất dài'), 'data.json');
  await openFile(path);
  await expect(JsonArrayFile.open(path)).rejects.toMatchObject({
    message: `${path} is held by process ${process.pid}`,
  });
});
