import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { WebSocketConstructor } from '../../src/client/client.ts';
import { newMember } from '../helpers/client.ts';
import { newForeignServer } from '../helpers/foreign.ts';
import { messagesIn } from '../helpers/history-file.ts';
import { cutOff, expectOnce, letBack, lost, newPair } from '../helpers/pair.ts';
import { newVisitor, positioned } from '../helpers/person.ts';
import { newProxy } from '../helpers/proxy.ts';
import { newServer } from '../helpers/server.ts';
import { newGatedSystem } from '../helpers/system.ts';

describe('a connection that is cut off', () => {
  test('P-GET-2: misses nothing: messages sent meanwhile are shown once, in order', async () => {
    const { url, dataFile } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    binh.client.send('trước');
    await an.sees('trước');
    await cutOff(proxy, an);
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
    const { proxy, an } = await newPair(url);
    await cutOff(proxy, an);
    an.statuses.length = 0;
    await newMember(url, 'Chi');
    letBack(proxy, an);
    expect(an.status).toBe('reconnecting');
    await an.is('registered');
    expect(an.statuses).toEqual(['reconnecting', 'reclaiming', 'syncing', 'registered']);
    expect(an.client.state).toMatchObject({
      nickname: 'An',
      online: ['An', 'Bình', 'Chi'],
      refusal: undefined,
      outbox: [],
    });
  });

  test('comes back by itself, and goes on trying while it is turned away', async () => {
    const { url } = await newServer();
    const { proxy, an } = await newPair(url);
    await cutOff(proxy, an);
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
    const { proxy, an } = await newPair(url);
    await cutOff(proxy, an);
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

  test('is tried again even after the WebSocket class has thrown', async () => {
    const { url } = await newServer();
    let obstacles = 0;
    class Moody extends WebSocket {
      constructor(address: string) {
        if (obstacles > 0) {
          obstacles--;
          throw new TypeError('not now');
        }
        super(address);
      }
    }
    const { proxy, an } = await newPair(url, { WebSocket: Moody as unknown as WebSocketConstructor });
    obstacles = 2;
    proxy.cut();
    await an.is('waiting');
    for (const left of [1, 0]) {
      an.client.reconnect();
      expect([an.status, obstacles]).toEqual(['waiting', left]);
    }
    an.client.reconnect();
    await an.is('registered');
    expect(an.nickname).toBe('An');
  });

  test('is also a connection whose socket cannot send', async () => {
    const { url } = await newServer();
    let isBroken = false;
    class Broken extends WebSocket {
      override send(data: string): void {
        if (isBroken) throw new TypeError('not now');
        super.send(data);
      }
    }
    const { an, binh } = await newPair(url, { WebSocket: Broken as unknown as WebSocketConstructor });
    isBroken = true;
    an.client.send('một');
    expect(an.client.state).toMatchObject({ status: 'waiting', closeCode: 1006 });
    isBroken = false;
    an.client.reconnect();
    await an.settled();
    await expectOnce(['một'], url, an, binh);
  });

  test('rejects the requests under way', async () => {
    const { url, gate } = await newGatedSystem();
    const { proxy, an } = await newPair(url);
    gate.block();
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

  test('keeps messages written meanwhile, and sends them in order once it is back', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    await cutOff(proxy, an);
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

  test('P-EVT-4: leaves a ghost that holds the nickname if the server gives no secret: it is reclaimed until the ghost is gone', async () => {
    const { url } = await newServer({ pingInterval: 0.5 });
    const { proxy, an, binh } = await newPair(url, { hasNoSecret: true });
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

  test('P-EVT-3: is noticed again after a reconnect, even before the first ping', async () => {
    const { url } = await newServer({ pingInterval: 0.2 });
    const { proxy, an } = await newPair(url);
    await an.beat();
    proxy.freeze();
    await an.is('waiting');
    an.client.reconnect();
    await an.is('registered');
    proxy.freeze();
    await an.is('waiting');
    await an.is('registered');
    expect(an.nickname).toBe('An');
  });

  test('P-REQ-7: is noticed after twelve intervals without a reply, although pings come', async () => {
    const { url } = await newForeignServer((socket) => {
      const beat = setInterval(() => socket.send('{"type":"ping","timeout":0.02}'), 5);
      socket.on('close', () => clearInterval(beat));
    });
    const an = newVisitor(url);
    await an.beat();
    await expect(an.client.register('An')).rejects.toEqual(lost);
    expect(an.status).toBe('waiting');
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
