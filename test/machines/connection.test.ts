import { describe, expect, test } from 'vitest';
import { badContents, badNames, badWindows, goodContents, goodNames, goodWindows } from '../helpers/forms.ts';
import { connectionIn, forbidden, objections, only } from '../helpers/machine.ts';

/** So that `test.each` takes a list, or an object, as the one value that it is. */
const each = <Value>(values: Value[]) => values.map((value) => ({ value }));

describe('unregistered.idle', () => {
  test.each(each(goodNames))('P-NAME-1: the nickname $value is claimed', ({ value }) => {
    const machine = connectionIn('unregistered.idle').hear({ data: 'name', name: value });
    const claim = { type: 'claim', by: 'c1', nickname: value, key: expect.any(String) };
    expect(machine.did()).toEqual(only({ changes: [claim] }));
    expect([machine.state, machine.nickname]).toEqual(['unregistered.claiming', undefined]);
  });

  test.each(each(badNames))('P-NAME-1, P-NAME-6: the nickname $value is refused as received', ({ value }) => {
    const machine = connectionIn('unregistered.idle').hear({ data: 'name', name: value });
    const reply = { type: 'name', action: 'register', name: value, status: false, reason: 'WrongFormatName' };
    expect(machine.did()).toEqual(only({ refused: [reply] }));
    expect([machine.state, machine.nickname]).toEqual(['unregistered.idle', undefined]);
  });

  test.each(each([...goodContents, ...badContents]))(
    'P-REQ-6: a send of $value is UnknownRegister, whatever its form',
    ({ value }) => {
      const machine = connectionIn('unregistered.idle').hear({ data: 'send', content: value });
      const reply = { type: 'send', status: false, reason: 'UnknownRegister' };
      expect(machine.did()).toEqual(only({ refused: [reply] }));
      expect(machine.state).toBe('unregistered.idle');
    },
  );

  test.each(each([...goodWindows, ...badWindows]))(
    'P-REQ-6: a get of $value is UnknownRegister, whatever its form',
    ({ value }) => {
      const machine = connectionIn('unregistered.idle').hear({ data: 'get', ...value });
      const reply = { type: 'get', status: false, reason: 'UnknownRegister' };
      expect(machine.did()).toEqual(only({ refused: [reply] }));
      expect(machine.state).toBe('unregistered.idle');
    },
  );
});

test('P-MOD-3: a nickname that the house does not allow is ErrorWhenRegister, also with a secret', () => {
  for (const more of [{}, { resume: 'secret' }]) {
    const machine = connectionIn('unregistered.idle');
    machine.hear({ data: 'name', name: forbidden.nickname, ...more });
    const refused = { name: forbidden.nickname, status: false, reason: 'ErrorWhenRegister' };
    const reply = { type: 'name', action: 'register', ...refused, error: objections.nickname };
    expect(machine.did()).toEqual(only({ refused: [reply] }));
    expect(machine.state).toBe('unregistered.idle');
  }
});

describe.each(['registered.idle', 'registered.muted'] as const)('%s', (leaf) => {
  test('P-MOD-3: a nickname that the house does not allow is ErrorWhenChange', () => {
    const machine = connectionIn(leaf).hear({ data: 'name', name: forbidden.nickname });
    const refused = { oldname: 'An', newname: forbidden.nickname, status: false, reason: 'ErrorWhenChange' };
    const reply = { type: 'name', action: 'change', ...refused, error: objections.nickname };
    expect(machine.did()).toEqual(only({ refused: [reply] }));
    expect([machine.state, machine.nickname]).toEqual([leaf, 'An']);
  });

  test.each(each([...goodNames, 'an', 'Bình']))(
    'P-NAME-4: the nickname $value, also the one held, is claimed in its place',
    ({ value }) => {
      const machine = connectionIn(leaf).hear({ data: 'name', name: value });
      const claim = { type: 'claim', by: 'c1', nickname: value, key: expect.any(String) };
      expect(machine.did()).toEqual(only({ changes: [claim] }));
      expect([machine.state, machine.nickname]).toEqual(['registered.changing', 'An']);
    },
  );

  test.each(each(badNames))('P-NAME-1, P-NAME-6: a change to $value is refused as received', ({ value }) => {
    const machine = connectionIn(leaf).hear({ data: 'name', name: value });
    const refused = { oldname: 'An', newname: value, status: false, reason: 'WrongFormatName' };
    expect(machine.did()).toEqual(only({ refused: [{ type: 'name', action: 'change', ...refused }] }));
    expect([machine.state, machine.nickname]).toEqual([leaf, 'An']);
  });

  test.each(each(badContents))('P-SEND-1: the content $value is refused as received', ({ value }) => {
    const machine = connectionIn(leaf).hear({ data: 'send', content: value });
    const refused = { username: 'An', content: value, status: false, reason: 'WrongFormatContent' };
    expect(machine.did()).toEqual(only({ refused: [{ type: 'send', ...refused }] }));
    expect(machine.state).toBe(leaf);
  });

  test.each(each(goodWindows))('P-GET-1, P-GET-2: a get of $value is answered at once', ({ value }) => {
    const machine = connectionIn(leaf).hear({ data: 'get', ...value });
    const window = Object.keys(value).length > 0 ? value : undefined;
    expect(machine.did()).toEqual(only({ recalled: [window] }));
    expect(machine.state).toBe(leaf);
  });

  test.each(each(badWindows))('P-GET-3: a get of $value is ErrorWhenGet, naming the key', ({ value }) => {
    const machine = connectionIn(leaf).hear({ data: 'get', ...value });
    const error = expect.stringContaining(Object.keys(value).at(-1) ?? 'no key');
    const reply = { type: 'get', name: 'An', status: false, reason: 'ErrorWhenGet', error };
    expect(machine.did()).toEqual(only({ refused: [reply] }));
    expect(machine.state).toBe(leaf);
  });
});

describe('what a member says', () => {
  test.each(each(goodContents))('P-SEND-1: the content $value is posted', ({ value }) => {
    const machine = connectionIn('registered.idle').hear({ data: 'send', content: value });
    const post = { type: 'post', by: 'c1', content: value };
    expect(machine.did()).toEqual(only({ changes: [post] }));
    expect(machine.state).toBe('registered.sending');
  });

  test('P-MOD-3: is ErrorWhenSend if the house does not allow it', () => {
    const machine = connectionIn('registered.idle').hear({ data: 'send', content: forbidden.content });
    const refused = { content: forbidden.content, status: false, reason: 'ErrorWhenSend' };
    const reply = { type: 'send', username: 'An', ...refused, error: objections.content };
    expect(machine.did()).toEqual(only({ refused: [reply] }));
    expect(machine.state).toBe('registered.idle');
  });

  test.each(each([...goodContents, forbidden.content]))(
    'P-MOD-3, P-REQ-6: is ErrorWhenSend while it is muted, and says why: $value',
    ({ value }) => {
      const machine = connectionIn('registered.muted').hear({ data: 'send', content: value });
      const refused = { content: value, status: false, reason: 'ErrorWhenSend', error: 'you are muted' };
      expect(machine.did()).toEqual(only({ refused: [{ type: 'send', username: 'An', ...refused }] }));
      expect(machine.state).toBe('registered.muted');
    },
  );
});
