import { chmod, chown } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { strangerAt, userOf } from '../../src/ledger/user.ts';
import { WholeFile } from '../../src/ledger/whole-file.ts';
import { newFolder } from '../helpers/server.ts';

test('a user has a name, or only a number', async () => {
  const { username, uid } = userInfo();
  expect(await userOf(BigInt(uid))).toBe(`user ${username} (uid ${uid})`);
  expect(await userOf(54_321n)).toBe('the user with uid 54321');
});

test('a file that another user has put into a shared folder is not read, and the refusal names the user', async () => {
  const folder = await newFolder();
  const path = join(folder, 'data.json.moderation');
  const file = new WholeFile(path, () => undefined);
  await chmod(folder, 0o1777);
  expect(await file.read()).toBeNull();
  await file.write({});
  expect(await file.read()).toEqual({});
  // Only root can be somebody else.
  if (process.getuid?.() !== 0) return expect(await strangerAt(path)).toBeUndefined();
  await chown(path, 65_534, 65_534);
  const refusal = {
    code: 'DATA_UNUSABLE',
    message: `cannot read ${path}: user nobody (uid 65534) has put it there; remove it`,
  };
  await expect(file.read()).rejects.toMatchObject(refusal);
  await chown(folder, 65_534, 65_534);
  expect(await file.read()).toEqual({});
  await chown(folder, 0, 0);
  await chmod(folder, 0o755);
  expect(await file.read()).toEqual({});
});
