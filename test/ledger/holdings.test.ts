import { describe, expect, test } from 'vitest';
import { Holdings } from '../../src/ledger/holdings.ts';
import type { Change, Entry } from '../../src/ledger/ledger.ts';

/** Decides changes, in a time that is nobody's. */
class Decided {
  readonly #holdings = new Holdings();

  decide(change: Change): Entry | undefined {
    return this.#holdings.decide(change, 'T');
  }

  claim(by: string, nickname: string, resume?: true | string): Entry | undefined {
    const key = nickname.toLowerCase();
    return this.decide({ type: 'claim', by, nickname, key, ...(resume === undefined ? {} : { resume }) });
  }

  /** Claims with a wish for a secret, and returns it. */
  secret(by: string, nickname: string, resume: true | string = true): string {
    const entry = this.claim(by, nickname, resume);
    if (entry === undefined || !('secret' in entry) || entry.secret === undefined)
      throw new Error(`no secret: ${entry?.type}`);
    return entry.secret;
  }
}

describe('the secret of a holding', () => {
  test('P-RES-1: is made only where it is asked for, opaque, short, and never twice the same', () => {
    const holdings = new Decided();
    expect(holdings.claim('1', 'An')).toEqual({
      type: 'registered',
      by: '1',
      nickname: 'An',
      timestamp: 'T',
    });
    const secrets = Array.from({ length: 1000 }, (_, at) => holdings.secret(`x${at}`, `x${at}`));
    for (const secret of secrets) expect(secret).toMatch(/^[\w-]{22,64}$/);
    expect(new Set(secrets).size).toBe(1000);
  });

  test('P-RES-1: is kept by a change, which tells it only where it is asked for', () => {
    const holdings = new Decided();
    const secret = holdings.secret('1', 'An');
    expect(holdings.claim('1', 'Ân')).toEqual({
      type: 'changed',
      by: '1',
      oldname: 'An',
      nickname: 'Ân',
      timestamp: 'T',
    });
    expect(holdings.secret('1', 'Anh')).toBe(secret);
    expect(holdings.claim('2', 'Anh', secret)).toMatchObject({ type: 'resumed', from: '1' });
  });

  test('P-RES-1: is made by a change that asks for it, if the holding has none', () => {
    const holdings = new Decided();
    holdings.claim('1', 'An');
    expect(holdings.claim('1', 'Ân', true)).toMatchObject({ type: 'changed', secret: expect.any(String) });
  });
});

describe('a holding is taken over', () => {
  test('P-RES-2: by its secret, which becomes another; its old connection holds nothing any more', () => {
    const holdings = new Decided();
    const secret = holdings.secret('1', 'An');
    const entry = holdings.claim('2', 'An', secret);
    expect(entry).toEqual({
      type: 'resumed',
      by: '2',
      nickname: 'An',
      timestamp: 'T',
      secret: expect.any(String),
      from: '1',
    });
    expect(entry).not.toMatchObject({ secret });
    expect(holdings.decide({ type: 'post', by: '1', content: 'x' })).toMatchObject({ type: 'absent' });
    expect(holdings.claim('1', 'Bình')).toEqual({ type: 'absent', by: '1', timestamp: 'T' });
    expect(holdings.claim('1', 'An', secret)).toMatchObject({ type: 'absent' });
    expect(holdings.decide({ type: 'leave', by: '1' })).toMatchObject({ type: 'absent' });
    expect(holdings.claim('1', 'Bình')).toMatchObject({ type: 'registered' });
    expect(holdings.decide({ type: 'post', by: '2', content: 'x' })).toMatchObject({
      type: 'posted',
      message: { name: 'An' },
    });
    expect(holdings.decide({ type: 'leave', by: '2' })).toMatchObject({ type: 'left', nickname: 'An' });
    expect(holdings.claim('3', 'An')).toMatchObject({ type: 'registered' });
  });

  test.each([
    ['a wrong one', 'An', (secret: string) => `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`],
    ['a part of it', 'An', (secret: string) => secret.slice(0, -1)],
    ['an empty one', 'An', () => ''],
    ['one of a nickname that only looks the same', 'an', (secret: string) => secret],
  ])('P-RES-2: not by %s', (_, nickname, offered) => {
    const holdings = new Decided();
    const secret = holdings.secret('1', 'An');
    expect(holdings.claim('2', nickname, offered(secret))).toMatchObject({ type: 'taken' });
    expect(holdings.decide({ type: 'post', by: '1', content: 'x' })).toMatchObject({ type: 'posted' });
  });

  test('P-RES-2: not where the holding has no secret', () => {
    const holdings = new Decided();
    holdings.claim('1', 'An');
    expect(holdings.claim('2', 'An', '')).toMatchObject({ type: 'taken' });
    expect(holdings.claim('2', 'An', 'undefined')).toMatchObject({ type: 'taken' });
  });

  test('P-RES-2: not by a connection that has registered, for which a secret counts as the wish for one', () => {
    const holdings = new Decided();
    const secret = holdings.secret('1', 'An');
    holdings.claim('2', 'Bình');
    expect(holdings.claim('2', 'An', secret)).toMatchObject({ type: 'taken' });
    expect(holdings.claim('2', 'Chi', secret)).toMatchObject({ type: 'changed', secret: expect.any(String) });
  });

  test('P-RES-2: a secret of a holding that has ended counts as the wish for one', () => {
    const holdings = new Decided();
    const secret = holdings.secret('1', 'An');
    holdings.decide({ type: 'leave', by: '1' });
    const entry = holdings.claim('2', 'An', secret);
    expect(entry).toMatchObject({ type: 'registered', secret: expect.any(String) });
    expect(entry).not.toMatchObject({ secret });
  });

  test('P-RES-2: by the secret that its holder came back with, until the holder has received the new one', () => {
    const holdings = new Decided();
    const first = holdings.secret('1', 'An');
    holdings.secret('2', 'An', first);
    // The reply with the second secret was lost with connection 2.
    const third = holdings.secret('3', 'An', first);
    holdings.decide({ type: 'confirm', by: '3' });
    expect(holdings.claim('4', 'An', first)).toMatchObject({ type: 'taken' });
    expect(holdings.claim('4', 'An', third)).toMatchObject({ type: 'resumed', from: '3' });
  });

  test('P-RES-2: a confirm from a connection that holds nothing changes nothing', () => {
    const holdings = new Decided();
    const first = holdings.secret('1', 'An');
    holdings.secret('2', 'An', first);
    expect(holdings.decide({ type: 'confirm', by: '1' })).toBeUndefined();
    expect(holdings.claim('3', 'An', first)).toMatchObject({ type: 'resumed', from: '2' });
  });
});
