import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FileLedger } from '../../src/ledger/file-ledger.ts';
import { FullDisk } from '../../src/ledger/full-disk.ts';
import type { Act, Outcome } from '../../src/ledger/ledger.ts';
import { newFolder } from '../helpers/server.ts';

const timestamp = '22/11/2026 10/0600';
const full: Outcome = { type: 'failed', error: 'no space left on device (ENOSPC)' };

async function newDisk() {
  const path = join(await newFolder(), 'data.json');
  const disk = new FullDisk(await FileLedger.open(path, () => {}));
  onTestFinished(() => disk.close());
  const commit = (...acts: Act[]) => disk.commit({ acts, timestamp });
  return { disk, commit, path };
}

const claim = (nickname: string): Act => ({
  type: 'claim',
  by: nickname,
  oldname: undefined,
  nickname,
  key: nickname,
});
const post = (content: string): Act => ({ type: 'post', by: 'an', nickname: 'an', content });
const recall: Act = { type: 'recall', by: 'an', nickname: 'an', window: undefined };

test('P-SEND-3: on a full disk posts fail, each in its place, and all else goes on', async () => {
  const { disk, commit, path } = await newDisk();
  await commit(claim('an'), post('before'));
  disk.fillers.add(disk);
  const outcomes = await commit(post('one'), claim('binh'), post('two'), recall, {
    type: 'leave',
    by: 'binh',
  });
  expect(outcomes).toEqual([
    full,
    { type: 'named' },
    full,
    expect.objectContaining({ type: 'recalled', part: expect.objectContaining({ total: 1 }) }),
    { type: 'left', nickname: 'binh' },
  ]);
  disk.fillers.delete(disk);
  expect(await commit(post('after'))).toMatchObject([{ type: 'posted' }]);
  const contents = JSON.parse(await readFile(path, 'utf8')).map(
    ({ content }: { content: string }) => content,
  );
  expect(contents).toEqual(['before', 'after']);
});
