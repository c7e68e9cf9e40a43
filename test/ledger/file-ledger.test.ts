import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Change, Claim } from '../../src/ledger/ledger.ts';
import { messagesIn } from '../helpers/history-file.ts';
import { Listened, newFileLedger, timestamp } from '../helpers/ledger.ts';
import { newFolder } from '../helpers/server.ts';

const claim = (by: string, nickname: string, key = nickname.toLowerCase()): Claim => ({
  type: 'claim',
  by,
  nickname,
  key,
});
const post = (by: string, content: string): Change => ({ type: 'post', by, content });
const leave = (by: string): Change => ({ type: 'leave', by });
const message = (name: string, content: string) => ({ name, content, timestamp });

const registered = (by: string, nickname: string) => ({ type: 'registered', by, nickname });
const changed = (by: string, oldname: string, nickname: string) => ({
  type: 'changed',
  by,
  oldname,
  nickname,
});
const posted = (by: string, name: string, content: string) => ({
  type: 'posted',
  by,
  message: message(name, content),
});
const left = (by: string, nickname: string) => ({ type: 'left', by, nickname });
const taken = (change: Claim) => ({ type: 'taken', by: change.by, change });
const newLedger = async (path?: string) => new Listened(await newFileLedger(path));

test('P-SEND-4: changes of one commit happen in their order, in one stretch', async () => {
  const path = join(await newFolder(), 'data.json');
  const ledger = await newLedger(path);
  const changes = [
    claim('1', 'An'),
    post('1', 'một'),
    claim('2', 'Bình'),
    post('1', 'hai'),
    leave('1'),
    leave('3'),
  ];
  expect(await ledger.commit(...changes)).toEqual([
    registered('1', 'An'),
    posted('1', 'An', 'một'),
    registered('2', 'Bình'),
    posted('1', 'An', 'hai'),
    left('1', 'An'),
    { type: 'absent', by: '3' },
  ]);
  expect(ledger.stretches).toHaveLength(1);
  expect(new Set(ledger.stretches.flat().map((entry) => entry.timestamp))).toEqual(new Set([timestamp]));
  expect(await messagesIn(path)).toEqual([message('An', 'một'), message('An', 'hai')]);
  const messages = [message('An', 'một'), message('An', 'hai')];
  expect(ledger.view()).toEqual({ messages, first: 0, total: 2, online: ['Bình'] });
  expect(ledger.view({ limit: 1 })).toEqual({
    messages: messages.slice(1),
    first: 1,
    total: 2,
    online: ['Bình'],
  });
});

test('P-SEND-4: the view shows one place in the order: a stretch when it is told, and nothing of it before', async () => {
  const ledger = await newFileLedger();
  const seen: unknown[] = [];
  const look = () => {
    const { part, online } = ledger.view({});
    return [part.total, Buffer.from(online).toString()];
  };
  ledger.start({ onStretch: () => seen.push(look()), onFenced: () => {} });
  await ledger.commit([claim('1', 'An')]);
  const committing = ledger.commit([post('1', 'một'), claim('2', 'Bình')]);
  expect(look()).toEqual([0, '["An"]']);
  await committing;
  expect(seen).toEqual([
    [0, '["An"]'],
    [1, '["An","Bình"]'],
  ]);
});

test('P-SEND-1: a post of a connection that holds no nickname becomes `absent`', async () => {
  const ledger = await newLedger();
  expect(await ledger.commit(post('1', 'một'))).toEqual([{ type: 'absent', by: '1' }]);
  expect(ledger.view().total).toBe(0);
});

test('P-NAME-2: a nickname is in use until its change or leave, and can then be taken at once', async () => {
  const ledger = await newLedger();
  expect(await ledger.commit(claim('1', 'An'), claim('2', 'An'))).toEqual([
    registered('1', 'An'),
    taken(claim('2', 'An')),
  ]);
  expect(await ledger.commit(claim('1', 'Ân'), claim('2', 'An'))).toEqual([
    changed('1', 'An', 'Ân'),
    registered('2', 'An'),
  ]);
  expect(await ledger.commit(leave('1'), claim('3', 'Ân'), leave('1'))).toEqual([
    left('1', 'Ân'),
    registered('3', 'Ân'),
    { type: 'absent', by: '1' },
  ]);
});

test('P-NAME-2: a change that is refused leaves the old nickname in use', async () => {
  const ledger = await newLedger();
  await ledger.commit(claim('1', 'An'), claim('2', 'Bình'));
  expect(await ledger.commit(claim('1', 'Bình'), claim('3', 'An'))).toEqual([
    taken(claim('1', 'Bình')),
    taken(claim('3', 'An')),
  ]);
  expect(ledger.view().online).toEqual(['An', 'Bình']);
});

test('P-NAME-3: nicknames are the same when their keys are, and are shown as they were sent', async () => {
  const ledger = await newLedger();
  expect(await ledger.commit(claim('1', 'AN'), claim('2', 'an'), claim('3', 'An', 'An'))).toEqual([
    registered('1', 'AN'),
    taken(claim('2', 'an')),
    registered('3', 'An'),
  ]);
  expect(ledger.view().online).toEqual(['AN', 'An']);
});

test('P-NAME-4: a change to the very same nickname is refused, one of its case alone is not', async () => {
  const ledger = await newLedger();
  await ledger.commit(claim('1', 'An'));
  const changes = [claim('1', 'An'), claim('1', 'AN'), claim('2', 'an'), claim('1', 'AN')] as const;
  expect(await ledger.commit(...changes)).toEqual([
    taken(changes[0]),
    changed('1', 'An', 'AN'),
    taken(changes[2]),
    taken(changes[3]),
  ]);
  expect(ledger.view().online).toEqual(['AN']);
  expect(await ledger.commit(leave('1'), claim('2', 'an'))).toEqual([left('1', 'AN'), registered('2', 'an')]);
});

test('P-NAME-5: the first of many claims on one nickname succeeds, in one commit or in several', async () => {
  const ledger = await newLedger();
  const claims = Array.from({ length: 50 }, (_, at) => claim(String(at), 'An'));
  const entries = [...(await ledger.commit(...claims)), ...(await ledger.commit(claim('x', 'An')))];
  expect(entries).toEqual([registered('0', 'An'), ...claims.slice(1).map(taken), taken(claim('x', 'An'))]);
});

test('P-NAME-2: nicknames stand in order of registration; a change keeps its place, a return does not', async () => {
  const ledger = await newLedger();
  await ledger.commit(claim('1', 'An'), claim('2', 'Bình'), claim('3', 'Chi'));
  await ledger.commit(claim('1', 'Dũng'));
  expect(ledger.view().online).toEqual(['Dũng', 'Bình', 'Chi']);
  await ledger.commit(leave('2'), claim('2', 'Bình'));
  expect(ledger.view().online).toEqual(['Dũng', 'Chi', 'Bình']);
});

test('P-SEND-5: a message keeps the name under which it was sent', async () => {
  const path = join(await newFolder(), 'data.json');
  const ledger = await newLedger(path);
  await ledger.commit(claim('1', 'An'), post('1', 'một'), claim('1', 'Ân'), post('1', 'hai'), leave('1'));
  const expected = [message('An', 'một'), message('Ân', 'hai')];
  expect(ledger.view().messages).toEqual(expected);
  expect(await messagesIn(path)).toEqual(expected);
});
