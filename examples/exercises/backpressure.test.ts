import { expect, test } from 'vitest';
import { newMember } from '../../test/helpers/client.ts';
import { newRawMember } from '../../test/helpers/raw-peer.ts';
import { newServer } from '../../test/helpers/server.ts';

const content = 'x'.repeat(60_000);

/** An talks until a member that does not read has left. Resolves to how the server closed that member. */
async function closeOfSlow(maxBuffered: number): Promise<{ code: number; reason: string }> {
  const { url } = await newServer({ maxBuffered, maxContent: 60_000, maxPayload: 100_000 });
  const an = await newMember(url, 'An');
  const slow = await newRawMember(url, 'Chậm');
  await an.next();
  slow.socket.pause();
  // In all, more than the kernel buffers for a reader that has stopped.
  for (let count = 0, hasLeft = false; count < 300 && !hasLeft; count++) {
    an.say({ data: 'send', content });
    hasLeft = (await an.pending()).some(({ datatype }) => datatype === 'leave');
  }
  slow.socket.resume();
  for (;;) {
    const { kind, payload } = await slow.next();
    if (kind === 'close') return { code: payload.readUInt16BE(0), reason: payload.toString('utf8', 2) };
  }
}

test.each([100_000, 500_000])(
  'a reader too slow for %i bytes is told how many were waiting',
  async (maxBuffered) => {
    const { code, reason } = await closeOfSlow(maxBuffered);
    expect(code, 'the close code').toBe(1013);
    expect(reason, 'the close reason').toMatch(/^too slow: \d+ bytes were waiting$/);
    const waiting = Number(/\d+/.exec(reason)?.[0]);
    expect(waiting, 'the bytes that were waiting').toBeGreaterThan(maxBuffered);
    // The server checks the limit before each write, and each write here is one message.
    expect(waiting, 'the bytes that were waiting').toBeLessThan(maxBuffered + 61_000);
  },
);
