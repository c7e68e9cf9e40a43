import { describe, expect, test } from 'vitest';
import { ChatError } from '../../src/client/client.ts';
import { newMember } from '../helpers/client.ts';
import { FailingLedger } from '../helpers/failing-ledger.ts';
import { until } from '../helpers/gate.ts';
import { messagesIn } from '../helpers/history-file.ts';
import { newPerson, newVisitor, positioned } from '../helpers/person.ts';
import { refusalOf } from '../helpers/refusal.ts';
import { newServer } from '../helpers/server.ts';
import { newGatedSystem, newSystem } from '../helpers/system.ts';
import { wholeHistory } from '../helpers/talker.ts';

describe('the outbox', () => {
  test('a message waits, is sent, and is gone when the server has it', async () => {
    const { url, gate } = await newGatedSystem();
    gate.block();
    const an = newVisitor(url);
    const registering = an.client.register('An');
    await until(() => gate.commits.length === 1);
    gate.passOne();
    await an.is('syncing');
    an.client.send('một');
    an.client.send('hai');
    expect(an.outbox).toEqual([
      ['một', 'waiting'],
      ['hai', 'waiting'],
    ]);
    await registering;
    expect(an.outbox).toEqual([
      ['một', 'sending'],
      ['hai', 'sending'],
    ]);
    expect(an.shown).toEqual([]);
    gate.release();
    await an.settled();
    expect(an.outbox).toEqual([]);
    expect(an.shown).toEqual(positioned(await wholeHistory(url)));
  });

  test('P-SEND-1: a refused message has failed with the reason, and stays until it is discarded', async () => {
    const { url, dataFile } = await newServer();
    const an = await newPerson(url, 'An');
    for (const content of ['một', '', 'x'.repeat(101), 'hai']) an.client.send(content);
    await an.sees('hai');
    expect(an.outbox).toEqual([
      ['', 'failed', 'WrongFormatContent'],
      ['x'.repeat(101), 'failed', 'WrongFormatContent'],
    ]);
    expect(an.shown).toEqual(positioned(await messagesIn(dataFile)));
    const [first, second] = an.client.state.outbox;
    expect(first?.id).not.toBe(second?.id);
    an.client.discard(first?.id ?? -1);
    expect(an.outbox).toEqual([['x'.repeat(101), 'failed', 'WrongFormatContent']]);
    an.client.retry(second?.id ?? -1);
    expect(an.outbox).toEqual([['x'.repeat(101), 'sending']]);
    await an.when(() => an.client.state.outbox[0]?.state === 'failed');
    an.client.discard(second?.id ?? -1);
    expect(an.outbox).toEqual([]);
  });

  test('a message that the server closes the connection over has failed, and the rest goes on', async () => {
    const { url, dataFile } = await newServer({ maxPayload: 1000, maxContent: 4000 });
    const an = await newPerson(url, 'An');
    for (const content of ['một', 'x'.repeat(2000), 'hai']) an.client.send(content);
    await an.sees('hai');
    expect(an.outbox).toEqual([['x'.repeat(2000), 'failed', 'TooLarge']]);
    expect((await messagesIn(dataFile)).map(({ content }) => content)).toEqual(['một', 'hai']);
    expect(an.nickname).toBe('An');
  });

  test('a nickname that the server closes the connection over is refused, and not asked for again', async () => {
    const { url } = await newServer({ maxPayload: 1000 });
    const an = newVisitor(url);
    expect(await refusalOf(an.client.register('x'.repeat(2000)))).toEqual({ reason: 'TooLarge' });
    await an.client.register('An');
    expect(await refusalOf(an.client.register('x'.repeat(2000)))).toEqual({ reason: 'TooLarge' });
    await an.is('registered');
    expect(an.nickname).toBe('An');
  });

  test('P-SEND-3: a message that could not be stored has failed, and can be sent again', async () => {
    const { url } = await newSystem({
      wrap: (ledger, dataFile) => new FailingLedger(ledger, dataFile, [true]),
    });
    const an = await newPerson(url, 'An');
    an.client.send('một');
    await an.when(() => an.client.state.outbox[0]?.state === 'failed');
    const [failed] = an.client.state.outbox;
    expect(failed?.refusal).toEqual({ reason: 'ErrorWhenSend', error: expect.any(String) });
    an.client.send('hai');
    await an.sees('hai');
    an.client.retry(failed?.id ?? -1);
    await an.sees('một');
    expect(an.outbox).toEqual([]);
    expect(an.shown.map(({ content, position }) => [content, position])).toEqual([
      ['hai', 0],
      ['một', 1],
    ]);
    expect(an.shown).toEqual(positioned(await wholeHistory(url)));
  });

  test('a message under way can neither be sent again nor discarded', async () => {
    const { url, gate } = await newGatedSystem();
    const an = await newPerson(url, 'An');
    gate.block();
    an.client.send('một');
    const [{ id } = { id: -1 }] = an.client.state.outbox;
    an.client.discard(id);
    expect(an.outbox).toEqual([['một', 'sending']]);
    an.client.retry(id);
    gate.release();
    await an.sees('một');
    const stored = await wholeHistory(url);
    expect(stored.map(({ content }) => content)).toEqual(['một']);
    expect(an.shown).toEqual(positioned(stored));
    expect(an.outbox).toEqual([]);
  });

  test('retry and discard do nothing for an unknown id', async () => {
    const { url } = await newServer();
    const an = await newPerson(url, 'An');
    const before = an.client.state;
    an.client.discard(99);
    an.client.retry(99);
    expect(an.outbox).toEqual([]);
    expect(an.client.state.status).toBe(before.status);
  });

  test('a client without a nickname cannot send', async () => {
    const { url } = await newServer();
    await newMember(url, 'Bình');
    const an = newVisitor(url);
    const unregistered = new ChatError({ reason: 'UnknownRegister' });
    expect(() => an.client.send('một')).toThrow(unregistered);
    await an.is('unregistered');
    expect(() => an.client.send('một')).toThrow(unregistered);
    await refusalOf(an.client.register('Bình'));
    expect(() => an.client.send('một')).toThrow(unregistered);
    expect(an.outbox).toEqual([]);
  });
});
