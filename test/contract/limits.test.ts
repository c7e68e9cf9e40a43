import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newContract, text } from '../helpers/contract.ts';
import { clientFrame, opcodes } from '../helpers/frames.ts';
import { newRawMember, newRawPeer } from '../helpers/raw-peer.ts';

const { continuation, binary, ping } = opcodes;
const request = '{"data":"nothing"}';

test.each([
  ['an unmasked frame', 1002, clientFrame(request, { isMasked: false })],
  ['a reserved bit', 1002, clientFrame(request, { reserved: 0x40 })],
  ['a reserved opcode', 1002, clientFrame(request, { opcode: 3 })],
  ['a reserved control opcode', 1002, clientFrame('', { opcode: 11 })],
  ['a continuation of nothing', 1002, clientFrame(request, { opcode: continuation })],
  ['a ping in fragments', 1002, clientFrame('', { opcode: ping, isFinal: false })],
  ['a ping of 126 bytes', 1002, clientFrame('x'.repeat(126), { opcode: ping })],
  [
    'a message within a message',
    1002,
    Buffer.concat([clientFrame('{', { isFinal: false }), clientFrame('}')]),
  ],
  ['a text frame that is not UTF-8', 1007, clientFrame(Buffer.from([0x22, 0xff, 0x22]))],
  ['a text frame with a surrogate', 1007, clientFrame(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))],
  ['a text frame cut in a character', 1007, clientFrame(Buffer.from('"ệ"').subarray(0, 3))],
  ['a frame over the limit', 1009, clientFrame('x'.repeat(65_537))],
  ['a binary frame over the limit', 1009, clientFrame('x'.repeat(65_537), { opcode: binary })],
  [
    'a frame that says it is huge',
    1009,
    Buffer.from([0x81, 0xff, 0, 0, 0x7f, 255, 255, 255, 255, 255, 0, 0, 0, 0]),
  ],
  [
    'fragments over the limit',
    1009,
    Buffer.concat([
      clientFrame('x'.repeat(40_000), { isFinal: false }),
      clientFrame('x'.repeat(40_000), { opcode: continuation }),
    ]),
  ],
])('P-REQ-7: %s is closed with %i, and the member leaves', async (_, code, bytes) => {
  const { url, nick, newMember } = await newContract();
  const an = await newMember(nick('An'));
  const name = nick('Bình');
  const peer = await newRawMember(url, name);
  peer.socket.write(bytes);
  expect(await peer.closeCode()).toBe(code);
  peer.socket.end();
  expect(await an.next()).toMatchObject({ datatype: 'register', name });
  expect(await an.next()).toMatchObject({ datatype: 'leave', name });
  expect(await an.pending()).toEqual([]);
});

test('P-REQ-1: a frame of 65,536 bytes is read', async () => {
  const { newClient } = await newContract();
  const an = await newClient();
  an.sayRaw(`{"data":"get"${' '.repeat(65_536 - 14)}}`);
  expect(await an.nextText()).toBe(text({ type: 'get', status: false, reason: 'UnknownRegister' }));
});

test.each([
  ['of arrays', '[', ']'],
  ['of objects', '{"":', '}'],
])('P-REQ-4: a request nested as deep as fits, %s, is UnknownType', async (_, open, close) => {
  const { newClient } = await newContract();
  const an = await newClient();
  const depth = Math.floor(60_000 / (open.length + close.length));
  an.sayRaw(`${open.repeat(depth)}0${close.repeat(depth)}`);
  expect(await an.next()).toMatchObject({ reason: 'UnknownType' });
  an.sayRaw(open.repeat(60_000 / open.length));
  expect(await an.next()).toMatchObject({ reason: 'WrongFormatJSON' });
});

test.each([
  ['arrays', '[', ']', ''],
  ['objects', '{"a":', '}', 'null'],
  ['objects in __proto__ keys', '{"__proto__":', '}', '[]'],
])('P-NAME-1: a name nested as deep as fits, of %s, is echoed exactly', async (_, open, close, core) => {
  const { nick, newClient } = await newContract();
  const an = await newClient();
  const depth = Math.floor(60_000 / (open.length + close.length));
  const name = `${open.repeat(depth)}${core}${close.repeat(depth)}`;
  an.sayRaw(`{"data":"name","name":${name}}`);
  const start = '{"type":"name","action":"register","name":';
  const end = ',"status":false,"reason":"WrongFormatName"}';
  expect((await an.nextRaw()).replace(/\s/g, '')).toBe(start + name + end);
  const username = nick('An');
  await an.ask({ data: 'name', name: username });
  an.sayRaw(`{"data":"send","content":${name}}`);
  const sendStart = `{"type":"send","username":"${username}","content":`;
  const sendEnd = ',"status":false,"reason":"WrongFormatContent"}';
  expect((await an.nextRaw()).replace(/\s/g, '')).toBe(sendStart + name + sendEnd);
});

test('P-REQ-7: random bytes end one connection and no other', async () => {
  const { url, nick, newMember } = await newContract();
  const an = await newMember(nick('An'));
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2000 }), async (bytes) => {
      const peer = await newRawPeer(url);
      peer.socket.end(bytes);
      await peer.ended;
      expect(await an.pending()).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('P-REQ-7: requests before an invalid frame are answered', async () => {
  const { url } = await newContract();
  const peer = await newRawPeer(url);
  peer.socket.write(
    Buffer.concat([clientFrame(request), clientFrame(request), clientFrame('', { opcode: 3 })]),
  );
  expect((await peer.next()).kind).toBe('text');
  expect((await peer.next()).kind).toBe('text');
  expect(await peer.closeCode()).toBe(1002);
});
