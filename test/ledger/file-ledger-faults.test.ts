import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileLedger } from '../../src/ledger/file-ledger.ts';
import type { Repair } from '../../src/ledger/json-array-file.ts';
import type { Change } from '../../src/ledger/ledger.ts';
import { newSmallDisk } from '../helpers/disk.ts';
import { messagesIn } from '../helpers/history-file.ts';
import { Listened, newFileLedger, timestamp } from '../helpers/ledger.ts';
import { newFolder } from '../helpers/server.ts';

const post = (content: string): Change & { type: 'post' } => ({ type: 'post', by: '1', content });
const claim = (by: string, nickname: string): Change => ({ type: 'claim', by, nickname, key: nickname });
const leave = (by: string): Change => ({ type: 'leave', by });
const message = (content: string) => ({ name: 'An', content, timestamp });
const failed = (change: Change, error: unknown) => ({ type: 'failed', by: change.by, change, error });

/** A ledger on a file, with a member An. */
async function newLedger(
  path: string,
  repairs: Repair[] = [],
): Promise<Listened & { close: () => Promise<void> }> {
  const ledger = await newFileLedger(path, repairs);
  const listened = new Listened(ledger);
  await listened.commit(claim('1', 'An'));
  return Object.assign(listened, { close: () => ledger.close() });
}

/** The texts of the history that it shows. */
const contents = (ledger: Listened) => ledger.view().messages.map(({ content }) => content);

test('P-SEND-3: when the disk fails, the posts of a commit fail, and the changes beside them do not suffer', async () => {
  const path = join(await newFolder(), 'data.json');
  const ledger = await newLedger(path);
  await ledger.commit(post('một'));
  await rename(path, `${path}.away`);
  const error = 'the data file was removed while the server runs';
  for (let round = 0; round < 2; round++) {
    const other = `Bình ${round}`;
    expect(await ledger.commit(post('hai'), claim(other, other), post('ba'))).toEqual([
      failed(post('hai'), error),
      { type: 'registered', by: other, nickname: other },
      failed(post('ba'), error),
    ]);
    expect(ledger.view()).toMatchObject({ messages: [message('một')], total: 1, online: ['An', other] });
    expect(await ledger.commit(leave(other))).toEqual([{ type: 'left', by: other, nickname: other }]);
  }
  await rename(`${path}.away`, path);
  expect(await ledger.commit(post('bốn'))).toEqual([{ type: 'posted', by: '1', message: message('bốn') }]);
  expect(ledger.view()).toMatchObject({ messages: [message('một'), message('bốn')], online: ['An'] });
  expect(await messagesIn(path)).toEqual([message('một'), message('bốn')]);
});

test('P-SEND-3: claims, leaves and a look at the history need no disk', async () => {
  const path = join(await newFolder(), 'data.json');
  const ledger = await newLedger(path);
  await rm(path);
  expect(await ledger.commit(claim('2', 'Bình'))).toMatchObject([{ type: 'registered' }]);
  expect(ledger.view()).toEqual({ messages: [], first: 0, total: 0, online: ['An', 'Bình'] });
  expect(await ledger.commit(leave('2'))).toMatchObject([{ type: 'left' }]);
});

test('P-SEND-3: a message that a full disk refused is in no later history, and the next that fits is', async () => {
  const folder = await newSmallDisk(32);
  const path = join(folder ?? (await newFolder()), 'data.json');
  const ledger = await newLedger(path);
  const long = 'ạ'.repeat(20_000);
  await ledger.commit(post('một'));
  // Where no disk can be mounted, it is the file that is missing.
  if (folder === undefined) await rename(path, `${path}.away`);
  const error =
    folder === undefined ? expect.stringContaining('removed') : 'no space left on device (ENOSPC)';
  expect(await ledger.commit(post('hai'), post(long))).toEqual([
    failed(post('hai'), error),
    failed(post(long), error),
  ]);
  expect(contents(ledger)).toEqual(['một']);
  if (folder === undefined) await rename(`${path}.away`, path);
  await ledger.commit(post('ba'));
  await ledger.close();
  expect(contents(await newLedger(path))).toEqual(['một', 'ba']);
  expect(await messagesIn(path)).toEqual([message('một'), message('ba')]);
});

test('P-SEND-2: a message that was posted is in the file when its commit resolves', async () => {
  const path = join(await newFolder(), 'data.json');
  const ledger = await newLedger(path);
  for (let round = 1; round <= 20; round++) {
    await ledger.commit(post(String(round)));
    expect(await messagesIn(path)).toHaveLength(round);
  }
});

test('P-DB-1: later messages do not change a part of the history that is still being sent', async () => {
  const ledger = await newLedger(join(await newFolder(), 'data.json'));
  await ledger.commit(post('một'));
  const { part } = ledger.ledger.view({});
  const before = Buffer.concat(part.pieces).toString();
  await ledger.commit(post('hai'), post('ba'));
  expect(Buffer.concat(part.pieces).toString()).toBe(before);
  expect(JSON.parse(`[${before}]`)).toEqual([message('một')]);
});

test('P-DB-4: a ledger reports how much of a torn file it removed', async () => {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, `[${JSON.stringify(message('một'))}, {"name": "A`);
  const repairs: Repair[] = [];
  const ledger = await newLedger(path, repairs);
  expect(repairs).toEqual([{ path, messages: 1, bytes: 13 }]);
  expect(contents(ledger)).toEqual(['một']);
});

test('P-DB-2, P-DB-3: a ledger that cannot be opened keeps no lock', async () => {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, '{"message":[]}');
  for (let round = 0; round < 2; round++)
    await expect(FileLedger.open(path, { stamp: () => timestamp })).rejects.toMatchObject({
      code: 'DATA_INVALID',
    });
  expect(await readFile(path, 'utf8')).toBe('{"message":[]}');
  await writeFile(path, '[]');
  await newLedger(path);
  await expect(FileLedger.open(path, { stamp: () => timestamp })).rejects.toMatchObject({
    code: 'DATA_HELD',
  });
});
