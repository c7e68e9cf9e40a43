import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ChatError } from '../../src/client/client.ts';
import { newMember } from '../helpers/client.ts';
import { FailingLedger } from '../helpers/failing-ledger.ts';
import { type Gate, until } from '../helpers/gate.ts';
import { messageOf, messagesIn } from '../helpers/history-file.ts';
import { newPerson, newVisitor, type Person, positioned } from '../helpers/person.ts';
import { newProcess } from '../helpers/process.ts';
import { newProxy, type TcpProxy } from '../helpers/proxy.ts';
import { newFolder, newServer } from '../helpers/server.ts';
import { newGatedSystem, newSystem } from '../helpers/system.ts';
import { wholeHistory } from '../helpers/talker.ts';

const lost = new ChatError({ reason: 'ConnectionLost' });

/** Cuts somebody's connection and keeps new ones away; somebody else has seen the leave. */
async function cutOff(proxy: TcpProxy, person: Person, witness: Person): Promise<void> {
  const name = person.nickname ?? '';
  proxy.refuse();
  proxy.cut();
  await witness.hasOnline(name, false);
  await person.is('waiting');
}

/** Lets somebody back, at once. */
function letBack(proxy: TcpProxy, person: Person): void {
  proxy.accept();
  person.client.reconnect();
}

/** An, whose connection can be broken, and Bình, whose cannot. */
async function newPair(url: string) {
  const proxy = await newProxy(url);
  const an = await newPerson(proxy.url, 'An');
  const binh = await newPerson(url, 'Bình');
  await an.hasOnline('Bình');
  return { proxy, an, binh };
}

/** The message is stored once, and everybody has seen what is stored. */
async function expectOnce(contents: string[], url: string, ...people: Person[]): Promise<void> {
  const stored = await wholeHistory(url);
  expect(stored.map(({ content }) => content)).toEqual(contents);
  for (const person of people) {
    await person.when(() => person.shown.length >= stored.length);
    expect(person.shown).toEqual(positioned(stored));
  }
}

describe('a connection that is cut', () => {
  test('P-GET-2: misses nothing: what was said meanwhile is shown once, in order', async () => {
    const { url, dataFile } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    binh.client.send('trước');
    await an.sees('trước');
    await cutOff(proxy, an, binh);
    for (let number = 0; number < 150; number++) binh.client.send(`${number}`);
    await binh.settled();
    letBack(proxy, an);
    await an.is('registered');
    expect(an.nickname).toBe('An');
    expect(an.shown).toEqual(positioned(await messagesIn(dataFile)));
    binh.client.send('sau');
    await an.sees('sau');
    expect(an.shown).toEqual(positioned(await messagesIn(dataFile)));
    expect([an.shown.length, an.resets]).toEqual([152, 0]);
  });

  test('P-GET-2: again and again while others talk misses nothing', async () => {
    const { url, dataFile } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    for (let cuts = 0; cuts < 5; cuts++) {
      for (let number = 0; number < 40; number++) binh.client.send(`${cuts}:${number}`);
      await an.sees(`${cuts}:0`);
      proxy.cut();
      await an.is('waiting');
      an.client.reconnect();
      await an.is('registered');
    }
    await an.sees('4:39');
    expect(an.shown).toEqual(positioned(await messagesIn(dataFile)));
    expect(an.shown).toHaveLength(200);
  });

  test('goes through waiting and reconnecting to reclaiming, and ends as it was', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    await cutOff(proxy, an, binh);
    an.statuses.length = 0;
    await newMember(url, 'Chi');
    letBack(proxy, an);
    expect(an.status).toBe('reconnecting');
    await an.is('registered');
    expect(an.statuses).toEqual(['reconnecting', 'reclaiming', 'syncing', 'registered']);
    expect(an.client.state).toMatchObject({
      nickname: 'An',
      online: ['Bình', 'Chi', 'An'],
      refusal: undefined,
      outbox: [],
    });
  });

  test('comes back by itself, and goes on trying while it is turned away', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    await cutOff(proxy, an, binh);
    await an.is('reconnecting');
    await an.is('waiting');
    proxy.accept();
    await an.is('registered');
    expect(an.nickname).toBe('An');
  });

  test('is tried again at once when the platform says that there is a network', async () => {
    const platform = new EventTarget();
    vi.stubGlobal('addEventListener', platform.addEventListener.bind(platform));
    vi.stubGlobal('removeEventListener', platform.removeEventListener.bind(platform));
    onTestFinished(() => void vi.unstubAllGlobals());
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    await cutOff(proxy, an, binh);
    proxy.accept();
    platform.dispatchEvent(new Event('online'));
    expect(an.status).toBe('reconnecting');
    await an.is('registered');
    const warning = vi.spyOn(console, 'warn').mockImplementation(() => {});
    onTestFinished(() => warning.mockRestore());
    an.client.close();
    platform.dispatchEvent(new Event('online'));
    expect([an.status, warning.mock.calls]).toEqual(['closed', []]);
  });

  test('before it has ever been open does not lose the registration', async () => {
    const { url } = await newServer();
    const proxy = await newProxy(url);
    proxy.refuse();
    const an = newVisitor(proxy.url);
    const registering = an.client.register('An');
    await an.is('waiting');
    letBack(proxy, an);
    await registering;
    expect([an.status, an.nickname]).toEqual(['registered', 'An']);
  });

  test('rejects what it was asked for', async () => {
    const { url, gate } = await newGatedSystem();
    const { proxy, an } = await newPair(url);
    gate.hold();
    const asked = [an.client.history({}), an.client.register('Chi'), an.client.history({ limit: 1 })];
    const settled = Promise.allSettled(asked);
    proxy.cut();
    expect(await settled).toEqual(asked.map(() => ({ status: 'rejected', reason: lost })));
    await an.is('waiting');
    await expect(an.client.history({})).rejects.toEqual(lost);
    gate.release();
    an.client.reconnect();
    await an.is('registered');
    expect(await an.client.history({})).toEqual([]);
  });

  test('keeps what is written meanwhile, and sends it once it is back, in order', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    await cutOff(proxy, an, binh);
    for (const content of ['một', 'hai', 'ba']) an.client.send(content);
    expect(an.outbox).toEqual([
      ['một', 'waiting'],
      ['hai', 'waiting'],
      ['ba', 'waiting'],
    ]);
    letBack(proxy, an);
    await an.settled();
    expect(an.outbox).toEqual([]);
    await expectOnce(['một', 'hai', 'ba'], url, an, binh);
  });
});

describe('a half-open connection', () => {
  test('P-EVT-3: is noticed after two intervals without a ping, and nothing is missed', async () => {
    const { url, dataFile } = await newServer({ pingInterval: 0.2 });
    const { proxy, an, binh } = await newPair(url);
    await an.beat();
    proxy.freeze();
    for (let number = 0; number < 20; number++) binh.client.send(`${number}`);
    an.client.send('từ An');
    const { length } = an.frames;
    await an.is('waiting');
    expect(an.frames).toHaveLength(length);
    await an.settled();
    expect([an.nickname, an.outbox]).toEqual(['An', []]);
    await binh.sees('từ An');
    const stored = await messagesIn(dataFile);
    expect(an.shown).toEqual(positioned(stored));
    expect(binh.shown).toEqual(positioned(stored));
    expect(stored).toHaveLength(21);
  });

  test('P-EVT-4: leaves a ghost that holds the nickname: it is reclaimed until the ghost is gone', async () => {
    const { url } = await newServer({ pingInterval: 0.5 });
    const { proxy, an, binh } = await newPair(url);
    await an.beat();
    an.statuses.length = 0;
    proxy.strand();
    await an.is('waiting');
    an.client.reconnect();
    await an.is('reclaiming');
    // The server still takes the ghost for An.
    expect(binh.notices.filter(({ datatype }) => datatype === 'leave')).toEqual([]);
    binh.client.send('một');
    await an.is('registered');
    expect(an.statuses).toEqual(['waiting', 'reconnecting', 'reclaiming', 'syncing', 'registered']);
    expect(an.client.state).toMatchObject({
      nickname: 'An',
      refusal: undefined,
      online: ['Bình', 'An'],
    });
    expect(binh.notices.slice(-2)).toMatchObject([
      { datatype: 'leave', name: 'An' },
      { datatype: 'register', name: 'An' },
    ]);
    expect(an.shown).toMatchObject([{ content: 'một', position: 0 }]);
  });

  test('that comes to life again is not listened to beside the new one', async () => {
    const { url, dataFile } = await newServer({ pingInterval: 0.2 });
    const { proxy, an, binh } = await newPair(url);
    await an.beat();
    proxy.freeze();
    binh.client.send('một');
    await an.is('waiting');
    await an.is('registered');
    proxy.thaw();
    binh.client.send('hai');
    await an.sees('hai');
    expect(an.shown).toEqual(positioned(await messagesIn(dataFile)));
    expect(an.shown).toHaveLength(2);
  });
});

describe('a message under way when the connection is cut', () => {
  test('that did not arrive is sent again', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    proxy.hold('up');
    an.client.send('một');
    expect(an.outbox).toEqual([['một', 'sending']]);
    await cutOff(proxy, an, binh);
    expect(an.outbox).toEqual([['một', 'sending']]);
    letBack(proxy, an);
    await an.settled();
    expect(an.outbox).toEqual([]);
    await expectOnce(['một'], url, an, binh);
  });

  test('P-SEND-4: that was stored, its reply lost, is found in the history and not sent again', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    proxy.hold('down');
    an.client.send('một');
    await binh.sees('một');
    expect([an.outbox, an.shown]).toEqual([[['một', 'sending']], []]);
    await cutOff(proxy, an, binh);
    letBack(proxy, an);
    await an.settled();
    expect(an.outbox).toEqual([]);
    await expectOnce(['một'], url, an, binh);
  });

  test('P-EVT-2: that is being stored is stored before its author is back, and not sent again', async () => {
    const { url, gate } = await newGatedSystem();
    const { proxy, an, binh } = await newPair(url);
    gate.hold();
    an.client.send('một');
    await until(() => gate.batches.at(-1)?.acts.some(({ type }) => type === 'post') ?? false);
    proxy.cut();
    await an.is('waiting');
    an.client.reconnect();
    await an.is('reclaiming');
    gate.release();
    await an.settled();
    expect(an.outbox).toEqual([]);
    await expectOnce(['một'], url, an, binh);
  });

  test('is known from others: of five alike and unlike, three stored, two are sent again', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    proxy.hold('down');
    for (const content of ['một', 'một', 'hai']) an.client.send(content);
    binh.client.send('một');
    await binh.sees('hai');
    proxy.hold('up');
    for (const content of ['một', 'ba']) an.client.send(content);
    await cutOff(proxy, an, binh);
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
    proxy.hold('down');
    for (const content of ['', 'một', '', 'hai']) an.client.send(content);
    await binh.sees('hai');
    await cutOff(proxy, an, binh);
    letBack(proxy, an);
    await an.settled();
    expect(an.outbox).toEqual([
      ['', 'failed', 'WrongFormatContent'],
      ['', 'failed', 'WrongFormatContent'],
    ]);
    await expectOnce(['một', 'hai'], url, an, binh);
  });

  test('that was sent again behind a later one is found all the same, and so is the later one', async () => {
    // The fifth commit is that of the first message: two claims and two looks at the history come before it.
    const { url } = await newSystem({
      wrap: (ledger, dataFile) => new FailingLedger(ledger, dataFile, [false, false, false, false, true]),
    });
    const { proxy, an, binh } = await newPair(url);
    an.client.send('một');
    await an.when(() => an.client.state.outbox[0]?.state === 'failed');
    proxy.hold('down');
    an.client.send('hai');
    an.client.retry(an.client.state.outbox[0]?.id ?? -1);
    await binh.sees('hai');
    await binh.sees('một');
    await cutOff(proxy, an, binh);
    letBack(proxy, an);
    await an.settled();
    expect(an.outbox).toEqual([]);
    await expectOnce(['hai', 'một'], url, an, binh);
  });

  test('P-SEND-5: behind a change of nickname that was done is stored once, under whichever name', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    proxy.hold('down');
    const changing = expect(an.client.register('Chi')).rejects.toEqual(lost);
    an.client.send('một');
    await binh.hasOnline('Chi');
    // It may go out at once, or wait for the change's reply, which never comes.
    if (an.outbox[0]?.[1] === 'sending') await binh.sees('một');
    proxy.refuse();
    proxy.cut();
    await changing;
    await binh.hasOnline('Chi', false);
    letBack(proxy, an);
    await an.settled();
    expect(an.outbox).toEqual([]);
    await expectOnce(['một'], url, an, binh);
  });
});

describe('a nickname that is wanted', () => {
  test('while waiting for a connection is the one that is taken', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    await cutOff(proxy, an, binh);
    const registering = an.client.register('Chi');
    letBack(proxy, an);
    await registering;
    expect(an.nickname).toBe('Chi');
  });

  /** Lets An back until its claim, or its look at the history, waits at the gate. Somebody may have taken a nickname. */
  async function newHeld(gate: Gate, url: string, held: 'claim' | 'recall', taken?: string) {
    const { proxy, an, binh } = await newPair(url);
    await cutOff(proxy, an, binh);
    if (taken !== undefined) await newMember(url, taken);
    gate.hold();
    const { length } = gate.batches;
    letBack(proxy, an);
    await until(() => gate.batches.length === length + 1);
    if (held === 'claim') return an;
    gate.release();
    gate.hold();
    await until(() => gate.batches.length === length + 2);
    return an;
  }

  test('while the old one is being reclaimed is the one that is taken', async () => {
    const { url, gate } = await newGatedSystem();
    const an = await newHeld(gate, url, 'claim');
    expect(an.status).toBe('reclaiming');
    const registering = an.client.register('Chi');
    gate.release();
    await registering;
    expect(an.nickname).toBe('Chi');
  });

  test('while the history is being asked for is the one that is taken', async () => {
    const { url, gate } = await newGatedSystem();
    const an = await newHeld(gate, url, 'recall');
    expect(an.status).toBe('syncing');
    const registering = an.client.register('Chi');
    gate.release();
    await registering;
    expect(an.nickname).toBe('Chi');
  });

  test('P-NAME-2: but has been taken by somebody else is given up, and another may be had', async () => {
    const { url } = await newServer({ pingInterval: 0.2 });
    const { proxy, an, binh } = await newPair(url);
    await an.beat();
    proxy.hold('up');
    an.client.send('một');
    await cutOff(proxy, an, binh);
    an.client.send('hai');
    await newMember(url, 'An');
    letBack(proxy, an);
    await an.is('unregistered');
    expect(an.client.state).toMatchObject({ nickname: undefined, refusal: { reason: 'NameAlreadyUsed' } });
    expect(() => an.client.send('ba')).toThrow(new ChatError({ reason: 'UnknownRegister' }));
    await an.client.register('Chi');
    await an.settled();
    // Nobody knows what became of the first, and the second was to be said under the nickname that is gone.
    expect(an.outbox).toEqual([
      ['một', 'failed', 'ConnectionLost'],
      ['hai', 'failed', 'ConnectionLost'],
    ]);
    for (const { id } of an.client.state.outbox.toReversed()) an.client.retry(id);
    await an.settled();
    await expectOnce(['hai', 'một'], url, an, binh);
    expect(an.shown).toMatchObject([{ name: 'Chi' }, { name: 'Chi' }]);
  });

  test('P-NAME-2: and lost to somebody else: what was stored under it is not said again under another', async () => {
    const { url } = await newServer({ pingInterval: 0.2 });
    const { proxy, an, binh } = await newPair(url);
    await an.beat();
    proxy.hold('down');
    an.client.send('một');
    await binh.sees('một');
    await cutOff(proxy, an, binh);
    await newMember(url, 'An');
    letBack(proxy, an);
    await an.is('unregistered');
    await an.client.register('Chi');
    await an.settled();
    expect(an.outbox).toEqual([]);
    await expectOnce(['một'], url, an, binh);
  });

  test('P-NAME-2: and is somebody else’s is refused at once, though a ghost may hold the old one', async () => {
    const { url, gate } = await newGatedSystem({ pingSeconds: 0.2 });
    const an = await newHeld(gate, url, 'claim', 'An');
    const registering = an.client.register('Bình');
    gate.release();
    await expect(registering).rejects.toEqual(new ChatError({ reason: 'NameAlreadyUsed' }));
    const refusals = an.frames.filter((frame) => frame.includes('"name":"Bình","status":false'));
    expect(refusals).toHaveLength(1);
  });

  test('P-NAME-2: and is refused while a ghost holds the old one leaves nobody with half a nickname', async () => {
    const { url } = await newServer({ pingInterval: 1 });
    const { proxy, an } = await newPair(url);
    await an.beat();
    proxy.strand();
    await an.is('waiting');
    an.client.reconnect();
    await an.when(() => an.frames.some((frame) => frame.includes('"name":"An","status":false')));
    expect(an.status).toBe('reclaiming');
    await expect(an.client.register('Bình')).rejects.toEqual(new ChatError({ reason: 'NameAlreadyUsed' }));
    // It has none, or gets its own back.
    await an.when(() => an.status === 'unregistered' || an.status === 'registered');
    const { status, nickname } = an.client.state;
    expect([status, nickname]).toEqual(status === 'registered' ? [status, 'An'] : [status, undefined]);
  });
});

describe('a server that is another', () => {
  /** A server with so many messages, and none of them another server's. */
  async function newServerOf(name: string, count: number) {
    const data = join(await newFolder(), 'data.json');
    const messages = Array.from({ length: count }, (_, position) => ({ ...messageOf(position), name }));
    await writeFile(data, JSON.stringify(messages));
    return { ...(await newServer({ data })), messages };
  }

  test('with a shorter history is a reset: what was shown goes, and the new history comes', async () => {
    const old = await newServerOf('cũ', 5);
    const { proxy, an, binh } = await newPair(old.url);
    expect(an.shown).toEqual(positioned(old.messages));
    proxy.hold('up');
    an.client.send('một');
    await cutOff(proxy, an, binh);
    an.client.send('hai');
    const other = await newServerOf('mới', 2);
    proxy.leadTo(other.url);
    letBack(proxy, an);
    await an.settled();
    expect(an.resets).toBe(1);
    expect(an.shown).toEqual(positioned(await messagesIn(other.dataFile)));
    expect(an.shown.map(({ content }) => content).slice(2)).toEqual(['hai']);
    // Whether the old server had it, nobody knows.
    expect(an.outbox).toEqual([['một', 'failed', 'ConnectionLost']]);
  });

  test('with a longer history of other messages too', async () => {
    const old = await newServerOf('cũ', 3);
    const { proxy, an, binh } = await newPair(old.url);
    await cutOff(proxy, an, binh);
    const other = await newServerOf('mới', 5);
    proxy.leadTo(other.url);
    letBack(proxy, an);
    await an.settled();
    expect(an.resets).toBe(1);
    expect(an.shown).toEqual(positioned(other.messages));
  });

  test('with an empty history too', async () => {
    const old = await newServerOf('cũ', 5);
    const { proxy, an, binh } = await newPair(old.url);
    await cutOff(proxy, an, binh);
    const other = await newServer();
    proxy.leadTo(other.url);
    letBack(proxy, an);
    await an.is('registered');
    expect([an.resets, an.shown, an.client.state.online]).toEqual([1, [], ['An']]);
    an.client.send('một');
    await an.sees('một');
    expect(an.shown).toMatchObject([{ position: 0 }]);
  });

  test('P-GET-2: a reset shows no more than the backlog', async () => {
    const old = await newServerOf('cũ', 9);
    const proxy = await newProxy(old.url);
    const an = await newPerson(proxy.url, 'An', { backlog: 2 });
    proxy.refuse();
    proxy.cut();
    await an.is('waiting');
    const other = await newServerOf('mới', 8);
    proxy.leadTo(other.url);
    letBack(proxy, an);
    await an.is('registered');
    expect([an.resets, an.shown]).toEqual([1, positioned(other.messages, 6)]);
  });
});

describe('a server that is killed', () => {
  /** Says numbered things, always three at a time, each once it has seen one of its own. */
  function talk(person: Person, count: number): void {
    let sent = 0;
    const say = () => {
      if (sent < count) person.client.send(`${person.nickname} ${sent++}`);
    };
    person.client.on('messages', (messages) => {
      for (const { name } of messages) if (name === person.nickname) say();
    });
    for (let number = 0; number < 3; number++) say();
  }

  test('P-SEND-2: and started again has lost nothing and doubled nothing, and everybody sees the same', async () => {
    const data = join(await newFolder(), 'data.json');
    const start = (port: string) => newProcess(['--port', port, '--data', data, '--log', 'silent']);
    const server = start('0');
    const url = await server.url();
    const people = [await newPerson(url, 'An'), await newPerson(url, 'Bình')] as const;
    const [an] = people;
    for (const person of people) talk(person, 100);
    await an.when(() => an.shown.length >= 60);
    server.child.kill('SIGKILL');
    await server.exited;
    for (const person of people) await person.when(() => person.status !== 'registered');
    const again = start(new URL(url).port);
    expect(await again.url()).toBe(url);
    for (const { client } of people) client.reconnect();
    for (const person of people) await person.when(() => person.shown.length >= 200);
    for (const person of people) await person.settled();
    const stored = JSON.parse(readFileSync(data, 'utf8'));
    for (const person of people) {
      expect(person.shown).toEqual(positioned(stored));
      expect([person.outbox, person.resets]).toEqual([[], 0]);
    }
    const contents = people.map(({ nickname }) => Array.from({ length: 100 }, (_, n) => `${nickname} ${n}`));
    expect(people[0].shown.map(({ content }) => content).sort()).toEqual(contents.flat().sort());
    for (const person of people) person.client.close();
    expect(await again.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});
