/** What every ledger makes of the same changes. */
import { describe, expect, test } from 'vitest';
import type { Change, Claim } from '../../src/ledger/ledger.ts';
import type { RuleEdit } from '../../src/moderation/rules.ts';
import { Listened, newFileLedger, newRedisLedger } from '../helpers/ledger.ts';
import { sharedRedis } from '../helpers/redis.ts';

const redis = sharedRedis();

const ledgers = [
  { where: 'a file', open: () => newFileLedger() },
  { where: 'Redis', open: async () => newRedisLedger(await redis()) },
];

const claim = (by: string, nickname: string, key = nickname.toLowerCase()): Claim => ({
  type: 'claim',
  by,
  nickname,
  key,
});
const post = (by: string, content: string): Change => ({ type: 'post', by, content });
const leave = (by: string): Change => ({ type: 'leave', by });
const message = (name: string, content: string) => ({ name, content, timestamp: expect.any(String) });

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
const absent = (by: string) => ({ type: 'absent', by });

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

describe.each(ledgers)('the secret of a holding in $where', ({ open }) => {
  const newHoldings = async () => new Holdings(new Listened(await open()));

  test('P-RES-1: is made only where it is asked for, opaque, short, and never twice the same', async () => {
    const holdings = await newHoldings();
    expect(await holdings.claim('1', 'An')).toEqual(registered('1', 'An'));
    const secrets = await holdings.secrets(Array.from({ length: 1000 }, (_, at) => `x${at}`));
    for (const secret of secrets) expect(secret).toMatch(/^[\w-]{22,64}$/);
    expect(new Set(secrets).size).toBe(1000);
  });

  test('P-RES-1: is kept by a change, which tells it only where it is asked for', async () => {
    const holdings = await newHoldings();
    const secret = await holdings.secret('1', 'An');
    expect(await holdings.claim('1', 'Ân')).toEqual(changed('1', 'An', 'Ân'));
    expect(await holdings.secret('1', 'Anh')).toBe(secret);
    expect(await holdings.claim('2', 'Anh', secret)).toMatchObject({ type: 'resumed', from: '1' });
  });

  test('P-RES-1: is made by a change that asks for it, if the holding has none', async () => {
    const holdings = await newHoldings();
    await holdings.claim('1', 'An');
    const secret = await holdings.secret('1', 'Ân');
    expect(await holdings.claim('2', 'Ân', secret)).toMatchObject({ type: 'resumed', from: '1' });
  });

  test('P-RES-2: lets another connection take it over; its old connection holds nothing any more', async () => {
    const holdings = await newHoldings();
    const secret = await holdings.secret('1', 'An');
    const entry = await holdings.claim('2', 'An', secret);
    const resumed = { type: 'resumed', by: '2', nickname: 'An', secret: expect.any(String), from: '1' };
    expect(entry).toEqual(resumed);
    expect(entry).not.toMatchObject({ secret });
    expect(await holdings.decide(post('1', 'x'))).toEqual(absent('1'));
    expect(await holdings.claim('1', 'Bình')).toEqual(absent('1'));
    expect(await holdings.claim('1', 'An', secret)).toEqual(absent('1'));
    expect(await holdings.decide(leave('1'))).toEqual(absent('1'));
    expect(await holdings.claim('1', 'Bình')).toEqual(registered('1', 'Bình'));
    expect(await holdings.decide(post('2', 'x'))).toEqual(posted('2', 'An', 'x'));
    expect(await holdings.decide(leave('2'))).toEqual(left('2', 'An'));
    expect(await holdings.claim('3', 'An')).toEqual(registered('3', 'An'));
  });

  test.each([
    ['a wrong one', 'An', (secret: string) => `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`],
    ['a part of it', 'An', (secret: string) => secret.slice(0, -1)],
    ['an empty one', 'An', () => ''],
    ['one of a nickname that only looks the same', 'an', (secret: string) => secret],
  ])('P-RES-2: does not let %s take it over', async (_, nickname, offered) => {
    const holdings = await newHoldings();
    const secret = await holdings.secret('1', 'An');
    expect(await holdings.claim('2', nickname, offered(secret))).toMatchObject({ type: 'taken' });
    expect(await holdings.decide(post('1', 'x'))).toMatchObject({ type: 'posted' });
  });

  test('P-RES-2: is needed: without one nobody takes it over', async () => {
    const holdings = await newHoldings();
    await holdings.claim('1', 'An');
    for (const offered of ['', 'undefined', '\n', 'x\n'])
      expect(await holdings.claim('2', 'An', offered)).toMatchObject({ type: 'taken' });
  });

  test('P-RES-2: is nothing but the wish for one from a connection that has registered', async () => {
    const holdings = await newHoldings();
    const secret = await holdings.secret('1', 'An');
    await holdings.claim('2', 'Bình');
    expect(await holdings.claim('2', 'An', secret)).toMatchObject({ type: 'taken' });
    const entry = await holdings.claim('2', 'Chi', secret);
    expect(entry).toMatchObject({ type: 'changed', secret: expect.any(String) });
    expect(entry).not.toMatchObject({ secret });
  });

  test('P-RES-2: is nothing but the wish for one when its holding has ended', async () => {
    const holdings = await newHoldings();
    const secret = await holdings.secret('1', 'An');
    await holdings.decide(leave('1'));
    const entry = await holdings.claim('2', 'An', secret);
    expect(entry).toMatchObject({ type: 'registered', secret: expect.any(String) });
    expect(entry).not.toMatchObject({ secret });
  });

  test('P-RES-2: is valid after a takeover too, until the new holder has received the new one', async () => {
    const holdings = await newHoldings();
    const first = await holdings.secret('1', 'An');
    await holdings.secret('2', 'An', first);
    // The reply with the second secret was lost with connection 2.
    const third = await holdings.secret('3', 'An', first);
    expect(await holdings.decide({ type: 'confirm', by: '3' })).toBeUndefined();
    expect(await holdings.claim('4', 'An', first)).toMatchObject({ type: 'taken' });
    expect(await holdings.claim('4', 'An', third)).toMatchObject({ type: 'resumed', from: '3' });
  });

  test('P-RES-2: a confirm from a connection that holds nothing changes nothing', async () => {
    const holdings = await newHoldings();
    const first = await holdings.secret('1', 'An');
    await holdings.secret('2', 'An', first);
    expect(await holdings.decide({ type: 'confirm', by: '1' })).toBeUndefined();
    expect(await holdings.claim('3', 'An', first)).toMatchObject({ type: 'resumed', from: '2' });
  });
});

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

/** Asks for changes one by one. */
class Holdings {
  readonly #ledger: Listened;

  constructor(ledger: Listened) {
    this.#ledger = ledger;
  }

  async decide(change: Change): Promise<object | undefined> {
    const [entry] = await this.#ledger.commit(change);
    return entry;
  }

  claim(by: string, nickname: string, resume?: true | string): Promise<object | undefined> {
    return this.decide({ ...claim(by, nickname), ...(resume === undefined ? {} : { resume }) });
  }

  /** Claims with a wish for a secret, and resolves to it. */
  async secret(by: string, nickname: string, resume: true | string = true): Promise<string> {
    return secretIn(await this.claim(by, nickname, resume));
  }

  /** Claims nicknames together, each with a wish for a secret. */
  async secrets(nicknames: readonly string[]): Promise<string[]> {
    const claims = nicknames.map((nickname) => ({ ...claim(nickname, nickname), resume: true }) as const);
    return (await this.#ledger.commit(...claims)).map(secretIn);
  }
}

function secretIn(entry: object | undefined): string {
  if (entry === undefined || !('secret' in entry)) throw new Error(`no secret: ${JSON.stringify(entry)}`);
  return String(entry.secret);
}
