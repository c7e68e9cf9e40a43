import { beforeEach, expect, test, vi } from 'vitest';
import { ownProtocol } from '../../src/protocol/own.ts';
import { ownIn, socketTelling } from '../../web/chat/own/socket.ts';

/** Offers what it is given, and does what the test says. */
class QuietSocket extends EventTarget {
  readonly offered: readonly string[];

  constructor(_url: string, offered: readonly string[]) {
    super();
    this.offered = offered;
  }

  hear(data: string): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

beforeEach(() => {
  vi.stubGlobal('WebSocket', QuietSocket);
  return () => void vi.unstubAllGlobals();
});

const frame = { type: 'machine', state: 'unregistered.idle', inbox: 0, paused: false, waiting: 0, ms: 1 };

/** Opens sockets of one class; `told` is what they have told. */
function newSockets() {
  const told: unknown[] = [];
  const Socket = socketTelling((own) => void told.push(own));
  return { told, open: () => new Socket('ws://127.0.0.1/') as unknown as QuietSocket };
}

test.each([
  [JSON.stringify(frame), frame],
  ['{"type":"receive","datatype":"message","content":"{\\"type\\":\\"machine\\","}', undefined],
  ['{"type":"get","status":true}', undefined],
  [new ArrayBuffer(8), undefined],
])('a frame is told apart from replies and events: %s', (data, own) => {
  expect(ownIn(data)).toEqual(own);
});

test('a socket keeps from the client what it is told about itself, and nothing else', () => {
  const { told, open } = newSockets();
  const socket = open();
  const heard: unknown[] = [];
  socket.addEventListener('message', (event) => heard.push((event as MessageEvent).data));
  for (const data of [JSON.stringify(frame), '{"type":"ping"}']) socket.hear(data);
  expect([told, heard]).toEqual([[frame], ['{"type":"ping"}']]);
});

test('a socket that could not be opened is followed by one that does not ask, and that by one that asks', () => {
  const { told, open } = newSockets();
  const offers = [...'123'].map(() => {
    const socket = open();
    socket.dispatchEvent(new Event('close'));
    return socket.offered;
  });
  expect(offers).toEqual([[ownProtocol], [], [ownProtocol]]);
  expect(told).toEqual([undefined, undefined, undefined]);
});

test('after one that was open, the next one asks; the earlier one tells nothing any more', () => {
  const { told, open } = newSockets();
  const earlier = open();
  earlier.dispatchEvent(new Event('open'));
  const socket = open();
  earlier.hear(JSON.stringify(frame));
  earlier.dispatchEvent(new Event('close'));
  expect([socket.offered, told]).toEqual([[ownProtocol], []]);
  socket.dispatchEvent(new Event('open'));
  socket.dispatchEvent(new Event('close'));
  expect([open().offered, told]).toEqual([[ownProtocol], [undefined]]);
});
