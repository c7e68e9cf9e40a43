/** A process that was stopped: nobody is to blame for what it has not read meanwhile. */
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Ledger, LedgerListener } from '../../src/ledger/ledger.ts';
import { clientFrame } from '../helpers/frames.ts';
import { until } from '../helpers/gate.ts';
import { newRawPeer, type RawPeer } from '../helpers/raw-peer.ts';
import { Relay } from '../helpers/relay.ts';
import { newSystem } from '../helpers/system.ts';

const messageMs = 20;

/** Does nothing else for longer than a peer may take for a message. */
const beBusy = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * messageMs);

/** A system that can be stopped for longer than a peer may take for anything. */
async function newStoppable() {
  let isHeld = false;
  let fence = () => {};
  class Fencing extends Relay {
    override start(listener: LedgerListener): void {
      fence = () => listener.onFenced(new Error('given up'));
      super.start(listener);
    }
  }
  const wrap = (ledger: Ledger) => new Fencing(ledger);
  const { url, ends } = await newSystem({ wrap, isHeld: () => isHeld, messageMs });
  return {
    peer: await newRawPeer(url),
    /** Waits until all that a peer has sent has been read. No timer fires between that and what comes next. */
    hasRead: (bytes: number) => until(() => (ends[0]?.socket.bytesRead ?? 0) >= bytes),
    /** Stops the process. Resolves when the timers have fired that were due. */
    async stop(meanwhile = () => {}) {
      isHeld = true;
      meanwhile();
      beBusy();
      for (let turn = 0; turn < 3; turn++) await setImmediate();
    },
    /** It still has its lease, or has been given up. */
    goOn(isGivenUp: boolean) {
      if (isGivenUp) fence();
      isHeld = false;
    },
  };
}

const message = clientFrame('{"data":"nothing"}');
const beginning = message.subarray(0, 10);

async function begin(peer: RawPeer, hasRead: (bytes: number) => Promise<void>) {
  const { bytesWritten } = peer.socket;
  peer.socket.write(beginning);
  await hasRead(bytesWritten + beginning.length);
}

test('a peer that has begun a message when the process was given up is told that, and nothing else', async () => {
  const { peer, hasRead, stop, goOn } = await newStoppable();
  await begin(peer, hasRead);
  await stop();
  goOn(true);
  expect(await peer.closeCode()).toBe(1012);
});

test('P-LIM-1: a peer that has not finished its message when the process goes on is closed with 1008', async () => {
  const { peer, hasRead, stop, goOn } = await newStoppable();
  await begin(peer, hasRead);
  await stop();
  goOn(false);
  expect(await peer.closeCode()).toBe(1008);
});

test('P-LIM-1: a peer that has finished its message while the process was stopped is answered, and stays', async () => {
  const { peer, hasRead, stop, goOn } = await newStoppable();
  await begin(peer, hasRead);
  await stop(() => peer.socket.write(message.subarray(beginning.length)));
  goOn(false);
  expect(await peer.nextFrame()).toMatchObject({ reason: 'UnknownType' });
  peer.socket.write(message);
  expect(await peer.nextFrame()).toMatchObject({ reason: 'UnknownType' });
});

test('P-LIM-1: a peer that has finished its message while the process was busy is answered, and stays', async () => {
  const { peer, hasRead } = await newStoppable();
  await begin(peer, hasRead);
  peer.socket.write(message.subarray(beginning.length));
  beBusy();
  expect(await peer.nextFrame()).toMatchObject({ reason: 'UnknownType' });
  peer.socket.write(message);
  expect(await peer.nextFrame()).toMatchObject({ reason: 'UnknownType' });
});
