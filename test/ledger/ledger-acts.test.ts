/** What every ledger makes of what moderators do. */
import { describe, expect, test } from 'vitest';
import type { RuleEdit } from '../../src/moderation/rules.ts';
import { claim, leave, message, post, posted } from '../helpers/changes.ts';
import { ledgers } from '../helpers/every-ledger.ts';
import { Listened } from '../helpers/ledger.ts';

describe.each(ledgers)('acts in $where', ({ open }) => {
  const remove = (...positions: number[]) => ({ type: 'remove', positions, withName: false }) as const;
  const erase = (...positions: number[]) => ({ type: 'remove', positions, withName: true }) as const;
  const removed = (position: number, name: string) => ({
    type: 'removed',
    position,
    left: message(name, ''),
  });

  /** A room in which three messages have been written. */
  async function newRoom(name = 'An') {
    const ledger = new Listened(await open(), '["here"]');
    const posts = ['một', '"},{"name":"x","content":"y","timestamp":"z', 'ba'].map((said) => post('1', said));
    await ledger.commit(claim('1', name), ...posts);
    return ledger;
  }

  test('P-MOD-1: a removed message keeps its place, its name and its time, and has no content', async () => {
    const ledger = await newRoom();
    expect(await ledger.act(remove(1))).toEqual({
      done: { isDone: true, positions: [1] },
      entries: [removed(1, 'An')],
    });
    const messages = [message('An', 'một'), message('An', ''), message('An', 'ba')];
    expect(ledger.view()).toMatchObject({ messages, first: 0, total: 3 });
  });

  test('P-MOD-1: of several messages those are removed that are there and have something left', async () => {
    const ledger = await newRoom();
    await ledger.act(remove(0));
    expect(await ledger.act(remove(0, 2, 3, 99))).toEqual({
      done: { isDone: true, positions: [2] },
      entries: [removed(2, 'An')],
    });
    const nothing = { done: { isDone: false, positions: [] }, entries: [] };
    for (const act of [remove(0), remove(3), remove(0, 2)]) expect(await ledger.act(act)).toEqual(nothing);
  });

  test('P-MOD-1: the name goes where it is to be erased, also of a message that was removed before', async () => {
    const ledger = await newRoom();
    await ledger.act(remove(0));
    expect(await ledger.act(erase(0, 1))).toEqual({
      done: { isDone: true, positions: [0, 1] },
      entries: [removed(0, ''), removed(1, '')],
    });
    expect((await ledger.act(erase(0))).done.isDone).toBe(false);
    expect(ledger.view().messages).toEqual([message('', ''), message('', ''), message('An', 'ba')]);
    expect(await ledger.commit(post('1', 'bốn'))).toEqual([posted('1', 'An', 'bốn')]);
  });

  test.each(['"\\\n\r\t\u0000\u2028/', 'x","content":"', '\\', '👋 ệ %s'])(
    'P-MOD-1: a name is what it was after a removal, to the last character: %j',
    async (name) => {
      const ledger = await newRoom(name);
      expect((await ledger.act(remove(1))).entries).toEqual([removed(1, name)]);
      expect(ledger.view({ after: 1, limit: 1 }).messages).toEqual([message(name, '')]);
    },
  );

  test('P-MOD-4: what the host says has its place in the order, and is not stored', async () => {
    const ledger = await newRoom();
    const content = '"chào"\n cả nhà';
    expect(await ledger.act({ type: 'announce', content })).toEqual({
      done: { isDone: true },
      entries: [{ type: 'announced', content }],
    });
    expect(ledger.view().total).toBe(3);
  });

  test('whoever is kicked is found by the key of the nickname', async () => {
    const ledger = await newRoom();
    const kick = (key: string) => ledger.act({ type: 'kick', key, code: 4001, reason: 'kicked: "spam"' });
    expect(await kick('an')).toEqual({
      done: { isDone: true },
      entries: [{ type: 'kicked', nickname: 'An', from: '1', code: 4001, reason: 'kicked: "spam"' }],
    });
    expect(await kick('bình')).toEqual({ done: { isDone: false }, entries: [] });
    await ledger.commit(leave('1'));
    expect(await kick('an')).toEqual({ done: { isDone: false }, entries: [] });
  });

  test('P-MOD-3: the rules have changed when that is told, and nothing is told where nothing changes', async () => {
    const ledger = await newRoom();
    const { rules } = ledger.ledger;
    const verdict = { until: null, since: 1, by: 'admin', isByHost: true, reason: '"spam"' };
    const edits: { edit: RuleEdit; rules: object }[] = [
      { edit: { type: 'readonly', on: true }, rules: { readonly: true } },
      {
        edit: { type: 'ban', ban: { ...verdict, target: { key: 'an' } } },
        rules: { bans: [{ ...verdict, target: { key: 'an' } }] },
      },
      { edit: { type: 'words', words: ['ệ"'] }, rules: { words: ['ệ"'] } },
    ];
    const governed = { done: { isDone: true }, entries: [{ type: 'governed' }] };
    for (const { edit, rules: changed } of edits) {
      expect(await ledger.act({ type: 'govern', edit })).toEqual(governed);
      expect(ledger.ledger.rules).toMatchObject(changed);
    }
    expect(ledger.ledger.rules).toMatchObject({ maskKey: rules.maskKey, readonly: true });
    const again = ledger.act({ type: 'govern', edit: { type: 'unmute', key: 'an' } });
    expect(await again).toEqual({ done: { isDone: false }, entries: [] });
  });

  test('P-MOD-3: changes of the rules at the same time all happen', async () => {
    const ledger = await newRoom();
    const mute = (key: string) =>
      ({ key, nickname: key, until: null, since: 1, by: 'admin', isByHost: true, reason: '' }) as const;
    const keys = ['an', 'bình', 'chi', 'dũng'];
    await Promise.all(
      keys.map((key) => ledger.act({ type: 'govern', edit: { type: 'mute', mute: mute(key) } })),
    );
    expect(ledger.ledger.rules.mutes.map(({ key }) => key).toSorted()).toEqual(keys);
  });

  test('it says what its process says', async () => {
    const ledger = await newRoom();
    expect(await ledger.ledger.ask()).toEqual(['["here"]']);
  });
});
