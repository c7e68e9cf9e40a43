import { describe, expect, test } from 'vitest';
import type { Outgoing, Sent } from '../../src/client/client.ts';
import { newMember } from '../helpers/client.ts';
import { FailingLedger } from '../helpers/failing-ledger.ts';
import { cutOff, letBack, newPair } from '../helpers/pair.ts';
import { newPerson, type Person } from '../helpers/person.ts';
import { newServer, newServerWith } from '../helpers/server.ts';
import { newSystem } from '../helpers/system.ts';

/** Records the events about a client's messages from now on, in order. */
function hear({ client }: Person) {
  const heard: { sent: Sent[]; failed: Outgoing[]; order: string[] } = { sent: [], failed: [], order: [] };
  client.on('sent', (sent) => {
    heard.sent.push(sent);
    heard.order.push(`sent ${sent.message.content}`);
  });
  client.on('failed', (failed) => {
    heard.failed.push(failed);
    heard.order.push(`failed ${failed.content}`);
  });
  client.on('messages', (messages) => {
    for (const { content } of messages) heard.order.push(`shown ${content}`);
  });
  return heard;
}

describe('a message', () => {
  test('has an id, and `sent` reports it by that id before it is shown', async () => {
    const { url } = await newServerWith(3);
    const an = await newPerson(url, 'An');
    const heard = hear(an);
    const outgoing = ['một', 'hai'].map((content) => an.client.send(content));
    expect(outgoing).toEqual(
      an.client.state.outbox.map(({ id, content }) => ({ id, content, state: 'waiting' })),
    );
    await an.sees('hai');
    expect(heard.sent).toEqual(outgoing.map(({ id }, index) => ({ id, message: an.shown[3 + index] })));
    expect(heard.order).toEqual(['sent một', 'shown một', 'sent hai', 'shown hai']);
  });

  test('P-SEND-4: whose reply was lost is reported as sent when it is among the missed messages', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    const heard = hear(an);
    proxy.stall('down');
    const { id } = an.client.send('một');
    await binh.sees('một');
    await cutOff(proxy, an);
    letBack(proxy, an);
    await an.settled();
    expect(heard.sent).toEqual([{ id, message: an.shown[0] }]);
    expect(heard.order).toEqual(['sent một', 'shown một']);
  });

  test('of another member is not reported as sent', async () => {
    const { url } = await newServer();
    const an = await newPerson(url, 'An');
    const binh = await newPerson(url, 'Bình');
    const heard = hear(an);
    binh.client.send('một');
    await an.sees('một');
    expect(heard.order).toEqual(['shown một']);
  });

  test('P-SEND-3: that the server refuses is reported with the reason, each time it fails', async () => {
    const { url } = await newSystem({
      wrap: (ledger, dataFile) => new FailingLedger(ledger, dataFile, [true, true]),
    });
    const an = await newPerson(url, 'An');
    const heard = hear(an);
    const hasFailed = () => an.client.state.outbox[0]?.state === 'failed';
    const { id } = an.client.send('một');
    await an.when(hasFailed);
    const refusal = { reason: 'ErrorWhenSend', error: expect.any(String) };
    expect(heard.failed).toEqual([{ id, content: 'một', state: 'failed', refusal }]);
    an.client.retry(id);
    await an.when(hasFailed);
    an.client.retry(id);
    await an.sees('một');
    expect(heard.order).toEqual(['failed một', 'failed một', 'sent một', 'shown một']);
    expect(heard.sent).toEqual([{ id, message: an.shown[0] }]);
  });

  test('that cannot be sent because the nickname is lost is reported as failed', async () => {
    const { url } = await newServer({ pingInterval: 0.2, resumeSeconds: 0 });
    const { proxy, an, binh } = await newPair(url);
    await an.beat();
    const heard = hear(an);
    await cutOff(proxy, an);
    const { id } = an.client.send('một');
    await binh.hasOnline('An', false);
    await newMember(url, 'An');
    letBack(proxy, an);
    await an.is('unregistered');
    expect(heard.failed).toEqual([
      { id, content: 'một', state: 'failed', refusal: { reason: 'ConnectionLost' } },
    ]);
  });

  test.each(['sending', 'waiting'])('that is %s when the client is closed fails', async (state) => {
    const { url } = await newServer();
    const { proxy, an } = await newPair(url);
    const heard = hear(an);
    proxy.stall('up');
    if (state === 'waiting') await cutOff(proxy, an);
    const { id } = an.client.send('một');
    expect(an.outbox).toEqual([['một', state]]);
    an.client.close();
    expect(heard.failed).toEqual([
      { id, content: 'một', state: 'failed', refusal: { reason: 'ConnectionLost' } },
    ]);
  });

  test('can be sent again or discarded in a listener of `failed`', async () => {
    const { url } = await newServer();
    const an = await newPerson(url, 'An');
    const heard = hear(an);
    an.client.on('failed', ({ id }) => {
      if (heard.failed.length === 1) an.client.retry(id);
      else an.client.discard(id);
    });
    an.client.send('');
    await an.when(() => an.outbox.length === 0);
    an.client.send('một');
    await an.sees('một');
    expect(heard.order).toEqual(['failed ', 'failed ', 'sent một', 'shown một']);
  });
});

describe('a message that is too long', () => {
  test('P-SEND-1: fails at once, with the limit, and is never sent', async () => {
    const { url } = await newServer();
    const an = await newPerson(url, 'An', { maxContent: 5 });
    const heard = hear(an);
    const failed = an.client.send('x'.repeat(6));
    expect(failed).toMatchObject({ state: 'failed', refusal: { reason: 'WrongFormatContent', limit: 5 } });
    expect([heard.failed, an.client.state.outbox]).toEqual([[failed], [failed]]);
    an.client.send('😀'.repeat(5));
    await an.sees('😀'.repeat(5));
    expect(an.frames.filter((frame) => frame.includes('WrongFormatContent'))).toEqual([]);
  });

  test('P-SEND-1: is measured by the newest limit', async () => {
    const { url } = await newServer();
    const an = await newPerson(url, 'An');
    an.client.limitContent(2);
    const { id, state } = an.client.send('một');
    expect(state).toBe('failed');
    an.client.retry(id);
    expect(an.outbox).toEqual([['một', 'failed', 'WrongFormatContent']]);
    an.client.limitContent(3);
    an.client.retry(id);
    await an.sees('một');
    expect(an.outbox).toEqual([]);
  });
});
