import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Change, Entry } from '../../src/ledger/ledger.ts';
import type { Message } from '../../src/protocol/replies.ts';
import { writtenForm } from '../helpers/data.ts';
import { messagesIn } from '../helpers/history-file.ts';
import { Listened, newFileLedger, timestamp } from '../helpers/ledger.ts';
import { breaking, shownAs, without } from '../helpers/removal.ts';
import { newFolder } from '../helpers/server.ts';

const message = (content: string, name = 'An'): Message => ({ name, content, timestamp });
const remove = (positions: readonly number[], withName = false) =>
  ({ type: 'remove', positions, withName }) as const;

/** A ledger on a file with these messages. */
async function newLedger(messages: readonly Message[]) {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, writtenForm(messages));
  const ledger = await newFileLedger(path);
  const listened = new Listened(ledger);
  const told = () => listened.stretches.flat().flatMap(positionOf);
  return { path, ledger, listened, told, contents: () => listened.view().messages };
}

const positionOf = (entry: Entry) => (entry.type === 'removed' ? [entry.position] : []);

test('P-MOD-1: a removal is told in one stretch, and shown from then on; who has read the message before keeps it', async () => {
  const before = ['một', 'hai', 'ba'].map((content) => message(content));
  const { path, ledger, listened, contents } = await newLedger(before);
  const { part } = ledger.view({});
  expect(await ledger.act(remove([2, 0, 7, 2]))).toEqual({ isDone: true, positions: [0, 2] });
  const left = without(before, [0, 2]);
  expect(listened.stretches).toEqual([
    shownAs(left, [0, 2]).map(({ position, json }) => ({
      type: 'removed',
      timestamp,
      position,
      json: Buffer.from(json),
    })),
  ]);
  expect(contents()).toEqual(left);
  expect(await messagesIn(path)).toEqual(left);
  expect(JSON.parse(`[${Buffer.concat(part.pieces)}]`)).toEqual(before);
  expect(await ledger.act(remove([0, 2, 3]))).toEqual({ isDone: false, positions: [] });
  expect(await ledger.act(remove([1, 2], true))).toEqual({ isDone: true, positions: [1, 2] });
  expect(contents()).toEqual([left[0], message('', ''), message('', '')]);
  expect(listened.stretches).toHaveLength(2);
});

test('P-MOD-1: while the disk fails, a removal fails in words and nothing is told; the next one tells of it too', async () => {
  const before = ['một', 'hai', 'ba'].map((content) => message(content));
  const { path, ledger, listened, contents } = await newLedger(before);
  await rename(path, `${path}.away`);
  await expect(ledger.act(remove([0]))).rejects.toThrow('the data file was removed while the server runs');
  expect(ledger.health()).toBe('the data file was removed while the server runs');
  await rename(`${path}.away`, path);
  // The write and the sync of the journal succeed, and the write to the file fails.
  const disk = breaking(3);
  ledger.interpose(disk.writerOf);
  await expect(ledger.act(remove([0]))).rejects.toThrow('the disk is broken');
  expect([listened.stretches, contents()]).toEqual([[], before]);
  disk.mend();
  expect(await ledger.act(remove([2]))).toEqual({ isDone: true, positions: [0, 2] });
  expect(contents()).toEqual(without(before, [0, 2]));
  expect(await messagesIn(path)).toEqual(without(before, [0, 2]));
});

test('P-MOD-1: many removals are told in several stretches, in the order of the acts, and commits go on between them', async () => {
  const before = Array.from({ length: 3000 }, (_, at) => message(`${at}`));
  const { path, ledger, listened, told, contents } = await newLedger(before);
  const claim: Change = { type: 'claim', by: '1', nickname: 'Bình', key: 'bình' };
  await listened.commit(claim);
  const positions = [...before.keys()].filter((at) => at % 2 === 0);
  const acts = [ledger.act(remove(positions)), ledger.act(remove([0, 1, 2998], true))];
  let isOver = false;
  const over = Promise.all(acts).finally(() => {
    isOver = true;
  });
  let posts = 0;
  while (!isOver) await ledger.commit([{ type: 'post', by: '1', content: `${posts++}` }]);
  expect(await over).toEqual([
    { isDone: true, positions },
    { isDone: true, positions: [0, 1, 2998] },
  ]);
  expect(told()).toEqual([...positions, 0, 1, 2998]);
  const stretches = listened.stretches.map((stretch) => stretch.flatMap(positionOf).length);
  expect(Math.max(...stretches)).toBeLessThanOrEqual(64);
  expect(listened.stretches.findIndex(([entry]) => entry?.type === 'posted')).toBeLessThan(
    listened.stretches.findLastIndex(([entry]) => entry?.type === 'removed'),
  );
  const left = without(without(before, positions), [0, 1, 2998], true);
  expect(contents().slice(0, 3000)).toEqual(left);
  expect(contents()).toHaveLength(3000 + posts);
  expect(await messagesIn(path)).toEqual(contents());
});
