import { describe, expect, test } from 'vitest';
import { FailingLedger } from '../helpers/failing-ledger.ts';
import { until } from '../helpers/gate.ts';
import { cutOff, expectOnce, letBack, lost, newPair } from '../helpers/pair.ts';
import { newServer } from '../helpers/server.ts';
import { newGatedSystem, newSystem } from '../helpers/system.ts';
import { wholeHistory } from '../helpers/talker.ts';

describe('a message under way when the connection is cut off', () => {
  test('that did not arrive is sent again', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    proxy.stall('up');
    an.client.send('một');
    expect(an.outbox).toEqual([['một', 'sending']]);
    await cutOff(proxy, an);
    expect(an.outbox).toEqual([['một', 'sending']]);
    letBack(proxy, an);
    await an.settled();
    expect(an.outbox).toEqual([]);
    await expectOnce(['một'], url, an, binh);
  });

  test('P-SEND-4: that was stored, its reply lost, is found in the history and not sent again', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    proxy.stall('down');
    an.client.send('một');
    await binh.sees('một');
    expect([an.outbox, an.shown]).toEqual([[['một', 'sending']], []]);
    await cutOff(proxy, an);
    letBack(proxy, an);
    await an.settled();
    expect(an.outbox).toEqual([]);
    await expectOnce(['một'], url, an, binh);
  });

  test('P-EVT-2: that is being stored is stored before its author is back, and not sent again', async () => {
    const { url, gate } = await newGatedSystem();
    const { proxy, an, binh } = await newPair(url);
    gate.block();
    an.client.send('một');
    await until(() => gate.commits.at(-1)?.some(({ type }) => type === 'post') ?? false);
    proxy.cut();
    await an.is('waiting');
    an.client.reconnect();
    await an.is('reclaiming');
    gate.release();
    await an.settled();
    expect(an.outbox).toEqual([]);
    await expectOnce(['một'], url, an, binh);
  });

  test('is not given up because the server is away for long', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    proxy.stall('up');
    an.client.send('một');
    await cutOff(proxy, an);
    for (let tries = 0; tries < 10; tries++) {
      an.client.reconnect();
      await an.is('reconnecting');
      await an.is('waiting');
    }
    letBack(proxy, an);
    await an.settled();
    expect(an.outbox).toEqual([]);
    await expectOnce(['một'], url, an, binh);
  });

  test('is known from others: of five alike and unlike, three stored, two are sent again', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    proxy.stall('down');
    for (const content of ['một', 'một', 'hai']) an.client.send(content);
    binh.client.send('một');
    await binh.sees('hai');
    proxy.stall('up');
    for (const content of ['một', 'ba']) an.client.send(content);
    await cutOff(proxy, an);
    binh.client.send('ba');
    await binh.settled();
    letBack(proxy, an);
    await an.settled();
    const stored = await wholeHistory(url);
    const byAn = stored.filter(({ name }) => name === 'An').map(({ content }) => content);
    expect(byAn).toEqual(['một', 'một', 'hai', 'một', 'ba']);
    expect(stored).toHaveLength(7);
    await expectOnce(
      stored.map(({ content }) => content),
      url,
      an,
      binh,
    );
  });

  test('behind others that were refused is still sent, or found, once', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    proxy.stall('down');
    for (const content of ['', 'một', '', 'hai']) an.client.send(content);
    await binh.sees('hai');
    await cutOff(proxy, an);
    letBack(proxy, an);
    await an.settled();
    expect(an.outbox).toEqual([
      ['', 'failed', 'WrongFormatContent'],
      ['', 'failed', 'WrongFormatContent'],
    ]);
    await expectOnce(['một', 'hai'], url, an, binh);
  });

  test('that was sent again after a later one is found all the same, and so is the later one', async () => {
    const { url } = await newSystem({
      wrap: (ledger, dataFile) => new FailingLedger(ledger, dataFile, [true]),
    });
    const { proxy, an, binh } = await newPair(url);
    an.client.send('một');
    await an.when(() => an.client.state.outbox[0]?.state === 'failed');
    proxy.stall('down');
    an.client.send('hai');
    an.client.retry(an.client.state.outbox[0]?.id ?? -1);
    await binh.sees('hai');
    await binh.sees('một');
    await cutOff(proxy, an);
    letBack(proxy, an);
    await an.settled();
    expect(an.outbox).toEqual([]);
    await expectOnce(['hai', 'một'], url, an, binh);
  });

  test('P-SEND-5: behind a change of nickname that was done is stored once, under whichever name', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    proxy.stall('down');
    const changing = expect(an.client.register('Chi')).rejects.toEqual(lost);
    an.client.send('một');
    await binh.hasOnline('Chi');
    proxy.refuse();
    proxy.cut();
    await changing;
    letBack(proxy, an);
    await an.settled();
    expect(an.outbox).toEqual([]);
    await expectOnce(['một'], url, an, binh);
  });
});
