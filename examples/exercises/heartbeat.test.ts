import { expect, test } from 'vitest';
import { type Client, type Frame, newMember } from '../../test/helpers/client.ts';
import { clientFrame, opcodes } from '../../test/helpers/frames.ts';
import { newRawMember } from '../../test/helpers/raw-peer.ts';
import { newServer } from '../../test/helpers/server.ts';

/** Lets a member answer only the pings that `isAnswered` picks, numbered from 1. Resolves to how many it got, at most 8. */
async function pingsOf(url: string, isAnswered: (ping: number) => boolean): Promise<number> {
  const peer = await newRawMember(url, 'Bình');
  for (let pings = 0; pings < 8; ) {
    const unit = await peer.next().catch(() => undefined);
    if (unit === undefined) return pings;
    if (unit.kind !== 'ping') continue;
    pings++;
    if (isAnswered(pings)) peer.socket.write(clientFrame(unit.payload, { opcode: opcodes.pong }));
  }
  return 8;
}

/** Seconds between two pings: enough that a stall of this process, which plays both sides, costs no pong. */
const pingInterval = 0.3;

/** The next frame that is not a ping. */
async function nextEvent(client: Client): Promise<Frame> {
  for (;;) {
    const frame = await client.next();
    if (frame['type'] !== 'ping') return frame;
  }
}

test('P-EVT-4: a peer that never answers is cut off after two pings, and leaves', async () => {
  const { url } = await newServer({ pingInterval });
  const an = await newMember(url, 'An');
  expect(await pingsOf(url, () => false), 'the pings that a silent peer got before it was cut off').toBe(2);
  expect(await nextEvent(an)).toMatchObject({ datatype: 'register', name: 'Bình' });
  expect(await nextEvent(an)).toMatchObject({ datatype: 'leave', name: 'Bình' });
});

test('P-EVT-4: a peer that answers each second ping stays', async () => {
  const { url } = await newServer({ pingInterval });
  expect(await pingsOf(url, (ping) => ping % 2 === 0), 'the pings that it got, of the 8').toBe(8);
});

test('P-EVT-4: a pong starts the count afresh: it takes two more in a row', async () => {
  const { url } = await newServer({ pingInterval });
  expect(await pingsOf(url, (ping) => ping === 2 || ping === 4), 'the pings of a peer silent after 4').toBe(
    6,
  );
});
