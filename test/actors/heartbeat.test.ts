import { expect, test } from 'vitest';
import { type Client, newClient, newMember } from '../helpers/client.ts';
import { clientFrame, opcodes, type Unit } from '../helpers/frames.ts';
import { newRawMember, newRawPeer, type RawPeer } from '../helpers/raw-peer.ts';
import { newServer } from '../helpers/server.ts';
import { newSystem } from '../helpers/system.ts';

/** Long enough that a stall of this process, which plays both sides, is no missing pong. */
const patienceSeconds = 0.3;
const ping = `{"type":"ping","timeout":${patienceSeconds}}`;

/** Answers pings, and counts them, until the connection ends. */
async function answerPings(peer: RawPeer, opcode: number = opcodes.pong): Promise<number> {
  for (let pings = 0; ; ) {
    const unit = await peer.next().catch(() => undefined);
    if (unit === undefined) return pings;
    if (unit.kind !== 'ping') continue;
    pings++;
    peer.socket.write(clientFrame(unit.payload, { opcode }));
  }
}

/** The next frame that is no ping. */
async function nextEvent(client: Client) {
  for (;;) {
    const frame = await client.next();
    if (frame['type'] !== 'ping') return frame;
  }
}

test('P-EVT-3: every open connection, registered or not, gets the ping of every beat', async () => {
  const { url } = await newServer({ pingInterval: patienceSeconds });
  const stranger = await newClient(url);
  const an = await newMember(url, 'An');
  for (let beat = 0; beat < 4; beat++) {
    expect(await stranger.nextRaw()).toBe(ping);
    expect(await an.nextRaw()).toBe(ping);
  }
});

test('P-EVT-3: timeout is the interval in seconds', async () => {
  const { url } = await newServer({ pingInterval: 0.25 });
  expect(await (await newClient(url)).nextRaw()).toBe('{"type":"ping","timeout":0.25}');
});

test('P-EVT-4: a beat is a ping frame as well, and a peer that answers it stays', async () => {
  const { url } = await newServer({ pingInterval: patienceSeconds });
  const peer = await newRawPeer(url);
  for (let beat = 0; beat < 4; beat++) {
    const [text, frame] = [await peer.next(), await peer.next()];
    expect([text.kind, String(text.payload)]).toEqual(['text', ping]);
    expect([frame.kind, frame.payload.length]).toEqual(['ping', 0]);
    peer.socket.write(clientFrame(frame.payload, { opcode: opcodes.pong }));
  }
});

test('P-EVT-4: a peer that does not answer is cut off at the second beat, and leaves once; the log says so, and how long it was silent', async () => {
  const { url, entries } = await newServer({ pingInterval: 0.1 });
  const an = await newMember(url, 'An');
  const socket = await newRawMember(url, 'Silent');
  const heard: string[] = [];
  for (let unit: Unit | undefined; ; heard.push(unit.kind)) {
    unit = await socket.next().catch(() => undefined);
    if (unit === undefined) break;
  }
  expect(heard).toEqual(['text', 'ping']);
  const cutoffs = entries.filter((entry) => entry.kind === 'cutoff');
  expect(cutoffs).toEqual([
    { kind: 'cutoff', connection: 'c2', nickname: 'Silent', silentSeconds: expect.any(Number) },
  ]);
  expect(cutoffs[0]?.silentSeconds).toBeGreaterThan(0);
  expect(await nextEvent(an)).toMatchObject({ datatype: 'register', name: 'Silent' });
  expect(await nextEvent(an)).toMatchObject({ datatype: 'leave', name: 'Silent' });
  await newMember(url, 'Silent');
  expect(await nextEvent(an)).toMatchObject({ datatype: 'register', name: 'Silent' });
});

test('P-EVT-4: a client whose library does not answer pings is cut off with no close frame', async () => {
  const { url } = await newServer({ pingInterval: 0.1 });
  const an = await newMember(url, 'An');
  const deaf = await newClient(url, { autoPong: false });
  await deaf.ask({ data: 'name', name: 'Deaf' });
  expect(await deaf.closed()).toBe(1006);
  expect(await nextEvent(an)).toMatchObject({ datatype: 'register', name: 'Deaf' });
  expect(await nextEvent(an)).toMatchObject({ datatype: 'leave', name: 'Deaf' });
});

test.each([
  ['a request', '{"data":"get","limit":0}', opcodes.text],
  ['a reply to the ping in the ping’s words', ping, opcodes.text],
  ['a ping of its own', '', opcodes.ping],
])('P-EVT-4: only a pong counts, not %s', async (_, answer, opcode) => {
  const { url } = await newServer({ pingInterval: 0.1 });
  const an = await newMember(url, 'An');
  const peer = await newRawMember(url, 'Chatty');
  for (;;) {
    const unit = await peer.next().catch(() => undefined);
    if (unit === undefined) break;
    if (unit.kind === 'ping') peer.socket.write(clientFrame(answer, { opcode }));
  }
  expect(await nextEvent(an)).toMatchObject({ datatype: 'register', name: 'Chatty' });
  expect(await nextEvent(an)).toMatchObject({ datatype: 'leave', name: 'Chatty' });
});

test('P-EVT-4: a peer that stops reading is cut off, and its nickname is free', async () => {
  const { url } = await newServer({ pingInterval: 0.1 });
  const an = await newMember(url, 'An');
  const frozen = await newRawMember(url, 'Frozen');
  frozen.socket.pause();
  expect(await nextEvent(an)).toMatchObject({ datatype: 'register', name: 'Frozen' });
  expect(await nextEvent(an)).toMatchObject({ datatype: 'leave', name: 'Frozen' });
  await newMember(url, 'Frozen');
});

test.each([0, 200])(
  'P-EVT-4: a peer that stops in the middle of a long history, with %i requests behind it, is cut off',
  async (count) => {
    const limits = { name: 100, content: 60_000, comparison: 'nickname' } as const;
    const { url } = await newSystem({ pingSeconds: 0.1, limits });
    const an = await newMember(url, 'An');
    await fill(an, 200);
    const frozen = await newRawMember(url, 'Frozen');
    frozen.socket.pause();
    frozen.socket.write(Buffer.concat(Array(1 + count).fill(clientFrame('{"data":"get"}'))));
    expect(await nextEvent(an)).toMatchObject({ datatype: 'register', name: 'Frozen' });
    expect(await nextEvent(an)).toMatchObject({ datatype: 'leave', name: 'Frozen' });
  },
);

test('P-EVT-4: a peer that answers each ping in time stays, though it reads a long history with requests behind it', async () => {
  const limits = { name: 100, content: 60_000, comparison: 'nickname' } as const;
  const { url, entries } = await newSystem({ pingSeconds: 0.5, limits });
  const an = await newMember(url, 'An');
  await fill(an, 400);
  const slow = await newRawMember(url, 'Slow');
  await nextEvent(an);
  slow.socket.pause();
  const get = (limit?: number) => clientFrame(JSON.stringify({ data: 'get', limit }));
  slow.socket.write(Buffer.concat([get(), ...Array(200).fill(get(0))]));
  expect(await readPaced(slow, an, 201)).toBe('all read');
  expect(entries.filter(({ kind }) => kind === 'close')).toEqual([]);
});

test('P-EVT-4: a peer that takes a long history is not cut off while it does, and is soon after if it answers no ping', async () => {
  const limits = { name: 100, content: 60_000, comparison: 'nickname' } as const;
  const { url } = await newSystem({ pingSeconds: 0.5, limits });
  const an = await newMember(url, 'An');
  await fill(an, 600);
  const slow = await newRawMember(url, 'Slow');
  expect(await nextEvent(an)).toMatchObject({ datatype: 'register', name: 'Slow' });
  slow.socket.pause();
  slow.say({ data: 'get' });
  let isDone = false;
  const reading = (async () => {
    while ((await slow.next()).kind !== 'text');
    isDone = true;
  })();
  // 36 MB, of which it takes some at each beat: more beats than a peer has that takes nothing.
  let end = 0;
  slow.socket.on('data', () => void (slow.socket.bytesRead > end && slow.socket.pause()));
  for (let beats = 0; !isDone; beats++) {
    while ((await an.next())['type'] !== 'ping');
    end = slow.socket.bytesRead + 6_000_000;
    slow.socket.resume();
    expect(beats).toBeLessThan(30);
  }
  await reading;
  expect(await nextEvent(an)).toMatchObject({ datatype: 'leave', name: 'Slow' });
});

/** Reads until so many histories are there: after each beat all up to its ping, which it answers. */
async function readPaced(peer: RawPeer, clock: Client, histories: number): Promise<string> {
  for (let gets = 0; ; ) {
    while ((await clock.next())['type'] !== 'ping');
    peer.socket.resume();
    for (let isAnswered = false; !isAnswered; ) {
      const unit = await peer.next().catch(() => undefined);
      if (unit === undefined) return `cut off after ${gets}`;
      if (unit.kind === 'text' && unit.payload.includes('"online":[')) gets++;
      if (gets === histories) return 'all read';
      if (unit.kind !== 'ping') continue;
      peer.socket.write(clientFrame(unit.payload, { opcode: opcodes.pong }));
      isAnswered = true;
    }
    peer.socket.pause();
  }
}

/** So many messages of 60 KB. */
async function fill(client: Client, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    client.say({ data: 'send', content: 'x'.repeat(60_000) });
    expect(await nextEvent(client)).toMatchObject({ status: true });
  }
}

test('P-EVT-4: a flood does not hide the pong behind it', async () => {
  const { url, entries } = await newServer({ pingInterval: patienceSeconds });
  const an = await newMember(url, 'An');
  let sent = 0;
  for (let beats = 0; beats < 4; ) {
    for (let number = 0; number < 500; number++, sent++) an.say({ data: 'send', content: 'x' });
    for (let replies = 0; replies < 500; ) {
      if ((await an.next())['type'] === 'ping') beats++;
      else replies++;
    }
  }
  expect(entries.filter(({ kind }) => kind === 'send')).toHaveLength(sent);
});

test('P-EVT-4: a pong may stand behind a flood that was read since the last beat, but not behind the next beat', async () => {
  const { url } = await newServer({ pingInterval: patienceSeconds });
  const peer = await newRawPeer(url);
  let replies = 0;
  let pings = 0;
  for (;;) {
    const unit = await peer.next().catch(() => undefined);
    if (unit === undefined) break;
    if (unit.kind === 'ping') pings++;
    else if (`${unit.payload}`.includes('WrongFormatJSON')) replies++;
    if (unit.kind === 'ping' && pings === 1)
      peer.socket.write(Buffer.concat(Array(200).fill(clientFrame('x'))));
  }
  expect(replies).toBe(200);
  // Three, should the flood have taken until after the second.
  expect([2, 3]).toContain(pings);
});

test('P-EVT-4: peers come and go in the middle of beats, and nobody else is cut off', async () => {
  const { url, entries } = await newServer({ pingInterval: patienceSeconds });
  const an = await newMember(url, 'An');
  const peer = await newRawMember(url, 'Bình');
  const answering = answerPings(peer);
  for (let round = 0; round < 100; round++) {
    const passing = await newClient(url);
    await passing.leave();
  }
  for (let beat = 0; beat < 3; ) if ((await an.next())['type'] === 'ping') beat++;
  expect(entries.filter((entry) => entry.kind === 'leave')).toEqual([]);
  peer.socket.destroy();
  expect(await answering).toBeGreaterThan(0);
});
