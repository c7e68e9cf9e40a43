import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ChatClient, ChatError, createChatClient, type Status } from '../../src/client/client.ts';
import { createChatClient as createForNode } from '../../src/client/node.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { FailingLedger } from '../helpers/failing-ledger.ts';
import { type Gate, until } from '../helpers/gate.ts';
import { messageOf, messagesIn } from '../helpers/history-file.ts';
import { newPerson, newVisitor, positioned } from '../helpers/person.ts';
import { newFolder, newServer } from '../helpers/server.ts';
import { newGatedSystem, newSystem } from '../helpers/system.ts';
import { wholeHistory } from '../helpers/talker.ts';

/** A server whose history has so many messages already. */
async function newServerWith(count: number) {
  const data = join(await newFolder(), 'data.json');
  const messages = Array.from({ length: count }, (_, position) => messageOf(position));
  await writeFile(data, JSON.stringify(messages));
  return { ...(await newServer({ data })), messages };
}

/** What a promise is rejected with. */
async function refusalOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ChatError);
  return (error as ChatError).refusal;
}

/** Lets the commit under way through and holds the next. */
function passOne(gate: Gate): void {
  gate.release();
  gate.hold();
}

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

  test('a ChatError says in its message what was wrong', () => {
    expect(new ChatError({ reason: 'NameAlreadyUsed' })).toMatchObject({
      name: 'ChatError',
      message: 'NameAlreadyUsed',
    });
    const refusal = { reason: 'ErrorWhenGet', error: 'limit' };
    expect(new ChatError(refusal)).toMatchObject({ message: 'ErrorWhenGet: limit', refusal });
  });

  test('twice: a wish that could not be sent yet is replaced, and one that was goes on', async () => {
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

  test('P-GET-2: whoever comes in the middle of a talk is shown it all, with no gap between history and news', async () => {
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

describe('events', () => {
  test('who comes, changes and goes is told, and online is kept by it: a change keeps its place', async () => {
    const { url } = await newServer();
    const an = await newPerson(url, 'An');
    const binh = await newMember(url, 'Bình');
    const chi = await newMember(url, 'Chi');
    await an.hasOnline('Chi');
    expect(an.client.state.online).toEqual(['An', 'Bình', 'Chi']);
    await binh.ask({ data: 'name', name: 'Bạn' });
    await an.hasOnline('Bạn');
    expect(an.client.state.online).toEqual(['An', 'Bạn', 'Chi']);
    await chi.leave();
    await an.hasOnline('Chi', false);
    expect(an.client.state.online).toEqual(['An', 'Bạn']);
    const timestamp = expect.any(String);
    expect(an.notices).toEqual([
      { type: 'receive', datatype: 'register', name: 'Bình', timestamp },
      { type: 'receive', datatype: 'register', name: 'Chi', timestamp },
      { type: 'receive', datatype: 'change', oldname: 'Bình', newname: 'Bạn', timestamp },
      { type: 'receive', datatype: 'leave', name: 'Chi', timestamp },
    ]);
  });

  test('state is told when it changes and only then, each time as a new object', async () => {
    const { url } = await newServer();
    const an = newVisitor(url);
    const states = [an.client.state];
    an.client.on('state', (state) => {
      expect(an.client.state).toBe(state);
      states.push(state);
    });
    await an.client.register('An');
    an.client.send('một');
    await an.settled();
    await refusalOf(an.client.register('An'));
    an.client.close();
    for (const [index, state] of states.entries()) {
      const before = states[index - 1];
      if (before === undefined) continue;
      expect(state).not.toBe(before);
      const parts = (['status', 'nickname', 'refusal', 'online', 'outbox'] as const).map(
        (key) => state[key] === before[key],
      );
      expect(parts).toContain(false);
    }
    expect(states.at(-1)?.status).toBe('closed');
  });

  test('are heard by all who listen, each until it wants no more', async () => {
    const { url } = await newServer();
    const an = await newPerson(url, 'An');
    const [one, other]: [string[], string[]] = [[], []];
    const off = an.client.on('messages', (messages) => void one.push(...messages.map((m) => m.content)));
    an.client.on('messages', (messages) => void other.push(...messages.map((m) => m.content)));
    an.client.send('một');
    await an.sees('một');
    off();
    an.client.send('hai');
    await an.sees('hai');
    await an.settled();
    expect([one, other]).toEqual([['một'], ['một', 'hai']]);
  });
});

describe('the outbox', () => {
  test('a message waits, is sent, and is gone when the server has it', async () => {
    const { url, gate } = await newGatedSystem();
    gate.hold();
    const an = newVisitor(url);
    const registering = an.client.register('An');
    await until(() => gate.batches.length === 1);
    passOne(gate);
    await an.is('syncing');
    an.client.send('một');
    an.client.send('hai');
    expect(an.outbox).toEqual([
      ['một', 'waiting'],
      ['hai', 'waiting'],
    ]);
    await until(() => gate.batches.length === 2);
    passOne(gate);
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

  test('P-SEND-1: what is refused has failed with the reason, and stays until it is discarded', async () => {
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

  test('P-SEND-3: what the disk refused has failed, and can be sent again', async () => {
    // The third commit is that of the first message: a claim and a look at the history come before it.
    const { url } = await newSystem({
      wrap: (ledger, dataFile) => new FailingLedger(ledger, dataFile, [false, false, true]),
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

  test('what is under way can neither be sent again nor be discarded', async () => {
    const { url, gate } = await newGatedSystem();
    const an = await newPerson(url, 'An');
    gate.hold();
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

  test('there is nothing to retry or discard under an id that nothing has', async () => {
    const { url } = await newServer();
    const an = await newPerson(url, 'An');
    const before = an.client.state;
    an.client.discard(99);
    an.client.retry(99);
    expect(an.outbox).toEqual([]);
    expect(an.client.state.status).toBe(before.status);
  });

  test('nobody without a nickname can send', async () => {
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

  test('P-GET-3: a window that is none is refused with what the server says of it', async () => {
    const { url } = await newServer();
    const an = await newPerson(url, 'An');
    expect(await refusalOf(an.client.history({ limit: -1 }))).toEqual({
      reason: 'ErrorWhenGet',
      error: expect.stringContaining('limit'),
    });
  });

  test('is for who is registered', async () => {
    const { url } = await newServer();
    const an = newVisitor(url);
    await an.is('unregistered');
    expect(await refusalOf(an.client.history({}))).toEqual({ reason: 'ConnectionLost' });
  });
});

describe('the end', () => {
  test('P-EVT-2: others see a leave, and nothing more comes', async () => {
    const { url } = await newServer();
    const an = await newPerson(url, 'An');
    const binh = await newPerson(url, 'Bình');
    await an.hasOnline('Bình');
    an.client.close();
    expect(an.status).toBe('closed');
    await binh.hasOnline('An', false);
    binh.client.send('một');
    await binh.sees('một');
    expect([an.shown, an.statuses.at(-1)]).toEqual([[], 'closed']);
  });

  test('a registration that is under way is rejected', async () => {
    const { url, gate } = await newGatedSystem();
    const early = newVisitor(url);
    const registering = refusalOf(early.client.register('An'));
    early.client.close();
    expect(await registering).toEqual({ reason: 'ConnectionLost' });

    gate.hold();
    const an = newVisitor(url);
    const claiming = refusalOf(an.client.register('An'));
    await until(() => gate.batches.length === 1);
    an.client.close();
    expect(await claiming).toEqual({ reason: 'ConnectionLost' });
  });

  test('a change and a look at the history that are under way are rejected', async () => {
    const { url, gate } = await newGatedSystem();
    const an = await newPerson(url, 'An');
    gate.hold();
    const pending = [an.client.history({}), an.client.register('Bình'), an.client.history({ limit: 1 })];
    const refusals = Promise.all(pending.map(refusalOf));
    an.client.close();
    expect(await refusals).toEqual(Array(3).fill({ reason: 'ConnectionLost' }));
  });

  test('everything after it is refused or does nothing, and nothing is said of it', async () => {
    const warning = vi.spyOn(console, 'warn').mockImplementation(() => {});
    onTestFinished(() => warning.mockRestore());
    const { url } = await newServer();
    const an = await newPerson(url, 'An');
    an.client.close();
    expect(await refusalOf(an.client.register('Bình'))).toEqual({ reason: 'NotNow' });
    expect(await refusalOf(an.client.history({}))).toEqual({ reason: 'ConnectionLost' });
    an.client.reconnect();
    an.client.close();
    expect(an.status).toBe('closed');
    expect(warning.mock.calls).toEqual([]);
  });

  test('nothing can be sent any more', async () => {
    const { url } = await newServer();
    const an = await newPerson(url, 'An');
    an.client.close();
    expect(() => an.client.send('một')).toThrow(ChatError);
    expect(an.outbox).toEqual([]);
  });

  test.each(['messages', 'notice', 'state'] as const)('may come in a listener of %s', async (type) => {
    const { url } = await newServer();
    const binh = await newPerson(url, 'Bình');
    binh.client.send('một');
    await binh.sees('một');
    const an = newVisitor(url);
    an.client.on(type, () => {
      if (type !== 'state' || an.status === 'syncing') an.client.close();
    });
    an.client.register('An').catch(() => {});
    await binh.hasOnline('An');
    await newMember(url, 'Chi');
    await an.is('closed');
    await binh.hasOnline('An', false);
    expect(an.statuses.at(-1)).toBe('closed');
  });
});

describe('the platform', () => {
  test.each(['nonsense', 'mailto:an@example.com'])(
    'throws a SyntaxError for an address that is none: %s',
    (url) => {
      expect(() => createForNode({ url })).toThrow(SyntaxError);
    },
  );

  test('without a WebSocket needs to be given one', () => {
    vi.stubGlobal('WebSocket', undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(() => createChatClient({ url: 'ws://127.0.0.1:1/' })).toThrow(
      new TypeError('this platform has no WebSocket: pass one'),
    );
  });

  test('lends its own WebSocket where it has one', async () => {
    const { WebSocket } = await import('ws');
    vi.stubGlobal('WebSocket', WebSocket);
    onTestFinished(() => void vi.unstubAllGlobals());
    const { url } = await newServer();
    const client: ChatClient = createChatClient({ url });
    onTestFinished(() => client.close());
    await client.register('An');
    expect(client.state).toMatchObject({ status: 'registered' satisfies Status, online: ['An'] });
  });
});

test('P-REQ-7: frames that are no frames of the contract are passed over', async () => {
  const { url, ends } = await newSystem();
  const an = await newPerson(url, 'An');
  for (const frame of ['not JSON', '5', 'null', '"x"']) ends[0]?.ws.send(frame);
  an.client.send('một');
  await an.sees('một');
  expect(an.outbox).toEqual([]);
});

test('P-EVT-1: it registers beside raw connections, and sees what they do', async () => {
  const { url } = await newServer();
  const stranger = await newClient(url);
  const an = await newPerson(url, 'An');
  expect(await stranger.pending()).toEqual([]);
  await stranger.ask({ data: 'name', name: 'Bình' });
  await an.hasOnline('Bình');
  expect(an.notices).toMatchObject([{ datatype: 'register', name: 'Bình' }]);
});
