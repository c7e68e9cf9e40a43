/** Bytes that a stranger might send: frames, JSON and HTTP, valid, nearly valid and broken. The same for the same numbers. */
import { clientFrame, opcodes } from './frames.ts';
import { upgrade } from './raw.ts';

/** Makes choices of numbers from 0 to below 1. */
export class Chooser {
  readonly #next: () => number;

  constructor(next: () => number) {
    this.#next = next;
  }

  below(count: number): number {
    return Math.floor(this.#next() * count);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  isTrue(probability: number): boolean {
    return this.#next() < probability;
  }

  /** One to `most` things. */
  some<Item>(most: number, make: () => Item): Item[] {
    return Array.from({ length: 1 + this.below(most) }, make);
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.below(256)));
  }
}

/** All that one connection sends: requests of HTTP, or a handshake with frames behind it. */
export function session(choose: Chooser): Buffer {
  if (choose.isTrue(0.4)) return Buffer.concat(choose.some(12, () => httpRequest(choose)));
  const unit = choose.pick([oddFrame, jsonFrame]);
  return Buffer.concat([Buffer.from(upgrade()), ...choose.some(30, () => unit(choose))]);
}

const sizes = [0, 1, 2, 125, 126, 127, 1000, 65_535, 65_536, 70_000];
const { continuation, text, binary, close, ping, pong } = opcodes;

/** A frame of any kind, of which sometimes a bit is wrong, or the end is missing. */
function oddFrame(choose: Chooser): Buffer {
  const payload = choose.pick([
    () => Buffer.alloc(choose.isTrue(0.1) ? choose.pick(sizes) : choose.below(20), 'x'),
    () => choose.bytes(choose.below(200)),
    () => jsonText(choose),
    () => Buffer.from([3, choose.below(256), ...choose.bytes(choose.below(130))]),
  ])();
  const frame = clientFrame(payload, {
    opcode: choose.isTrue(0.9)
      ? choose.pick([text, text, continuation, binary, ping, pong])
      : choose.pick([close, 3, 7, 11, 15]),
    isFinal: choose.isTrue(0.8),
    isMasked: choose.isTrue(0.98),
    reserved: choose.isTrue(0.02) ? choose.pick([0x10, 0x20, 0x40, 0x70]) : 0,
  });
  if (choose.isTrue(0.04)) {
    const at = choose.below(Math.min(14, frame.length));
    frame[at] = (frame[at] as number) ^ (1 << choose.below(8));
  }
  return choose.isTrue(0.02) ? frame.subarray(0, choose.below(frame.length)) : frame;
}

const jsonFrame = (choose: Chooser) =>
  clientFrame(jsonText(choose), { opcode: choose.isTrue(0.9) ? text : binary });

/** The text of a request, of which sometimes a part is missing or something else. */
function jsonText(choose: Chooser): Buffer {
  const whole = Buffer.from(choose.isTrue(0.8) ? requestText(choose) : valueText(choose));
  if (choose.isTrue(0.85)) return whole;
  const at = choose.below(whole.length);
  const garbage = choose.pick([Buffer.of(), choose.bytes(3), Buffer.from('"'), Buffer.from(',')]);
  return Buffer.concat([whole.subarray(0, at), garbage, whole.subarray(at + choose.below(4))]);
}

function requestText(choose: Chooser): string {
  const keys = choose.some(4, () => {
    const key = choose.pick(['data', 'name', 'content', 'limit', 'before', 'after', 'resume', '__proto__']);
    return `"${key}":${valueText(choose)}`;
  });
  const fitting = choose.pick([
    () => `"name":"${choose.pick(words)}${choose.below(50)}"`,
    () => `"content":"${choose.pick(words)}"`,
    () => `"limit":${choose.below(20)}`,
  ])();
  const command = choose.pick(['name', 'name', 'send', 'send', 'get', 'nothing']);
  const parts = [`"data":"${command}"`, fitting, ...(choose.isTrue(0.4) ? keys : [])];
  return `{${(choose.isTrue(0.9) ? parts : parts.toReversed()).join(',')}}`;
}

const words = [
  'An',
  'Bình',
  'xin chào',
  '👋',
  '\\ud800',
  '\\u0000',
  ' ',
  'x'.repeat(101),
  '\u202e',
  'а',
  '"',
  '',
];

function valueText(choose: Chooser, depth = 0): string {
  const inner = () => valueText(choose, depth + 1);
  if (depth < 4 && choose.isTrue(0.4))
    return choose.isTrue(0.5)
      ? `[${choose.some(4, inner)}]`
      : `{${choose.some(4, () => `"${choose.pick(words)}":${inner()}`)}}`;
  const length = choose.pick([10, 600, 30_000]);
  return choose.pick([
    () => `"${choose.pick(words)}"`,
    () => choose.pick(['null', 'true', '1e999', '-1e999', '-0', '0.1', '9007199254740993', '01', 'NaN']),
    () => `${choose.below(1000) - 500}`,
    () => (choose.isTrue(0.1) ? '['.repeat(length) + ']'.repeat(length) : '[]'),
    () => (choose.isTrue(0.1) ? `${'{"a":'.repeat(length / 3)}1${'}'.repeat(length / 3)}` : '{}'),
    () => (choose.isTrue(0.1) ? `[${'0,'.repeat(length)}0]` : '0'),
  ])();
}

const methods = [
  'GET',
  'GET',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'get',
  'G\0T',
  '',
];
const targets = [
  ...[
    '/',
    '/',
    '/config.json',
    '/widget.js',
    '/nothing',
    '/../../etc/passwd',
    '/%2e%2e/%00',
    '/?a=1',
    '//',
    '*',
  ],
  ...[
    'http://chat/',
    'http://[::1',
    'chat:80',
    '',
    `/${'a'.repeat(9000)}`,
    `/?${'b=c&'.repeat(5000)}`,
    '/\xff',
  ],
];
const headers = [
  ...['Host: chat', 'Host: chat', 'Host: a', 'Host:', 'Connection: close', 'Connection: keep-alive, Upgrade'],
  ...[
    'Upgrade: websocket',
    'Upgrade: h2c',
    'Upgrade: websocket, h2c',
    'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
  ],
  ...[
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Version: 12',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ],
  ...['Sec-WebSocket-Key: x', 'Sec-WebSocket-Extensions: permessage-deflate', 'Sec-WebSocket-Protocol: a, a'],
  ...['Content-Length: 5', 'Content-Length: 6', 'Content-Length: -1', 'Transfer-Encoding: chunked'],
  ...[
    'Transfer-Encoding : chunked',
    'Transfer-Encoding: chunked, identity',
    'Expect: 100-continue',
    'Expect: x',
  ],
  ...['Accept-Encoding: br;q=0, *', 'Accept-Encoding: gzip;q=9', 'If-None-Match: *', 'Range: bytes=0-0,5-'],
  ...[
    'Origin: null',
    'X-Forwarded-For: 1.2.3.4, x',
    'Cookie: a=\x01',
    'no colon',
    ' folded',
    `A: ${'x'.repeat(20_000)}`,
  ],
];
const bodies = [
  '',
  '',
  '',
  'hello',
  '5\r\nhello\r\n0\r\n\r\n',
  'fffffffff\r\n',
  '0\r\nA: b\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
];

function httpRequest(choose: Chooser): Buffer {
  const version = choose.isTrue(0.95) ? 'HTTP/1.1' : choose.pick(['HTTP/1.0', 'HTTP/2.0', 'HTTP/1.1 x', '']);
  const first = `${choose.pick(methods)} ${choose.pick(targets)} ${version}`;
  const anything = () =>
    choose
      .bytes(1 + choose.below(9))
      .toString('latin1')
      .replace(/[\r\n]/g, '');
  const host = choose.isTrue(0.8) ? [`Host: ${choose.isTrue(0.7) ? 'chat' : anything()}`] : [];
  if (choose.isTrue(0.1)) host.push(`Origin: http://${anything()}`);
  const lines = [first, ...host, ...choose.some(4, () => choose.pick(headers))];
  const end = choose.isTrue(0.97) ? '\r\n' : choose.pick(['\n', '\r', '']);
  const whole = choose.isTrue(0.15) ? upgrade() : `${lines.join(end)}${end}${end}${choose.pick(bodies)}`;
  return choose.isTrue(0.05) ? choose.bytes(choose.below(300)) : Buffer.from(whole, 'latin1');
}
