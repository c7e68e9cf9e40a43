import { describe, expect, test } from 'vitest';
import { ChatError } from '../../src/client/client.ts';
import { newMember } from '../helpers/client.ts';
import { type Gate, until } from '../helpers/gate.ts';
import { cutOff, expectOnce, letBack, lost, newPair } from '../helpers/pair.ts';
import { newPerson, newVisitor } from '../helpers/person.ts';
import { newProxy } from '../helpers/proxy.ts';
import { newServer } from '../helpers/server.ts';
import { newGatedSystem } from '../helpers/system.ts';

describe('a nickname that is wanted', () => {
  test('while waiting for a connection is the one that is taken', async () => {
    const { url } = await newServer();
    const { proxy, an, binh } = await newPair(url);
    await cutOff(proxy, an);
    const registering = an.client.register('Chi');
    letBack(proxy, an);
    await registering;
    expect(an.nickname).toBe('Chi');
    // It has come back under the old one first: nobody has seen it leave.
    await binh.hasOnline('Chi');
    expect(binh.notices).toMatchObject([{ datatype: 'change', oldname: 'An', newname: 'Chi' }]);
  });

  /** Lets An back until its claim waits at the gate. Somebody may have taken a nickname. */
  async function newHeld(gate: Gate, url: string, taken?: string) {
    const { proxy, an, binh } = await newPair(url);
    await cutOff(proxy, an);
    if (taken !== undefined) {
      await binh.hasOnline(taken, false);
      await newMember(url, taken);
    }
    gate.block();
    const { length } = gate.commits;
    letBack(proxy, an);
    await until(() => gate.commits.length === length + 1);
    expect(an.status).toBe('reclaiming');
    return { proxy, an };
  }

  test('while the old one is being reclaimed is the one that is taken', async () => {
    const { url, gate } = await newGatedSystem();
    const { an } = await newHeld(gate, url);
    const registering = an.client.register('Chi');
    gate.release();
    await registering;
    expect(an.nickname).toBe('Chi');
  });

  test('while the history is being asked for is the one that is taken', async () => {
    const { url, gate } = await newGatedSystem();
    const { proxy, an } = await newHeld(gate, url);
    proxy.stall('up');
    gate.release();
    await an.is('syncing');
    const registering = an.client.register('Chi');
    proxy.release('up');
    await registering;
    expect(an.nickname).toBe('Chi');
  });

  test('P-NAME-2: but has been taken by somebody else is given up, and another may be had', async () => {
    const { url } = await newServer({ pingInterval: 0.2, resumeSeconds: 0 });
    const { proxy, an, binh } = await newPair(url);
    await an.beat();
    proxy.stall('up');
    an.client.send('một');
    await cutOff(proxy, an);
    an.client.send('hai');
    await binh.hasOnline('An', false);
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

  test('P-NAME-2: and lost to somebody else: a message stored under it is not sent again under another', async () => {
    const { url } = await newServer({ pingInterval: 0.2, resumeSeconds: 0 });
    const { proxy, an, binh } = await newPair(url);
    await an.beat();
    proxy.stall('down');
    an.client.send('một');
    await binh.sees('một');
    await cutOff(proxy, an);
    await binh.hasOnline('An', false);
    await newMember(url, 'An');
    letBack(proxy, an);
    await an.is('unregistered');
    await an.client.register('Chi');
    await an.settled();
    expect(an.outbox).toEqual([]);
    await expectOnce(['một'], url, an, binh);
  });

  test('P-NAME-2: and is somebody else’s is refused at once, though a ghost may hold the old one', async () => {
    const { url, gate } = await newGatedSystem({ pingSeconds: 0.2, resumeMs: 0 });
    const { an } = await newHeld(gate, url, 'An');
    const registering = an.client.register('Bình');
    gate.release();
    await expect(registering).rejects.toEqual(new ChatError({ reason: 'NameAlreadyUsed' }));
    const refusals = an.frames.filter((frame) => frame.includes('"name":"Bình","status":false'));
    expect(refusals).toHaveLength(1);
  });

  test('P-EVT-4, P-RES-3: and was given to a lost connection is taken as soon as the ghost is gone', async () => {
    const { url } = await newServer({ pingInterval: 0.5, resumeSeconds: 1 });
    const binh = await newPerson(url, 'Bình');
    const proxy = await newProxy(url);
    const an = newVisitor(proxy.url);
    await an.beat();
    proxy.stall('down');
    const registering = an.client.register('An');
    await binh.hasOnline('An');
    proxy.strand();
    await expect(registering).rejects.toEqual(lost);
    an.client.reconnect();
    const again = an.client.register('An');
    await an.is('reclaiming');
    expect(an.frames.at(-1)).toContain('NameAlreadyUsed');
    expect(an.client.state.refusal).toBeUndefined();
    await again;
    expect([an.status, an.nickname]).toEqual(['registered', 'An']);
  });

  test('P-EVT-4, P-RES-3: and was being taken back on a lost connection is taken as soon as that ghost is gone', async () => {
    const { url } = await newServer({ pingInterval: 0.2, resumeSeconds: 1 });
    const { proxy, an, binh } = await newPair(url);
    await an.beat();
    proxy.stall('down');
    const changing = expect(an.client.register('Chi')).rejects.toEqual(lost);
    await binh.hasOnline('Chi');
    proxy.cut();
    await changing;
    // The secret is that of Chi now, so this is a new registration, and its secret never arrives.
    an.client.reconnect();
    await an.is('reclaiming');
    proxy.stall('down');
    await binh.hasOnline('An');
    await an.is('waiting');
    an.client.reconnect();
    await an.is('registered');
    expect([an.nickname, an.frames.some((frame) => frame.includes('NameAlreadyUsed'))]).toEqual(['An', true]);
  });

  test('P-NAME-2: and is refused while a ghost holds the old one does not leave the client between two nicknames', async () => {
    const { url } = await newServer({ pingInterval: 1 });
    const { proxy, an } = await newPair(url, { hasNoSecret: true });
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
