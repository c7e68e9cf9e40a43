import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/ledger/ledger.ts';
import { connectionIn, forbidden, LoneConnection, leaves, only } from '../helpers/machine.ts';

const leave: Change = { type: 'leave', by: 'c1' };

describe('a settled change', () => {
  test('P-NAME-2: a claim that succeeded makes it a member under that nickname', () => {
    const machine = connectionIn('unregistered.claiming').settleClaim({ nickname: 'An' });
    expect([machine.state, machine.nickname]).toEqual(['registered.idle', 'An']);
    expect(machine.did()).toEqual(only({}));
  });

  test('P-NAME-5: a refused claim leaves the connection unregistered, and it may claim again', () => {
    const machine = connectionIn('unregistered.claiming').settle();
    expect([machine.state, machine.nickname]).toEqual(['unregistered.idle', undefined]);
    expect(machine.did()).toEqual(only({}));
    expect(machine.hear({ data: 'name', name: 'Bình' }).did().changes).toMatchObject([
      { type: 'claim', nickname: 'Bình' },
    ]);
  });

  test('P-NAME-2: a change that succeeded puts the new nickname in force', () => {
    const machine = connectionIn('registered.changing').settleClaim({ nickname: 'Bình' });
    expect([machine.state, machine.nickname]).toEqual(['registered.idle', 'Bình']);
    machine.hear({ data: 'send', content: 'x' });
    expect(machine.did()).toEqual(only({ changes: [{ type: 'post', by: 'c1', content: 'x' }] }));
  });

  test('P-NAME-2: a change that failed leaves the old nickname in force', () => {
    const machine = connectionIn('registered.changing').settle();
    expect([machine.state, machine.nickname]).toEqual(['registered.idle', 'An']);
    expect(machine.hear({ data: 'send', content: 5 }).did().refused).toMatchObject([{ username: 'An' }]);
  });

  test('P-REQ-7: a send ends when it is settled', () => {
    const machine = connectionIn('registered.sending').settle();
    expect([machine.state, machine.nickname, machine.underWay]).toEqual(['registered.idle', 'An', 0]);
    expect(machine.did()).toEqual(only({}));
  });

  test.each(['unregistered.idle', 'registered.idle'] as const)(
    'P-REQ-7: %s waits for nothing, and `settled` changes nothing',
    (leaf) => {
      const machine = connectionIn(leaf);
      const before = machine.nickname;
      machine.settleClaim({ nickname: 'Bình' }).settle();
      expect([machine.state, machine.nickname]).toEqual([leaf, before]);
      expect(machine.did()).toEqual(only({}));
    },
  );
});

describe('sends under way together', () => {
  const send = (content: unknown) => ({ data: 'send', content });

  test('P-REQ-7: are as many as there are, until all of them are settled', () => {
    const machine = connectionIn('registered.sending');
    machine.hear(send('hai')).hear(send('ba'));
    expect(machine.did().changes).toMatchObject([{ content: 'hai' }, { content: 'ba' }]);
    expect([machine.state, machine.underWay]).toEqual(['registered.sending', 3]);
    machine.settle(2).hear(send('bốn'));
    expect([machine.state, machine.underWay]).toEqual(['registered.sending', 2]);
    expect(machine.settle(2).state).toBe('registered.idle');
  });

  test('P-REQ-7: let no other request and no bad content between them', () => {
    const machine = connectionIn('registered.sending');
    const others = [
      { data: 'get' },
      { data: 'name', name: 'Bình' },
      {},
      send(''),
      send(5),
      send('a'.repeat(101)),
      send(forbidden.content),
    ];
    expect(others.filter((request) => machine.takes(request))).toEqual([]);
    expect(machine.takes(send('hai'))).toBe(true);
  });

  test('P-REQ-7: are 64 at most', () => {
    const machine = connectionIn('registered.sending');
    while (machine.takes(send('x')) && machine.underWay < 1000) machine.hear(send('x'));
    expect(machine.underWay).toBe(64);
    expect(machine.settle().takes(send('x'))).toBe(true);
  });

  test('P-EVT-2: leave the room before their author does', () => {
    const machine = connectionIn('registered.sending').hear(send('hai')).hangUp();
    expect(machine.did().changes).toMatchObject([{ content: 'hai' }, leave]);
  });
});

describe('coming back', () => {
  test('P-RES-2: a claim with a secret waits to hear whether it is the right one', () => {
    const machine = new LoneConnection().hear({ data: 'name', name: 'An', resume: 'secret' });
    expect(machine.did().changes).toMatchObject([{ type: 'claim', nickname: 'An', resume: 'secret' }]);
    expect(machine.state).toBe('unregistered.resuming');
    machine.settleClaim({ nickname: 'An', isResumable: true, isResumed: true });
    expect([machine.state, machine.nickname]).toEqual(['registered.idle', 'An']);
  });

  test.each([5, null, false, {}])('P-RES-1: a resume of %j is ignored', (resume) => {
    const machine = new LoneConnection().hear({ data: 'name', name: 'An', resume });
    expect(machine.did().changes).toEqual([{ type: 'claim', by: 'c1', nickname: 'An', key: 'an' }]);
    expect(machine.state).toBe('unregistered.claiming');
  });

  const resumable = leaves.filter((leaf) => /^registered\.(?!lost)/.test(leaf));
  test.each(resumable)('P-RES-3: %s outlives its connection when its holding has a secret', (leaf) => {
    const machine = connectionIn(leaf).send({ type: 'lost' });
    expect([machine.state, machine.nickname]).toEqual(['registered.lost', 'An']);
    expect(machine.did()).toEqual(only({}));
  });

  test('P-RES-1: a change without a wish for the secret keeps it, and so the way back', () => {
    const machine = connectionIn('registered.changing').settleClaim({ nickname: 'Bình' });
    machine.send({ type: 'lost' });
    expect([machine.state, machine.nickname]).toEqual(['registered.lost', 'Bình']);
  });

  test('P-RES-3: a holding without a secret leaves at once', () => {
    const machine = connectionIn('unregistered.claiming').settleClaim({ nickname: 'An' });
    machine.send({ type: 'lost' });
    expect(machine.did()).toEqual(only({ changes: [leave] }));
    expect(machine.state).toBe('closed');
  });

  test.each(['expired', 'hangup'] as const)('P-RES-3: a lost holding leaves once when it is %s', (type) => {
    const machine = connectionIn('registered.lost').send({ type });
    expect(machine.did()).toEqual(only({ changes: [leave] }));
    expect(machine.isDone).toBe(true);
  });

  test('P-RES-3: a change that was under way when the connection was lost still takes effect', () => {
    const machine = connectionIn('registered.changing').send({ type: 'lost' });
    machine.settleClaim({ nickname: 'Bình', isResumable: true });
    expect([machine.state, machine.nickname]).toEqual(['registered.lost', 'Bình']);
  });

  test('P-RES-3: a resuming connection that is lost waits for its claim, and then for its peer', () => {
    const machine = connectionIn('unregistered.lost');
    machine.settleClaim({ nickname: 'An', isResumable: true, isResumed: true });
    expect([machine.state, machine.nickname]).toEqual(['registered.lost', 'An']);
    expect(machine.did()).toEqual(only({}));
  });

  test('P-RES-3: a connection whose secret was wrong leaves at once, since nobody knows its new secret', () => {
    const machine = connectionIn('unregistered.lost').settleClaim({ nickname: 'An', isResumable: true });
    expect(machine.did()).toEqual(only({ changes: [leave] }));
    expect(machine.state).toBe('closed');
  });

  test('P-RES-2: a connection whose holding is taken over is at its end', () => {
    for (const leaf of [...resumable, 'registered.lost'] as const)
      expect(connectionIn(leaf).send({ type: 'superseded' }).state).toBe('closed');
  });
});

describe('a mute', () => {
  const muted = { type: 'muted', why: 'you are muted' } as const;
  const send = { data: 'send', content: 'x' };

  test('P-MOD-3: lets nothing through behind the sends under way, and holds when they are settled', () => {
    const machine = connectionIn('registered.sending').send(muted);
    expect([machine.state, machine.takes(send)]).toEqual(['registered.sending', false]);
    expect(machine.settle().state).toBe('registered.muted');
  });

  test('P-MOD-3: holds after a change of the nickname, and the last reason is the one that is told', () => {
    const machine = connectionIn('registered.changing').send(muted).send({ type: 'muted', why: 'still' });
    expect(machine.settleClaim({ nickname: 'Bình' }).state).toBe('registered.muted');
    machine.hear({ data: 'name', name: 'Chi' }).settleClaim({ nickname: 'Chi' }).hear(send);
    expect(machine.did().refused).toMatchObject([{ username: 'Chi', error: 'still' }]);
  });

  test('P-MOD-3: that is lifted before the room has settled what was under way leaves no trace', () => {
    const machine = connectionIn('registered.sending').send(muted).send({ type: 'unmuted' });
    expect(machine.takes(send)).toBe(true);
    expect(machine.settle().state).toBe('registered.idle');
  });

  test('P-MOD-3: can be lifted', () => {
    const machine = connectionIn('registered.muted').send({ type: 'unmuted' });
    expect([machine.state, machine.hear(send).state]).toEqual(['registered.idle', 'registered.sending']);
  });
});

describe('how it ends', () => {
  const members = leaves.filter((leaf) => leaf.startsWith('registered'));

  test.each(members)('P-EVT-2: a hangup in %s is one leave', (leaf) => {
    const machine = connectionIn(leaf).hangUp();
    expect(machine.did()).toEqual(only({ changes: [leave] }));
    expect([machine.state, machine.isDone]).toEqual(['closed', true]);
  });

  test.each(members)('P-EVT-2: a kick in %s is one leave', (leaf) => {
    const machine = connectionIn(leaf).send({ type: 'kicked' });
    expect(machine.did()).toEqual(only({ changes: [leave] }));
    expect([machine.state, machine.isDone]).toEqual(['closed', true]);
  });

  const claiming = leaves.filter((leaf) => /^unregistered\.(?!idle)/.test(leaf));
  test.each(claiming.flatMap((leaf) => (['hangup', 'kicked'] as const).map((type) => [leaf, type] as const)))(
    'P-EVT-2: in %s, %s is one leave behind the claim, for the claim may succeed',
    (leaf, type) => {
      const machine = connectionIn(leaf).send({ type });
      expect(machine.did()).toEqual(only({ changes: [leave] }));
      expect([machine.state, machine.isDone]).toEqual(['closed', true]);
    },
  );

  test.each(members)(
    'P-RES-3: the end of the process in %s entrusts the holding to the others, once',
    (leaf) => {
      const machine = connectionIn(leaf).send({ type: 'retired' });
      expect(machine.did()).toEqual(only({ changes: [{ type: 'entrust', by: 'c1' }] }));
      expect([machine.state, machine.isDone]).toEqual(['closed', true]);
    },
  );

  test.each([
    ['unregistered.claiming', [leave]],
    ['unregistered.resuming', [{ type: 'entrust', by: 'c1' }]],
    ['unregistered.lost', [{ type: 'entrust', by: 'c1' }]],
    ['unregistered.idle', []],
  ] as const)(
    'P-RES-3: the end of the process in %s keeps only what the peer can ask for again',
    (leaf, changes) => {
      const machine = connectionIn(leaf);
      machine.did();
      expect(machine.send({ type: 'retired' }).did()).toEqual(only({ changes: [...changes] }));
      expect(machine.isDone).toBe(true);
    },
  );

  test.each(['hangup', 'kicked'] as const)('P-EVT-2: a stranger leaves silently at its %s', (type) => {
    const machine = connectionIn('unregistered.idle').send({ type });
    expect(machine.did()).toEqual(only({}));
    expect(machine.state).toBe('closed');
  });

  test('P-EVT-2: a stranger whose claim was refused leaves silently too', () => {
    const machine = connectionIn('unregistered.claiming').settle().hangUp();
    expect(machine.did()).toEqual(only({}));
  });

  test('P-EVT-2: a long life has one leave, at its end', () => {
    const machine = connectionIn('registered.idle');
    machine
      .hear({ data: 'name', name: 'Bình' })
      .settleClaim({ nickname: 'Bình' })
      .hear({ data: 'send', content: 'x' })
      .settle();
    machine.hear({ data: 'get' }).hear('{').hear({ data: 'name', name: '' });
    machine.hear({ data: 'name', name: 'An' }).settle().hangUp();
    const { changes, recalled } = machine.did();
    expect(changes.map(({ type }) => type)).toEqual(['claim', 'post', 'claim', 'leave']);
    expect(recalled).toEqual([undefined]);
  });
});

describe('limits', () => {
  test('P-NAME-3: a claim carries the key that the nickname is compared by', () => {
    const claim = (comparison: 'nickname' | 'exact') =>
      connectionIn('unregistered.idle', { comparison }).hear({ data: 'name', name: ' A\u200bN ' }).did()
        .changes;
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
