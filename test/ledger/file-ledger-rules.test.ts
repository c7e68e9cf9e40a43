import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rmdir, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { FileLedger } from '../../src/ledger/file-ledger.ts';
import { noRules } from '../../src/moderation/rules.ts';
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

test('P-MOD-3: a start needs no room on the disk for the rules', async () => {
  const path = join(await newFolder(), 'data.json');
  const rules = `${path}.moderation`;
  // What is written there first cannot be.
  await mkdir(`${rules}.new`);
  const warnings: string[] = [];
  const ledger = await FileLedger.open(path, {
    stamp: () => '27/11/2026 10/0600',
    onWarning: (text) => void warnings.push(text),
  });
  onTestFinished(() => ledger.close());
  expect(warnings).toEqual([expect.stringContaining(`cannot write ${rules} yet: `)]);
  const { maskKey } = ledger.rules;
  const govern = (on: boolean) => ledger.act({ type: 'govern', edit: { type: 'readonly', on } });
  await expect(govern(true)).rejects.toThrow();
  await rmdir(`${rules}.new`);
  await govern(true);
  await ledger.close();
  const { ino } = await stat(rules);
  const again = await newFileLedger(path);
  expect(again.rules).toMatchObject({ readonly: true, maskKey });
  expect((await stat(rules)).ino).toBe(ino);
});

test.each<[string, (path: string, other: string) => Promise<unknown>]>([
  ['a folder', (path) => mkdir(path)],
  ['a link to another file', (path, other) => symlink(other, path)],
  ['a link to nowhere', (path, other) => symlink(`${other}.none`, path)],
  ['a pipe', (path) => promisify(execFile)('mkfifo', [path])],
])('P-MOD-3: rules are read from a file of their own, and not from %s', async (_, make) => {
  const path = join(await newFolder(), 'data.json');
  const other = join(dirname(path), 'other.json');
  await writeFile(other, JSON.stringify(noRules('key')));
  await make(`${path}.moderation`, other);
  await expect(newFileLedger(path)).rejects.toMatchObject({
    code: 'DATA_UNUSABLE',
    message: `cannot read ${path}.moderation: it is not a regular file`,
  });
});
