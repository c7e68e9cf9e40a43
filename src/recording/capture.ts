/**
 * The frames of a recording as a capture of packets. Addresses and ports are made up, since no recording has them, and so
 * are handshakes that it lacks. What was masked when it was recorded stays so.
 */
import { createHash } from 'node:crypto';
import { final, header } from '../actors/frame.ts';
import { Conversation, type Side } from './packets.ts';
import { type Packet, pcapngOf } from './pcapng.ts';
import { type RecordedFrame, type RecordedHandshake, readWire } from './recorded.ts';

/** For documentation (RFC 5737). Wireshark expects HTTP at this port. */
const server = { address: [192, 0, 2, 1], port: 80 };
const peerPort = 50_000;
const opcodes = { text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa };
const masked = 0x80;
/** Codes that say what no frame has said (RFC 6455 §7.4.1). */
const unsaid = [1005, 1006, 1015];

/** Throws a StartError if the text is no recording. */
export function captureOf(text: string): Buffer {
  const calls = new Map<string, Call>();
  let count = 0;
  const packets = readWire(text).flatMap((one): Packet[] => {
    const isRefused = 'request' in one && !isAccepted(one);
    const call = (isRefused ? undefined : calls.get(one.session)) ?? new Call(++count);
    if (!isRefused) calls.set(one.session, call);
    const packets = 'request' in one ? call.begin(one) : call.packetsOf(one);
    return packets.map((bytes) => ({ at: one.at, bytes }));
  });
  return pcapngOf(packets);
}

/** One connection, from its handshake on. */
class Call {
  readonly #number: number;
  readonly #conversation: Conversation;
  #isBegun = false;
  /** The sides that have sent a close frame. */
  readonly #closed = new Set<Side>();

  constructor(number: number) {
    this.#number = number;
    const address = [10, (number >> 16) & 0xff, (number >> 8) & 0xff, number & 0xff];
    this.#conversation = new Conversation({ address, port: peerPort }, server);
  }

  packetsOf(frame: RecordedFrame): Buffer[] {
    return [...this.begin(handshakeOf(this.#number)), ...this.#after(frame)];
  }

  /** Its handshake, unless it has begun. A refused one is all that there is of it. */
  begin({ request, response }: Handshake): Buffer[] {
    if (this.#isBegun) return [];
    this.#isBegun = true;
    const conversation = this.#conversation;
    return [
      ...conversation.open(),
      ...conversation.say('peer', http(request)),
      ...conversation.say('server', http(response)),
      ...(isAccepted({ response }) ? [] : conversation.end('server')),
    ];
  }

  #after(frame: RecordedFrame): Buffer[] {
    const conversation = this.#conversation;
    const side: Side = frame.way === 'in' ? 'peer' : 'server';
    if (frame.kind === 'cutoff' || frame.code === 1006) return conversation.reset(side);
    const said = conversation.say(side, bytesOf(frame, frame.kind));
    if (frame.kind === 'close') this.#closed.add(side);
    return this.#closed.size === 2 ? [...said, ...conversation.end('server')] : said;
  }
}

function bytesOf(frame: RecordedFrame, kind: keyof typeof opcodes): Buffer {
  const payload = payloadOf(frame);
  const head = header(final | opcodes[kind], payload.length);
  if (frame.way === 'out') return Buffer.concat([head, payload]);
  head.writeUInt8(head.readUInt8(1) | masked, 1);
  const key = createHash('sha256').update(payload).digest().subarray(0, 4);
  return Buffer.concat([head, key, payload.map((byte, index) => byte ^ (key[index % 4] ?? 0))]);
}

function payloadOf({ text, code, header: told }: RecordedFrame): Buffer {
  if (text !== undefined) return Buffer.from(text);
  if (code === undefined) return Buffer.alloc(told?.length ?? 0);
  if (unsaid.includes(code)) return Buffer.alloc(0);
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return payload;
}

/** The value that RFC 6455 §1.3 has a server put behind the key. */
const secret = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

type Handshake = Pick<RecordedHandshake, 'request' | 'response'>;

const isAccepted = ({ response: [first = ''] }: Pick<Handshake, 'response'>) =>
  first.startsWith('HTTP/1.1 101');

function handshakeOf(number: number): Handshake {
  const nonce = Buffer.alloc(16);
  nonce.writeUInt32BE(number);
  const key = nonce.toString('base64');
  const accept = createHash('sha1').update(`${key}${secret}`).digest('base64');
  const upgrade = ['Upgrade: websocket', 'Connection: Upgrade'];
  const host = `Host: ${server.address.join('.')}`;
  return {
    request: ['GET / HTTP/1.1', host, ...upgrade, `Sec-WebSocket-Key: ${key}`, 'Sec-WebSocket-Version: 13'],
    response: ['HTTP/1.1 101 Switching Protocols', ...upgrade, `Sec-WebSocket-Accept: ${accept}`],
  };
}

/** Without the length of a body, which is not recorded. */
const http = (lines: readonly string[]) =>
  Buffer.from([...lines.filter((line) => !/^content-length:/i.test(line)), '', ''].join('\r\n'));
