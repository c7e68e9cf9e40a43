import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FileLedger } from '../../src/ledger/file-ledger.ts';
import type { Act, Outcome } from '../../src/ledger/ledger.ts';
import type { Window } from '../../src/protocol/window.ts';
import { messagesIn } from '../helpers/history-file.ts';
import { newFolder } from '../helpers/server.ts';

const timestamp = '22/11/2026 10/0600';
const claim = (by: string, nickname: string, oldname?: string, key = nickname.toLowerCase()): Act => ({
  type: 'claim',
  by,
  oldname,
  nickname,
  key,
});
const post = (by: string, nickname: string, content: string): Act => ({
  type: 'post',
  by,
  nickname,
  content,
});
const recall = (by: string, window?: Window): Act => ({ type: 'recall', by, nickname: by, window });
const leave = (by: string): Act => ({ type: 'leave', by });
const message = (name: string, content: string) => ({ name, content, timestamp });

/** A ledger on a file; closed after the test. */
async function newLedger(path: string): Promise<FileLedger> {
  const ledger = await FileLedger.open(path, () => {});
  onTestFinished(() => ledger.close());
  return ledger;
}

/** Commits acts as one batch; recalled parts are read, so that an outcome can be compared. */
async function commit(ledger: FileLedger, ...acts: Act[]): Promise<unknown[]> {
  return (await ledger.commit({ acts, timestamp })).map(read);
}
function read(outcome: Outcome): unknown {
  if (outcome.type !== 'recalled') return outcome;
  const { pieces, ...part } = outcome.part;
  const messages = JSON.parse(`[${Buffer.concat(pieces)}]`);
  expect(messages).toHaveLength(part.messages);
  return { type: 'recalled', ...part, messages, online: JSON.parse(Buffer.from(outcome.online).toString()) };
}
const recalled = (messages: unknown[], online: string[], first = 0, total = messages.length) => ({
  type: 'recalled',
  total,
  first,
  messages,
  online,
});
const newPath = async () => join(await newFolder(), 'data.json');

test('P-SEND-4: acts of one batch come to something each, in order, and a recall is a cut at its place', async () => {
  const path = await newPath();
  const ledger = await newLedger(path);
  const batch = [
    recall('1'),
    claim('1', 'An'),
    post('1', 'An', 'một'),
    recall('1'),
    claim('2', 'Bình'),
    post('1', 'An', 'hai'),
    leave('1'),
    recall('2'),
    recall('2', { limit: 1 }),
    leave('3'),
  ];
  expect(await commit(ledger, ...batch)).toEqual([
    { type: 'recalled', total: 0, first: 0, messages: [], online: [] },
    { type: 'named' },
    { type: 'posted', message: message('An', 'một') },
    recalled([message('An', 'một')], ['An']),
    { type: 'named' },
    { type: 'posted', message: message('An', 'hai') },
    { type: 'left', nickname: 'An' },
    recalled([message('An', 'một'), message('An', 'hai')], ['Bình']),
    recalled([message('An', 'hai')], ['Bình'], 1, 2),
    { type: 'absent' },
  ]);
  expect(await messagesIn(path)).toEqual([message('An', 'một'), message('An', 'hai')]);
});

test('P-NAME-2: a nickname is in use until its change or leave, and can then be taken at once', async () => {
  const ledger = await newLedger(await newPath());
  expect(await commit(ledger, claim('1', 'An'), claim('2', 'An'))).toEqual([
    { type: 'named' },
    { type: 'taken' },
  ]);
  expect(await commit(ledger, claim('1', 'Ân', 'An'), claim('2', 'An'))).toEqual([
    { type: 'named' },
    { type: 'named' },
  ]);
  expect(await commit(ledger, leave('1'), claim('3', 'Ân'), leave('1'))).toEqual([
    { type: 'left', nickname: 'Ân' },
    { type: 'named' },
    { type: 'absent' },
  ]);
});

test('P-NAME-2: a change that is refused leaves the old nickname in use', async () => {
  const ledger = await newLedger(await newPath());
  await commit(ledger, claim('1', 'An'), claim('2', 'Bình'));
  expect(await commit(ledger, claim('1', 'Bình', 'An'), claim('3', 'An'), recall('1'))).toEqual([
    { type: 'taken' },
    { type: 'taken' },
    recalled([], ['An', 'Bình']),
  ]);
});

test('P-NAME-3: nicknames are the same when their keys are, and are shown as they were sent', async () => {
  const ledger = await newLedger(await newPath());
  const batch = [claim('1', 'AN'), claim('2', 'an'), claim('3', 'An', undefined, 'An'), recall('1')];
  expect(await commit(ledger, ...batch)).toEqual([
    { type: 'named' },
    { type: 'taken' },
    { type: 'named' },
    recalled([], ['AN', 'An']),
  ]);
});

test('P-NAME-4: a change to the very same nickname is refused, one of its case alone is not', async () => {
  const ledger = await newLedger(await newPath());
  await commit(ledger, claim('1', 'An'));
  const batch = [claim('1', 'An', 'An'), claim('1', 'AN', 'An'), claim('2', 'an'), claim('1', 'AN', 'AN')];
  expect(await commit(ledger, ...batch, recall('1'))).toEqual([
    { type: 'taken' },
    { type: 'named' },
    { type: 'taken' },
    { type: 'taken' },
    recalled([], ['AN']),
  ]);
  expect(await commit(ledger, leave('1'), claim('2', 'an'))).toEqual([
    { type: 'left', nickname: 'AN' },
    { type: 'named' },
  ]);
});

test('P-NAME-5: of many claims on one nickname, in one batch or in several, the first succeeds', async () => {
  const ledger = await newLedger(await newPath());
  const claims = Array.from({ length: 50 }, (_, at) => claim(String(at), 'An'));
  const outcomes = [...(await commit(ledger, ...claims)), ...(await commit(ledger, claim('x', 'An')))];
  expect(outcomes).toEqual([{ type: 'named' }, ...Array(50).fill({ type: 'taken' })]);
});

test('P-NAME-2: those online stand in order of registration; a change keeps its place, a return does not', async () => {
  const ledger = await newLedger(await newPath());
  await commit(ledger, claim('1', 'An'), claim('2', 'Bình'), claim('3', 'Chi'));
  const batch = [claim('1', 'Dũng', 'An'), recall('2'), leave('2'), claim('2', 'Bình'), recall('2')];
  const outcomes = await commit(ledger, ...batch);
  expect(outcomes[1]).toEqual(recalled([], ['Dũng', 'Bình', 'Chi']));
  expect(outcomes[4]).toEqual(recalled([], ['Dũng', 'Chi', 'Bình']));
});

test('P-SEND-5: a message keeps the name under which it was sent', async () => {
  const path = await newPath();
  const ledger = await newLedger(path);
  const batch = [claim('1', 'An'), post('1', 'An', 'một'), claim('1', 'Ân', 'An'), post('1', 'Ân', 'hai')];
  await commit(ledger, ...batch);
  const expected = [message('An', 'một'), message('Ân', 'hai')];
  expect(await commit(ledger, leave('1'), recall('2'))).toEqual([
    { type: 'left', nickname: 'Ân' },
    recalled(expected, []),
  ]);
  expect(await messagesIn(path)).toEqual(expected);
});
