import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  type ChatClient,
  ChatError,
  createChatClient,
  type Status,
  type WebSocketConstructor,
} from '../../src/client/client.ts';
import { createChatClient as createForNode } from '../../src/client/node.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { newPerson, newVisitor } from '../helpers/person.ts';
import { refusalOf } from '../helpers/refusal.ts';
import { newServer } from '../helpers/server.ts';
import { newGatedSystem, newSystem } from '../helpers/system.ts';

describe('events', () => {
  test('joins, changes and leaves are told, and online follows them: a change keeps its place', async () => {
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

  test('with an unknown name are refused by an error that lists the known names', async () => {
    const { url } = await newServer();
    const { client } = newVisitor(url);
    const on = client.on as (type: string, listener: () => void) => void;
    for (const type of ['message', 'toString'])
      expect(() => on(type, () => {})).toThrow(
        new TypeError(
          `there is no event "${type}", only state, messages, notice, announcement, removed, sent, failed, reset`,
        ),
      );
  });

  test('are told to all listeners, each until it unsubscribes', async () => {
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

    gate.block();
    const an = newVisitor(url);
    const claiming = refusalOf(an.client.register('An'));
    await until(() => gate.commits.length === 1);
    an.client.close();
    expect(await claiming).toEqual({ reason: 'ConnectionLost' });
  });

  test('a change and a look at the history that are under way are rejected', async () => {
    const { url, gate } = await newGatedSystem();
    const an = await newPerson(url, 'An');
    gate.block();
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

  test.each(['messages', 'notice', 'sent', 'state'] as const)(
    'is possible in a listener of %s',
    async (type) => {
      const { url } = await newServer();
      const binh = await newPerson(url, 'Bình');
      binh.client.send('một');
      await binh.sees('một');
      const an = newVisitor(url);
      an.client.on(type, () => {
        if (type !== 'state' || an.status === 'syncing') an.client.close();
      });
      an.client.register('An').then(
        () => an.client.send('hai'),
        () => {},
      );
      await binh.hasOnline('An');
      await newMember(url, 'Chi');
      await an.is('closed');
      await binh.hasOnline('An', false);
      expect(an.statuses.at(-1)).toBe('closed');
    },
  );
});

describe('the platform', () => {
  test.each(['nonsense', 'mailto:an@example.com'])(
    'throws a SyntaxError for an invalid address: %s',
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

  test('throws what its WebSocket throws at the first try, and leaves nothing running', () => {
    const obstacle = new DOMException('ws: is not allowed here', 'SecurityError');
    const listen = vi.fn();
    vi.stubGlobal('addEventListener', listen);
    onTestFinished(() => void vi.unstubAllGlobals());
    const timers = () => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
    const before = timers();
    const WebSocket = class {
      constructor() {
        throw obstacle;
      }
    } as unknown as WebSocketConstructor;
    expect(() => createChatClient({ url: 'ws://127.0.0.1:1/', WebSocket })).toThrow(obstacle);
    expect([timers(), listen.mock.calls]).toEqual([before, []]);
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

test('P-REQ-7: frames that are not in the contract are ignored', async () => {
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
