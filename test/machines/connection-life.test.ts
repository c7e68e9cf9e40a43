import { describe, expect, test } from 'vitest';
import type { Act } from '../../src/ledger/ledger.ts';
import { connectionIn, LoneConnection, leaves } from '../helpers/machine.ts';

const leave: Act = { type: 'leave', by: 'c1' };

describe('what the room settles', () => {
  test('P-NAME-2: a claim that succeeded makes it a member under that nickname', () => {
    const machine = connectionIn('unregistered.claiming').settle('An');
    expect([machine.state, machine.nickname]).toEqual(['registered.idle', 'An']);
    expect(machine.did()).toEqual({ refused: [], acts: [] });
  });

  test('P-NAME-5: a claim that did not leaves it a stranger, who may claim again', () => {
    const machine = connectionIn('unregistered.claiming').settle(undefined);
    expect([machine.state, machine.nickname]).toEqual(['unregistered.idle', undefined]);
    expect(machine.did()).toEqual({ refused: [], acts: [] });
    expect(machine.hear({ data: 'name', name: 'Bình' }).did().acts).toMatchObject([
      { type: 'claim', oldname: undefined, nickname: 'Bình' },
    ]);
  });

  test('P-NAME-2: a change that succeeded puts the new nickname in force', () => {
    const machine = connectionIn('registered.changing').settle('Bình');
    expect([machine.state, machine.nickname]).toEqual(['registered.idle', 'Bình']);
    machine.hear({ data: 'send', content: 'x' });
    expect(machine.did()).toEqual({
      refused: [],
      acts: [{ type: 'post', by: 'c1', nickname: 'Bình', content: 'x' }],
    });
  });

  test('P-NAME-2: a change that failed leaves the old nickname in force', () => {
    const machine = connectionIn('registered.changing').settle('An');
    expect([machine.state, machine.nickname]).toEqual(['registered.idle', 'An']);
    expect(machine.hear({ data: 'send', content: 5 }).did().refused).toMatchObject([{ username: 'An' }]);
  });

  test.each(['registered.sending', 'registered.getting'] as const)(
    'P-REQ-7: %s ends when it is settled',
    (leaf) => {
      const machine = connectionIn(leaf).settle('An');
      expect([machine.state, machine.nickname]).toEqual(['registered.idle', 'An']);
      expect(machine.did()).toEqual({ refused: [], acts: [] });
    },
  );

  test.each(['unregistered.idle', 'registered.idle'] as const)(
    'P-REQ-7: %s waits for nothing, and what is settled changes nothing',
    (leaf) => {
      const machine = connectionIn(leaf);
      const before = machine.nickname;
      machine.settle('Bình').settle(undefined);
      expect([machine.state, machine.nickname]).toEqual([leaf, before]);
      expect(machine.did()).toEqual({ refused: [], acts: [] });
    },
  );
});

describe('how it ends', () => {
  const members = leaves.filter((leaf) => leaf.startsWith('registered'));

  test.each(members)('P-EVT-2: a hangup in %s is one leave', (leaf) => {
    const machine = connectionIn(leaf).hangUp();
    expect(machine.did()).toEqual({ refused: [], acts: [leave] });
    expect([machine.state, machine.isDone]).toEqual(['closed', true]);
  });

  test('P-EVT-2: a hangup with a claim under way is one leave behind it, for the claim may succeed', () => {
    const machine = new LoneConnection().hear({ data: 'name', name: 'An' }).hangUp();
    expect(machine.did()).toMatchObject({ refused: [], acts: [{ type: 'claim', nickname: 'An' }, leave] });
    expect([machine.state, machine.isDone]).toEqual(['closed', true]);
  });

  test('P-EVT-2: a stranger leaves silently', () => {
    const machine = connectionIn('unregistered.idle').hangUp();
    expect(machine.did()).toEqual({ refused: [], acts: [] });
    expect(machine.state).toBe('closed');
  });

  test('P-EVT-2: a stranger whose claim was refused leaves silently too', () => {
    const machine = connectionIn('unregistered.claiming').settle(undefined).hangUp();
    expect(machine.did()).toEqual({ refused: [], acts: [] });
  });

  test('P-EVT-2: a long life has one leave, at its end', () => {
    const machine = connectionIn('registered.idle');
    machine
      .hear({ data: 'name', name: 'Bình' })
      .settle('Bình')
      .hear({ data: 'send', content: 'x' })
      .settle('Bình');
    machine.hear({ data: 'get' }).settle('Bình').hear('{').hear({ data: 'name', name: '' });
    machine.hear({ data: 'name', name: 'An' }).settle('Bình').hangUp();
    const { acts } = machine.did();
    expect(acts.map(({ type }) => type)).toEqual(['claim', 'post', 'recall', 'claim', 'leave']);
  });
});

describe('limits', () => {
  test('P-NAME-3: a claim carries the key that the nickname is compared by', () => {
    const claim = (comparison: 'nickname' | 'exact') =>
      connectionIn('unregistered.idle', { comparison }).hear({ data: 'name', name: ' A\u200bN ' }).did().acts;
    expect(claim('nickname')).toMatchObject([{ nickname: ' A\u200bN ', key: 'an' }]);
    expect(claim('exact')).toMatchObject([{ nickname: ' A\u200bN ', key: ' A\u200bN ' }]);
  });

  test('P-NAME-6: under exact comparison a space is a nickname', () => {
    const machine = connectionIn('unregistered.idle', { comparison: 'exact' }).hear({
      data: 'name',
      name: ' ',
    });
    expect(machine.state).toBe('unregistered.claiming');
  });

  test('P-TIME-2: each limit can be set on its own', () => {
    const state = (limits: { name?: number; content?: number }, request: object) =>
      connectionIn('registered.idle', limits).hear(request).state;
    const long = 'a'.repeat(101);
    expect(state({ content: 101 }, { data: 'send', content: long })).toBe('registered.sending');
    expect(state({ content: 101 }, { data: 'name', name: long })).toBe('registered.idle');
    expect(state({ name: 101 }, { data: 'name', name: long })).toBe('registered.changing');
    expect(state({ name: 101 }, { data: 'send', content: long })).toBe('registered.idle');
    expect(state({ content: 2 }, { data: 'send', content: 'abc' })).toBe('registered.idle');
  });
});
