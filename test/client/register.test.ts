import { describe, expect, test } from 'vitest';
import { ChatError } from '../../src/client/client.ts';
import { newMember } from '../helpers/client.ts';
import { newPerson, newVisitor, positioned } from '../helpers/person.ts';
import { refusalOf } from '../helpers/refusal.ts';
import { newServer, newServerWith } from '../helpers/server.ts';

describe('register', () => {
  test('P-GET-2: resolves when the history is there, each message with its position', async () => {
    const { url, messages } = await newServerWith(12);
    const an = newVisitor(url);
    const registering = an.client.register('An');
    expect(an.shown).toEqual([]);
    await registering;
    expect(an.shown).toEqual(positioned(messages));
    expect(an.client.state).toEqual({
      status: 'registered',
      nickname: 'An',
      refusal: undefined,
      closeCode: undefined,
      resume: { nickname: 'An', secret: expect.any(String) },
      online: ['An'],
      outbox: [],
    });
  });

  test('before the connection is open waits for it', async () => {
    const { url } = await newServer();
    const an = newVisitor(url);
    expect(an.status).toBe('connecting');
    await an.client.register('An');
    expect(an.statuses).toEqual(['connecting', 'claiming', 'syncing', 'registered']);
  });

  test('may come later: until then it is connected and unregistered', async () => {
    const { url } = await newServer();
    const an = newVisitor(url);
    await an.is('unregistered');
    expect([an.nickname, an.shown]).toEqual([undefined, []]);
    await an.client.register('An');
    expect(an.nickname).toBe('An');
  });

  test.each([
    { name: 'Bình', reason: 'NameAlreadyUsed' },
    { name: 'BÌNH ', reason: 'NameAlreadyUsed' },
    { name: '', reason: 'WrongFormatName' },
    { name: 'x'.repeat(101), reason: 'WrongFormatName' },
  ])(
    'P-NAME-2, P-NAME-1: "$name" is refused with $reason, and another try may follow',
    async ({ name, reason }) => {
      const { url } = await newServer();
      await newMember(url, 'Bình');
      const an = newVisitor(url);
      expect(await refusalOf(an.client.register(name))).toEqual({ reason });
      expect(an.client.state).toMatchObject({
        status: 'unregistered',
        nickname: undefined,
        refusal: { reason },
      });
      const again = an.client.register('An');
      expect(an.client.state.refusal).toBeUndefined();
      await again;
      expect(an.client.state).toMatchObject({ status: 'registered', nickname: 'An', refusal: undefined });
    },
  );

  test('the message of a ChatError contains the reason', () => {
    expect(new ChatError({ reason: 'NameAlreadyUsed' })).toMatchObject({
      name: 'ChatError',
      message: 'NameAlreadyUsed',
    });
    const refusal = { reason: 'ErrorWhenGet', error: 'limit' };
    expect(new ChatError(refusal)).toMatchObject({ message: 'ErrorWhenGet: limit', refusal });
  });

  test('twice: a request that could not be sent yet is replaced, and one under way goes on', async () => {
    const { url } = await newServer();
    const an = newVisitor(url);
    const first = refusalOf(an.client.register('Bình'));
    const second = an.client.register('An');
    expect(await first).toEqual({ reason: 'Replaced' });
    await second;
    expect(an.nickname).toBe('An');
    const change = an.client.register('Chi');
    expect(await refusalOf(an.client.register('Dũng'))).toEqual({ reason: 'NotNow' });
    await change;
    expect(an.nickname).toBe('Chi');
  });

  test('again is a change: the nickname is another, and the history is not shown again', async () => {
    const { url, messages } = await newServerWith(3);
    const an = await newPerson(url, 'An');
    const chi = await newPerson(url, 'Chi');
    await an.client.register('Bình');
    expect([an.nickname, an.client.state.online]).toEqual(['Bình', ['Bình', 'Chi']]);
    expect(an.shown).toEqual(positioned(messages));
    an.client.send('xin chào');
    await chi.sees('xin chào');
    expect(chi.shown.at(-1)).toMatchObject({ name: 'Bình', position: 3 });
    expect(chi.client.state.online).toEqual(['Bình', 'Chi']);
  });

  test('P-NAME-4: a change that is refused rejects, and the nickname stays', async () => {
    const { url } = await newServer();
    const an = await newPerson(url, 'An');
    await newMember(url, 'Bình');
    for (const [name, reason] of [
      ['An', 'NameAlreadyUsed'],
      ['Bình', 'NameAlreadyUsed'],
      ['', 'WrongFormatName'],
    ] as const) {
      expect(await refusalOf(an.client.register(name))).toEqual({ reason });
      expect(an.client.state).toMatchObject({ status: 'registered', nickname: 'An', refusal: { reason } });
    }
    await an.client.register('AN');
    expect(an.client.state).toMatchObject({ nickname: 'AN', online: ['AN', 'Bình'], refusal: undefined });
  });
});
