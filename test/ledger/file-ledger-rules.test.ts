import { readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Listened, newFileLedger } from '../helpers/ledger.ts';
import { newFolder } from '../helpers/server.ts';

test('P-MOD-3: rules that are being written are there when the ledger is closed, and none are written after that', async () => {
  const path = join(await newFolder(), 'data.json');
  const ledger = await newFileLedger(path);
  new Listened(ledger);
  const rules = () => readFile(`${path}.moderation`, 'utf8');
  const governing = ledger.act({ type: 'govern', edit: { type: 'readonly', on: true } });
  await ledger.close();
  expect(await governing).toEqual({ isDone: true });
  expect(JSON.parse(await rules())).toMatchObject({ readonly: true });
  const before = await rules();
  await expect(ledger.act({ type: 'govern', edit: { type: 'readonly', on: false } })).rejects.toThrow(
    'the data file is closed',
  );
  expect(await rules()).toBe(before);
});

test('P-MOD-3: the rules stand beside the file itself, whichever link the server is started with', async () => {
  const [folder, other] = [await newFolder(), await newFolder()];
  const [path, link] = [join(folder, 'data.json'), join(other, 'link.json')];
  await (await newFileLedger(path)).close();
  await symlink(path, link);
  const ledger = await newFileLedger(link);
  await ledger.act({ type: 'govern', edit: { type: 'readonly', on: true } });
  await ledger.close();
  expect(await readdir(other)).toEqual(['link.json']);
  const again = await newFileLedger(path);
  expect(again.rules.readonly).toBe(true);
});
