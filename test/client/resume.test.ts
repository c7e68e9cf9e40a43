import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { newMember } from '../helpers/client.ts';
import { cutOff, expectOnce, letBack, newPair } from '../helpers/pair.ts';
import { newPerson, newVisitor, type Person, positioned } from '../helpers/person.ts';
import { newProcess } from '../helpers/process.ts';
import { newFolder, newServer, newServerWith } from '../helpers/server.ts';
import { newSystem } from '../helpers/system.ts';
import { wholeHistory } from '../helpers/talker.ts';

/** All that somebody is told of others besides talk, up to now: what is said now is shown behind it. */
async function noticesOf(person: Person): Promise<[event: string, name: string][]> {
  person.client.send('đến đây');
  await person.sees('đến đây');
  return person.notices.map((notice) => [
    notice.datatype,
    notice.datatype === 'change' ? notice.newname : notice.name,
  ]);
}

describe('after a loss', () => {
  test('P-RES-2: nobody sees it leave or join, and its place among those online stays', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    const secrets = [an.client.state.resume?.secret];
    for (let cuts = 0; cuts < 3; cuts++) {
      await cutOff(proxy, an);
      binh.client.send(`${cuts}`);
      await binh.settled();
      letBack(proxy, an);
      await an.is('registered');
      secrets.push(an.client.state.resume?.secret);
    }
    await an.sees('2');
    expect(await noticesOf(binh)).toEqual([]);
    for (const { client } of [an, binh]) expect(client.state.online).toEqual(['An', 'Bình']);
    expect(new Set(secrets)).toHaveLength(4);
    expect(secrets).not.toContain(undefined);
  });

  test('P-RES-2: nobody waits for the ghost of a half-open connection, and nobody sees its end', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    an.statuses.length = 0;
    proxy.strand();
    await an.is('waiting');
    an.client.reconnect();
    await an.is('registered');
    expect(an.statuses).toEqual(['waiting', 'reconnecting', 'reclaiming', 'syncing', 'registered']);
    proxy.thaw();
    expect(await noticesOf(binh)).toEqual([]);
  });

  test('P-RES-3: a connection that is silent is given up without a goodbye', async () => {
    const { url } = await newServer();
    const { an, binh } = await newPair(url);
    an.client.expectPings(0.1);
    await an.is('waiting');
    an.client.send('một');
    await an.settled();
    await expectOnce(['một'], url, an, binh);
    expect((await noticesOf(binh)).filter(([, name]) => name === 'An')).toEqual([]);
  });

  test('P-RES-2: in the middle of coming back is no different', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    for (let losses = 0; losses < 3; losses++) {
      proxy.cut();
      await an.is('waiting');
      an.client.reconnect();
      await an.is('reclaiming');
      // The claim arrives; its reply does not.
      proxy.stall('down');
      await binh.client.history({});
    }
    proxy.cut();
    await an.is('waiting');
    an.client.reconnect();
    await an.is('registered');
    expect(await noticesOf(binh)).toEqual([]);
  });

  test('P-RES-3: later than the server waits, it registers anew', async () => {
    const { url } = await newServer({ resumeSeconds: 0.05 });
    const { proxy, an, binh } = await newPair(url);
    await cutOff(proxy, an);
    await binh.hasOnline('An', false);
    letBack(proxy, an);
    await an.is('registered');
    expect(await noticesOf(binh)).toEqual([
      ['leave', 'An'],
      ['register', 'An'],
    ]);
  });

  test('P-RES-1: a change of nickname keeps the secret, and the new nickname comes back with it', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    const { secret = '' } = an.client.state.resume ?? {};
    await an.client.register('Chi');
    expect(an.client.state.resume).toEqual({ nickname: 'Chi', secret });
    await cutOff(proxy, an);
    letBack(proxy, an);
    await an.is('registered');
    expect(an.nickname).toBe('Chi');
    expect(await noticesOf(binh)).toEqual([['change', 'Chi']]);
  });

  test('P-RES-1: a server that gives no secret is asked for the nickname as before', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url, { hasNoSecret: true });
    expect(an.client.state.resume).toBeUndefined();
    await cutOff(proxy, an);
    letBack(proxy, an);
    await an.is('registered');
    expect(await noticesOf(binh)).toEqual([
      ['leave', 'An'],
      ['register', 'An'],
    ]);
  });
});

describe('another client', () => {
  test('P-RES-2: takes over with the secret of the first, and the first stops', async () => {
    const { url, messages } = await newServerWith(3);
    const { an, binh } = await newPair(url);
    const { resume } = an.client.state;
    const next = newVisitor(url, { resume });
    // Before there is a connection it has its nickname, and can be written to.
    expect(next.client.state).toMatchObject({ status: 'connecting', nickname: 'An', resume });
    next.client.send('một');
    await next.settled();
    await an.is('stopped');
    expect(an.client.state).toMatchObject({ nickname: 'An', closeCode: 4000, resume: undefined });
    expect(next.statuses).toEqual(['connecting', 'reclaiming', 'syncing', 'registered']);
    expect(next.client.state.online).toEqual(['An', 'Bình']);
    expect(next.shown.slice(0, 3)).toEqual(positioned(messages));
    expect(await noticesOf(binh)).toEqual([]);
  });

  test('P-RES-2: finds the place kept after the first has ended without a goodbye', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    await cutOff(proxy, an);
    const { resume } = an.client.state;
    const next = newVisitor(url, { resume });
    await next.is('registered');
    expect(await noticesOf(binh)).toEqual([]);
  });

  test('P-RES-2: with a void secret requests the nickname, and gives it up if it is somebody else’s', async () => {
    const { url } = await newServer({ pingInterval: 0.1 });
    await newMember(url, 'An');
    const resume = { nickname: 'An', secret: 'void' };
    const late = newVisitor(url, { resume });
    await late.is('unregistered');
    expect(late.client.state).toMatchObject({
      nickname: undefined,
      resume: undefined,
      refusal: { reason: 'NameAlreadyUsed' },
    });
    const free = newVisitor(url, { resume: { ...resume, nickname: 'Bình' } });
    await free.is('registered');
    expect(free.client.state.resume?.secret).not.toBe('void');
  });

  test('P-RES-1: of a server that has been started again registers anew', async () => {
    const folder = await newFolder();
    const start = (port: string) =>
      newProcess(['--port', port, '--data', `${folder}/data.json`, '--log', 'silent']);
    const server = start('0');
    const url = await server.url();
    const an = await newPerson(url, 'An');
    await server.stop('SIGKILL');
    await an.is('waiting');
    const again = start(new URL(url).port);
    await again.url();
    an.client.reconnect();
    await an.is('registered');
    an.client.send('một');
    await an.sees('một');
    an.client.close();
  });
});

describe('a goodbye', () => {
  test('P-RES-3: is sent by `close`: others see the leave at once', async () => {
    const { url } = await newServer({ resumeSeconds: 86_400 });
    const { an, binh } = await newPair(url);
    an.client.close();
    await binh.hasOnline('An', false);
    expect(an.client.state).toMatchObject({ status: 'closed', nickname: undefined, resume: undefined });
  });

  test('P-RES-3: is said on a connection that was given up, too', async () => {
    const { url } = await newServer({ resumeSeconds: 86_400 });
    const { proxy, an, binh } = await newPair(url);
    proxy.refuse();
    an.client.expectPings(0.1);
    await an.is('waiting');
    an.client.close();
    await binh.hasOnline('An', false);
  });
});

describe('a connection that the server ends for good', () => {
  test.each([1008, 4000, 4001, 4003, 4029])('%i: does not come back by itself', async (code) => {
    const platform = new EventTarget();
    vi.stubGlobal('addEventListener', platform.addEventListener.bind(platform));
    vi.stubGlobal('removeEventListener', platform.removeEventListener.bind(platform));
    onTestFinished(() => void vi.unstubAllGlobals());
    const { url, ends } = await newSystem();
    const an = await newPerson(url, 'An');
    an.client.send('một');
    await an.sees('một');
    ends[0]?.ws.close(code);
    await an.is('stopped');
    expect(an.client.state).toMatchObject({ nickname: 'An', closeCode: code, resume: undefined });
    an.client.send('hai');
    platform.dispatchEvent(new Event('online'));
    expect(an.status).toBe('stopped');
    // It does when that is wanted, and says then what was written meanwhile.
    an.client.reconnect();
    expect(an.client.state).toMatchObject({ status: 'reconnecting', closeCode: undefined });
    await an.settled();
    expect(an.nickname).toBe('An');
    expect((await wholeHistory(url)).map(({ content }) => content)).toEqual(['một', 'hai']);
  });

  test('does when another nickname is wanted', async () => {
    const { url, ends } = await newSystem();
    const an = await newPerson(url, 'An');
    ends[0]?.ws.close(4001);
    await an.is('stopped');
    await an.client.register('Bình');
    expect(an.client.state).toMatchObject({ status: 'registered', nickname: 'Bình' });
  });

  test('rejects the requests under way', async () => {
    const { url, ends } = await newSystem();
    const an = await newPerson(url, 'An');
    const asked = [an.client.register('Bình'), an.client.history({})];
    ends[0]?.ws.close(4003);
    const reasons = (await Promise.allSettled(asked)).map((one) => 'reason' in one && one.reason.message);
    expect(reasons).toEqual(['ConnectionLost', 'ConnectionLost']);
    expect(an.status).toBe('stopped');
  });
});
