/** What only the ledger in a file does. What all ledgers do is in ledger.test.ts. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Change } from '../../src/ledger/ledger.ts';
import { messagesIn } from '../helpers/history-file.ts';
import { Listened, newFileLedger, timestamp } from '../helpers/ledger.ts';
import { newFolder } from '../helpers/server.ts';

test('P-DB-1, P-DB-5: one commit is one stretch of one time, and its messages are in the file then', async () => {
  const path = join(await newFolder(), 'data.json');
  const ledger = new Listened(await newFileLedger(path));
  const post = (content: string): Change => ({ type: 'post', by: '1', content });
  const claim = (nickname: string): Change => ({ type: 'claim', by: '1', nickname, key: nickname });
  await ledger.commit(claim('An'), post('một'), claim('Ân'), post('hai'), { type: 'leave', by: '1' });
  expect(ledger.stretches).toHaveLength(1);
  expect(new Set(ledger.stretches.flat().map((entry) => entry.timestamp))).toEqual(new Set([timestamp]));
  expect(await messagesIn(path)).toEqual([
    { name: 'An', content: 'một', timestamp },
    { name: 'Ân', content: 'hai', timestamp },
  ]);
});
