/** The secret with which a holding passes to another connection, in every ledger. */
import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/ledger/ledger.ts';
import { absent, changed, claim, leave, left, post, posted, registered } from '../helpers/changes.ts';
import { ledgers } from '../helpers/every-ledger.ts';
import { Listened } from '../helpers/ledger.ts';

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
    return this.decide(claim(by, nickname, resume));
  }

  /** Claims with a wish for a secret, and resolves to it. */
  async secret(by: string, nickname: string, resume: true | string = true): Promise<string> {
    return secretIn(await this.claim(by, nickname, resume));
  }

  /** Claims nicknames together, each with a wish for a secret. */
  async secrets(nicknames: readonly string[]): Promise<string[]> {
    const claims = nicknames.map((nickname) => claim(nickname, nickname, true));
    return (await this.#ledger.commit(...claims)).map(secretIn);
  }
}

function secretIn(entry: object | undefined): string {
  if (entry === undefined || !('secret' in entry)) throw new Error(`no secret: ${JSON.stringify(entry)}`);
  return String(entry.secret);
}
