import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FileLedger } from '../../src/ledger/file-ledger.ts';
import type { Repair } from '../../src/ledger/json-array-file.ts';
import type { Act, Outcome } from '../../src/ledger/ledger.ts';
import { newSmallDisk } from '../helpers/disk.ts';
import { messagesIn } from '../helpers/history-file.ts';
import { newFolder } from '../helpers/server.ts';

const timestamp = '22/11/2026 10/0600';
const post = (content: string): Act => ({ type: 'post', by: '1', nickname: 'An', content });
const claim = (by: string, nickname: string): Act => ({
  type: 'claim',
  by,
  oldname: undefined,
  nickname,
  key: nickname,
});
const recall: Act = { type: 'recall', by: '1', nickname: 'An', window: undefined };
const message = (content: string) => ({ name: 'An', content, timestamp });

async function newLedger(path: string, repairs: Repair[] = []): Promise<FileLedger> {
  const ledger = await FileLedger.open(path, (repair) => repairs.push(repair));
  onTestFinished(() => ledger.close());
  return ledger;
}

function commit(ledger: FileLedger, ...acts: Act[]): Promise<readonly Outcome[]> {
  return ledger.commit({ acts, timestamp });
}

/** What the outcome of a recall shows. */
function shown(outcome: Outcome | undefined): {
  contents: string[];
  total: number;
  online: readonly string[];
} {
  if (outcome?.type !== 'recalled') throw new Error(`not recalled: ${outcome?.type}`);
  const { pieces, total } = outcome.part;
  const messages: { content: string }[] = JSON.parse(`[${Buffer.concat(pieces)}]`);
  return {
    contents: messages.map(({ content }) => content),
    total,
    online: JSON.parse(Buffer.from(outcome.online).toString()),
  };
}

test('P-SEND-3: when the disk fails, the posts of a batch fail, and the acts beside them do not suffer', async () => {
  const path = join(await newFolder(), 'data.json');
  const ledger = await newLedger(path);
  await commit(ledger, claim('1', 'An'), post('một'));
  await rename(path, `${path}.away`);
  const failed = { type: 'failed', error: 'the data file was removed while the server runs' };
  for (let round = 0; round < 2; round++) {
    const other = `Bình ${round}`;
    const acts = [recall, post('hai'), claim(other, other), recall, post('ba'), recall];
    const outcomes = await commit(ledger, ...acts, { type: 'leave', by: other }, recall);
    expect([outcomes[1], outcomes[4]]).toEqual([failed, failed]);
    expect([outcomes[2], outcomes[6]]).toEqual([{ type: 'named' }, { type: 'left', nickname: other }]);
    for (const [at, online] of [
      [0, ['An']],
      [3, ['An', other]],
      [5, ['An', other]],
      [7, ['An']],
    ] as const)
      expect(shown(outcomes[at])).toEqual({ contents: ['một'], total: 1, online });
  }
  await rename(`${path}.away`, path);
  const [posted, after] = await commit(ledger, post('bốn'), recall);
  expect(posted).toEqual({ type: 'posted', message: message('bốn') });
  expect(shown(after)).toEqual({ contents: ['một', 'bốn'], total: 2, online: ['An'] });
  expect(await messagesIn(path)).toEqual([message('một'), message('bốn')]);
});

test('P-SEND-3: claims, recalls and leaves need no disk', async () => {
  const path = join(await newFolder(), 'data.json');
  const ledger = await newLedger(path);
  await rm(path);
  const [claimed, recalled, left] = await commit(ledger, claim('1', 'An'), recall, {
    type: 'leave',
    by: '1',
  });
  expect(claimed).toEqual({ type: 'named' });
  expect(shown(recalled)).toEqual({ contents: [], total: 0, online: ['An'] });
  expect(left).toEqual({ type: 'left', nickname: 'An' });
});

test('P-SEND-3: a message that a full disk refused is in no later history, and the next that fits is', async () => {
  const folder = await newSmallDisk(32);
  const path = join(folder ?? (await newFolder()), 'data.json');
  const ledger = await newLedger(path);
  const long = 'ạ'.repeat(20_000);
  await commit(ledger, claim('1', 'An'), post('một'));
  // Where no disk can be mounted, it is the file that is missing.
  if (folder === undefined) await rename(path, `${path}.away`);
  const [short, longer, at] = await commit(ledger, post('hai'), post(long), recall);
  const error =
    folder === undefined ? expect.stringContaining('removed') : 'no space left on device (ENOSPC)';
  expect([short, longer]).toEqual([
    { type: 'failed', error },
    { type: 'failed', error },
  ]);
  expect(shown(at).contents).toEqual(['một']);
  if (folder === undefined) await rename(`${path}.away`, path);
  await commit(ledger, post('ba'));
  await ledger.close();
  const [again] = await commit(await newLedger(path), recall);
  expect(shown(again).contents).toEqual(['một', 'ba']);
  expect(await messagesIn(path)).toEqual([message('một'), message('ba')]);
});

test('P-SEND-2: a message that was posted is in the file when its commit resolves', async () => {
  const path = join(await newFolder(), 'data.json');
  const ledger = await newLedger(path);
  for (let round = 1; round <= 20; round++) {
    await commit(ledger, post(String(round)));
    expect(await messagesIn(path)).toHaveLength(round);
  }
});

test('P-DB-1: a recalled part that is still being sent is not touched by what is posted later', async () => {
  const ledger = await newLedger(join(await newFolder(), 'data.json'));
  await commit(ledger, post('một'));
  const [before] = await commit(ledger, recall);
  await commit(ledger, post('hai'), post('ba'));
  expect(shown(before)).toEqual({ contents: ['một'], total: 1, online: [] });
});

test('P-DB-4: a ledger says what it had to cut off a torn file', async () => {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, `[${JSON.stringify(message('một'))}, {"name": "A`);
  const repairs: Repair[] = [];
  const ledger = await newLedger(path, repairs);
  expect(repairs).toEqual([{ path, messages: 1, bytes: 13 }]);
  const [outcome] = await commit(ledger, recall);
  expect(shown(outcome).contents).toEqual(['một']);
});

test('P-DB-2, P-DB-3: a ledger that cannot be opened holds nothing', async () => {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, '{"message":[]}');
  for (let round = 0; round < 2; round++)
    await expect(FileLedger.open(path, () => {})).rejects.toMatchObject({ code: 'DATA_INVALID' });
  expect(await readFile(path, 'utf8')).toBe('{"message":[]}');
  await writeFile(path, '[]');
  await newLedger(path);
  await expect(FileLedger.open(path, () => {})).rejects.toMatchObject({ code: 'DATA_HELD' });
});
