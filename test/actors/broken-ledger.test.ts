/** A ledger that breaks, which a bug could make of any: everybody is answered, and the room goes on. */
import { expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { clientFrame, opcodes } from '../helpers/frames.ts';
import { until } from '../helpers/gate.ts';
import { newRawPeer } from '../helpers/raw-peer.ts';
import { Relay } from '../helpers/relay.ts';
import { newSystem } from '../helpers/system.ts';

/** A ledger whose commits reject while it is broken. */
class Breaking extends Relay {
  isBroken = false;

  override async commit(...args: Parameters<Ledger['commit']>): ReturnType<Ledger['commit']> {
    if (this.isBroken) throw new Error('broken');
    return this.ledger.commit(...args);
  }

  override view(...args: Parameters<Ledger['view']>): ReturnType<Ledger['view']> {
    if (this.isBroken) throw new Error('broken');
    return this.ledger.view(...args);
  }
}

async function newBreaking() {
  let breaking: Breaking | undefined;
  const wrap = (ledger: Ledger) => {
    breaking = new Breaking(ledger);
    return breaking;
  };
  const { url, entries, faults, system } = await newSystem({ wrap });
  if (breaking === undefined) throw new Error('no ledger was opened');
  return { url, entries, faults, system, ledger: breaking };
}

test('P-SEND-3: a commit that fails is answered ErrorWhen… for each change, and no other member sees it', async () => {
  const { url, entries, faults, ledger } = await newBreaking();
  const an = await newMember(url, 'An');
  const binh = await newMember(url, 'Bình');
  await an.next();
  const stranger = await newClient(url);
  ledger.isBroken = true;
  const error = 'broken';
  expect(await an.ask({ data: 'send', content: 'mất' })).toEqual({
    type: 'send',
    username: 'An',
    content: 'mất',
    status: false,
    reason: 'ErrorWhenSend',
    error,
  });
  const get = { type: 'get', name: 'An', status: false, reason: 'ErrorWhenGet', error };
  expect(await an.ask({ data: 'get' })).toEqual(get);
  const change = { type: 'name', action: 'change', oldname: 'An', newname: 'Anh', status: false };
  expect(await an.ask({ data: 'name', name: 'Anh' })).toEqual({
    ...change,
    reason: 'ErrorWhenChange',
    error,
  });
  const register = { type: 'name', action: 'register', name: 'Chi', status: false };
  expect(await stranger.ask({ data: 'name', name: 'Chi' })).toEqual({
    ...register,
    reason: 'ErrorWhenRegister',
    error,
  });
  ledger.isBroken = false;
  expect(await binh.pending()).toEqual([]);
  expect(await an.ask({ data: 'send', content: 'còn' })).toMatchObject({ name: 'An', status: true });
  expect(await binh.next()).toMatchObject({ name: 'An', content: 'còn' });
  expect(await stranger.ask({ data: 'name', name: 'Chi' })).toMatchObject({ status: true });
  expect(await binh.next()).toMatchObject({ datatype: 'register', name: 'Chi' });
  expect(await binh.ask({ data: 'get' })).toMatchObject({ data: { message: [{ content: 'còn' }] } });
  expect(entries.filter(({ kind }) => kind === 'error').length).toBeGreaterThanOrEqual(4);
  expect(faults).toEqual([]);
});

test('P-REQ-7: a commit that breaks counts each send once, though a confirmation was in it', async () => {
  const { url, system, ledger } = await newBreaking();
  const first = await newClient(url);
  const { resume } = await first.ask({ data: 'name', name: 'An', resume: true });
  const peer = await newRawPeer(url);
  peer.say({ data: 'name', name: 'An', resume });
  await peer.nextFrame();
  ledger.isBroken = true;
  const send = JSON.stringify({ data: 'send', content: 'x' });
  peer.socket.write(
    Buffer.concat([clientFrame(send), clientFrame(Buffer.from('r'), { opcode: opcodes.pong })]),
  );
  expect(await peer.nextFrame()).toMatchObject({ type: 'send', reason: 'ErrorWhenSend' });
  ledger.isBroken = false;
  const machine = system.actors().find(({ id }) => id === 'c2');
  await until(() => machine?.getSnapshot().matches({ registered: 'idle' }));
  expect(machine?.getSnapshot().context.underWay).toBe(0);
});
