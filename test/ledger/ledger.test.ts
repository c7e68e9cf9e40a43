/** What every ledger makes of the same changes. */
import { describe, expect, test } from 'vitest';
import {
  absent,
  changed,
  claim,
  leave,
  left,
  message,
  post,
  posted,
  registered,
  taken,
} from '../helpers/changes.ts';
import { ledgers } from '../helpers/every-ledger.ts';
import { Listened } from '../helpers/ledger.ts';

describe.each(ledgers)('in $where', ({ open }) => {
  const newLedger = async () => new Listened(await open());

  test('P-SEND-4: changes of one commit happen in their order', async () => {
    const ledger = await newLedger();
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
      absent('3'),
    ]);
    expect(new Set(ledger.stretches.flat().map((entry) => entry.timestamp)).size).toBe(1);
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
    const ledger = await open();
    const seen: unknown[] = [];
    const look = () => {
      const { part, online } = ledger.view({});
      return [part.total, Buffer.from(online).toString()];
    };
    ledger.start({ onStretch: () => seen.push(look()), onFenced: () => {}, onAsked: () => '[]' });
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
    expect(await ledger.commit(post('1', 'một'))).toEqual([absent('1')]);
    expect(ledger.view().total).toBe(0);
  });

  test.each(['"\\\n\r\t\u0000\u2028\u2029\u007f', '👋 ệ', '\\u0041', '%s %d %', '{"name":"x"}', '\ufeff'])(
    'P-SEND-1, P-NAME-3: nicknames and contents are what they were, to the last character: %j',
    async (strange) => {
      const ledger = await newLedger();
      expect(await ledger.commit(claim('1', strange), post('1', strange))).toEqual([
        registered('1', strange),
        posted('1', strange, strange),
      ]);
      expect(ledger.view()).toMatchObject({ messages: [message(strange, strange)], online: [strange] });
      expect(await ledger.commit(claim('1', 'An'), claim('1', strange), leave('1'))).toEqual([
        changed('1', strange, 'An'),
        changed('1', 'An', strange),
        left('1', strange),
      ]);
    },
  );

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
      absent('1'),
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
    expect(
      await ledger.commit(claim('1', 'AN'), claim('2', 'an'), { ...claim('3', 'An'), key: 'An' }),
    ).toEqual([registered('1', 'AN'), taken(claim('2', 'an')), registered('3', 'An')]);
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
    expect(await ledger.commit(leave('1'), claim('2', 'an'))).toEqual([
      left('1', 'AN'),
      registered('2', 'an'),
    ]);
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
    const ledger = await newLedger();
    await ledger.commit(claim('1', 'An'), post('1', 'một'), claim('1', 'Ân'), post('1', 'hai'), leave('1'));
    expect(ledger.view().messages).toEqual([message('An', 'một'), message('Ân', 'hai')]);
  });

  test('P-SEND-4: a commit of thousands of changes is whole, and in order', async () => {
    const ledger = await newLedger();
    const contents = Array.from({ length: 5000 }, (_, number) => `${number}`);
    await ledger.commit(claim('1', 'An'), ...contents.map((content) => post('1', content)));
    expect(ledger.view().messages.map(({ content }) => content)).toEqual(contents);
  });
});
