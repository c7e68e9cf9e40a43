import { readFile } from 'node:fs/promises';
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
