/** What a watcher is told of the frames on the wire: the protocol's own fields, by allowlist. */
import { isUtf8 } from 'node:buffer';
import { final } from '../actors/frame.ts';
import type { Traffic } from '../actors/tap.ts';
import {
  content,
  error,
  flag,
  hidden,
  listOf,
  type Mask,
  matching,
  nickname,
  number,
  oneOf,
  only,
  type Rule,
  timestamp,
} from './allowlist.ts';
import type { ShownFrame } from './told.ts';

/** Messages of more bytes are not read whole. */
const mostBytes = 64 * 1024;
const opcodes: Record<number, ShownFrame['kind']> = { 1: 'text', 9: 'ping', 10: 'pong' };
const command = oneOf('name', 'get', 'send');

const request = only({
  data: command,
  type: command,
  name: nickname,
  content,
  resume: oneOf(true),
  limit: number,
  before: number,
  after: number,
});

/** A reply or an event. */
const answer = only({
  type: oneOf(null, 'name', 'get', 'send', 'receive', 'ping'),
  datatype: oneOf('register', 'change', 'message', 'leave', 'remove', 'notice'),
  action: oneOf('register', 'change'),
  oldname: nickname,
  newname: nickname,
  name: nickname,
  username: nickname,
  content,
  position: number,
  status: flag,
  reason: matching(/^(?:Wrong|Unknown|NotEnough|NameAlready|Error)\w{1,20}$/),
  need: oneOf('name', 'content'),
  error,
  timestamp,
  resume: oneOf(),
  timeout: number,
  data: only({
    message: listOf(only({ name: nickname, content, timestamp })),
    online: listOf(nickname),
    total: number,
    first: number,
  }),
});

/** The number of frames in it. */
export function countOf(traffic: Traffic): number {
  if (traffic.kind !== 'frames') return 1;
  return traffic.frames.reduce((sum, buffer) => sum + countIn(buffer), 0);
}

/** What may be shown of each frame in it. */
export function framesOf(traffic: Exclude<Traffic, { kind: 'handshake' }>, mask: Mask): ShownFrame[] {
  switch (traffic.kind) {
    case 'text':
    case 'binary': {
      const { way, kind, payload, fragments } = traffic;
      const text = isUtf8(payload) ? shown(payload.toString(), request, mask) : hidden;
      const bytes = payload.length;
      const opcode = kind === 'text' ? 1 : 2;
      // The last of several frames is final, and has only a part of that length.
      const extent = fragments === 1 ? { isFinal: true } : { fragments };
      return [{ way, kind, text, bytes, header: { opcode, ...extent, isMasked: true, length: bytes } }];
    }
    case 'frames':
      return traffic.frames.flatMap((buffer) =>
        readFrames(buffer).map(({ payload, ...frame }): ShownFrame => {
          const kind = opcodes[frame.opcode] ?? 'binary';
          const bytes = payload.length;
          const header = { ...frame, isMasked: false, length: bytes };
          if (kind !== 'text') return { way: 'out', kind, header };
          return { way: 'out', kind, text: shown(payload.toString(), answer, mask), bytes, header };
        }),
      );
    case 'message': {
      const { pieces } = traffic;
      const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
      // The first piece of a long history says everything but the lists.
      const whole = bytes > mostBytes ? `${Buffer.from(pieces[0] ?? [])}]}}` : `${Buffer.concat(pieces)}`;
      const header = { opcode: 1, isMasked: false, length: bytes };
      return [{ way: 'out', kind: 'text', text: shown(whole, answer, mask), bytes, header }];
    }
    case 'close':
      return [{ ...traffic, header: { opcode: 8, isFinal: true, isMasked: traffic.way === 'in' } }];
    case 'cutoff':
      return [traffic];
    default: {
      const { way, kind, length } = traffic;
      const opcode = kind === 'ping' ? 9 : 10;
      return [{ way, kind, header: { opcode, isFinal: true, isMasked: true, length } }];
    }
  }
}

function shown(text: string, rule: Rule, mask: Mask): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // It may be half a request that offers a secret.
    return text.includes('resume') ? hidden : mask('content', text);
  }
  return JSON.stringify(rule(value, mask));
}

/** By buffer, since all members are sent the same one. */
const counts = new WeakMap<Buffer, number>();

function countIn(buffer: Buffer): number {
  const count = counts.get(buffer) ?? readFrames(buffer).length;
  counts.set(buffer, count);
  return count;
}

type Frame = { opcode: number; isFinal: boolean; payload: Buffer };

/** Reads whole frames as a server sends them (RFC 6455 §5.2). */
function readFrames(buffer: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < buffer.length; ) {
    const short = buffer.readUInt8(at + 1);
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    const length =
      head === 2 ? short : head === 4 ? buffer.readUInt16BE(at + 2) : Number(buffer.readBigUInt64BE(at + 2));
    const end = at + head + length;
    const first = buffer.readUInt8(at);
    const payload = buffer.subarray(at + head, end);
    frames.push({ opcode: first & 0x0f, isFinal: (first & final) !== 0, payload });
    at = end;
  }
  return frames;
}
