import { describe, expect, test } from 'vitest';
import { newMember } from '../helpers/client.ts';
import { messagesIn } from '../helpers/history-file.ts';
import { newPerson, newVisitor, positioned } from '../helpers/person.ts';
import { refusalOf } from '../helpers/refusal.ts';
import { newServer, newServerWith } from '../helpers/server.ts';

describe('the backlog', () => {
  test.each([
    { backlog: undefined, shown: 100 },
    { backlog: 5, shown: 5 },
    { backlog: 1000, shown: 120 },
    { backlog: 0, shown: 0 },
  ])(
    'P-GET-2: $backlog of 120 messages shows the newest $shown, and counts on from there',
    async ({ backlog, shown }) => {
      const { url, messages, dataFile } = await newServerWith(120);
      const an = await newPerson(url, 'An', backlog === undefined ? {} : { backlog });
      expect(an.shown).toEqual(positioned(messages, 120 - shown));
      const chi = await newMember(url, 'Chi');
      await chi.ask({ data: 'send', content: 'một' });
      await an.sees('một');
      an.client.send('hai');
      await an.sees('hai');
      expect(an.shown).toEqual(positioned(await messagesIn(dataFile), 120 - shown));
    },
  );
});

describe('messages', () => {
  test('P-SEND-4: everybody is shown the same, others’ and own, once each and with its position', async () => {
    const { url, dataFile } = await newServer();
    const people = [await newPerson(url, 'An'), await newPerson(url, 'Bình'), await newPerson(url, 'Chi')];
    for (let number = 0; number < 60; number++)
      for (const { client } of people) client.send(`${client.state.nickname} ${number}`);
    for (const person of people) await person.when(() => person.shown.length >= 180);
    const stored = await messagesIn(dataFile);
    expect(stored).toHaveLength(180);
    for (const person of people) {
      expect(person.shown).toEqual(positioned(stored));
      expect(person.outbox).toEqual([]);
    }
  });

  test('P-GET-2: a client that joins during a conversation shows all of it, with no gap between history and events', async () => {
    const { url, dataFile } = await newServer();
    const an = await newPerson(url, 'An');
    for (let number = 0; number < 300; number++) an.client.send(`${number}`);
    await an.sees('20');
    const late = await Promise.all(['Bình', 'Chi', 'Dũng'].map((name) => newPerson(url, name)));
    for (const person of late) await person.sees('299');
    const stored = await messagesIn(dataFile);
    expect(stored).toHaveLength(300);
    for (const person of late)
      expect(person.shown).toEqual(positioned(stored, person.shown[0]?.position ?? -1));
  });

  test('a listener may send: every message is answered once', async () => {
    const { url, dataFile } = await newServer();
    const echo = await newPerson(url, 'Echo');
    echo.client.on('messages', (messages) => {
      for (const { name, content } of messages) if (name !== 'Echo') echo.client.send(`${content}!`);
    });
    const an = await newPerson(url, 'An');
    for (let number = 0; number < 20; number++) an.client.send(`${number}`);
    await an.sees('19!');
    const stored = await messagesIn(dataFile);
    expect(an.shown).toEqual(positioned(stored));
    expect(echo.shown).toEqual(positioned(stored));
    expect(stored).toHaveLength(40);
  });
});

describe('the history', () => {
  test.each([
    { window: {}, first: 0, end: 12 },
    { window: { limit: 3 }, first: 9, end: 12 },
    { window: { before: 5, limit: 2 }, first: 3, end: 5 },
    { window: { after: 2 }, first: 2, end: 12 },
    { window: { after: 2, limit: 3 }, first: 2, end: 5 },
    { window: { before: 0 }, first: 0, end: 0 },
    { window: { after: 12 }, first: 12, end: 12 },
  ])('P-GET-2: $window is the messages from $first to $end', async ({ window, first, end }) => {
    const { url, messages } = await newServerWith(12);
    const an = await newPerson(url, 'An', { backlog: 2 });
    expect(await an.client.history(window)).toEqual(positioned(messages.slice(0, end), first));
    // What was asked for so is not shown as news.
    expect(an.shown).toEqual(positioned(messages, 10));
  });

  test('P-REQ-7: requests of all kinds at once each get their own answer', async () => {
    const { url, messages } = await newServerWith(12);
    const an = await newPerson(url, 'An', { backlog: 0 });
    const asked = [an.client.history({ limit: 1 })];
    an.client.send('một');
    asked.push(an.client.history({ limit: 1 }));
    const change = an.client.register('Bình');
    asked.push(an.client.history({ before: 2 }));
    const [before, after, oldest] = await Promise.all(asked);
    await change;
    expect(before).toEqual(positioned(messages, 11));
    expect(after).toMatchObject([{ name: 'An', content: 'một', position: 12 }]);
    expect(oldest).toEqual(positioned(messages.slice(0, 2)));
    expect([an.nickname, an.shown]).toMatchObject(['Bình', [{ content: 'một', position: 12 }]]);
  });

  test('P-GET-3: an invalid window is refused with the server’s reason', async () => {
    const { url } = await newServer();
    const an = await newPerson(url, 'An');
    expect(await refusalOf(an.client.history({ limit: -1 }))).toEqual({
      reason: 'ErrorWhenGet',
      error: expect.stringContaining('limit'),
    });
  });

  test('is only for registered clients', async () => {
    const { url } = await newServer();
    const an = newVisitor(url);
    await an.is('unregistered');
    expect(await refusalOf(an.client.history({}))).toEqual({ reason: 'ConnectionLost' });
  });
});
