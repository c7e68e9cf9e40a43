/** What a watcher is told of the wire: each frame, with what the protocol's own fields hold, by allowlist. */
import { isUtf8 } from 'node:buffer';
import { readFrames } from '../actors/frame.ts';
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

/** One message or control frame, as it is shown. */
export type ShownFrame = {
  /** From the peer, or to it. */
  way: 'in' | 'out';
  kind: 'text' | 'binary' | 'ping' | 'pong' | 'close';
  /** Of a message: what may be shown of it, as JSON; a mask where it is none. */
  text?: string;
  /** Of a message: bytes of its payload. */
  bytes?: number;
  /** Of a close frame; 1005 where it held none. */
  code?: number;
};

/** Messages of more bytes are not read whole. */
const mostBytes = 64 * 1024;
const opcodes: Record<number, ShownFrame['kind']> = { 1: 'text', 9: 'ping', 10: 'pong' };
const command = oneOf('name', 'get', 'send');

const request = only({
  data: command,
  type: command,
  name: nickname,
  content,
  limit: number,
  before: number,
  after: number,
});

/** A reply or an event. */
const answer = only({
  type: oneOf(null, 'name', 'get', 'send', 'receive', 'ping'),
  datatype: oneOf('register', 'change', 'message', 'leave'),
  action: oneOf('register', 'change'),
  oldname: nickname,
  newname: nickname,
  name: nickname,
  username: nickname,
  content,
  status: flag,
  reason: matching(/^(?:Wrong|Unknown|NotEnough|NameAlready|Error)\w{1,20}$/),
  need: oneOf('name', 'content'),
  error,
  timestamp,
  timeout: number,
  data: only({
    message: listOf(only({ name: nickname, content, timestamp })),
    online: listOf(nickname),
    total: number,
    first: number,
  }),
});

/** How many frames there are. */
export function countOf(traffic: Traffic): number {
  if (traffic.kind !== 'frames') return 1;
  return traffic.frames.reduce((sum, buffer) => sum + countIn(buffer), 0);
}

/** The frames, one by one, as they may be shown. */
export function framesOf(traffic: Traffic, mask: Mask): ShownFrame[] {
  switch (traffic.kind) {
    case 'text':
    case 'binary': {
      const { way, kind, payload } = traffic;
      const text = isUtf8(payload) ? shown(payload.toString(), request, mask) : hidden;
      return [{ way, kind, text, bytes: payload.length }];
    }
    case 'frames':
      return traffic.frames.flatMap((buffer) =>
        readFrames(buffer).map(({ opcode, payload }): ShownFrame => {
          const kind = opcodes[opcode] ?? 'binary';
          if (kind !== 'text') return { way: 'out', kind };
          return { way: 'out', kind, text: shown(payload.toString(), answer, mask), bytes: payload.length };
        }),
      );
    case 'message': {
      const { pieces } = traffic;
      const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
      // Of a long history the first piece says all but the lists.
      const whole = bytes > mostBytes ? `${Buffer.from(pieces[0] ?? [])}]}}` : `${Buffer.concat(pieces)}`;
      return [{ way: 'out', kind: 'text', text: shown(whole, answer, mask), bytes }];
    }
    case 'close': {
      const { way, kind, code } = traffic;
      return [{ way, kind, code }];
    }
    default: {
      const { way, kind } = traffic;
      return [{ way, kind }];
    }
  }
}

function shown(text: string, rule: Rule, mask: Mask): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return mask('content', text);
  }
  return JSON.stringify(rule(value, mask));
}

/** By buffer: everybody gets the same one. */
const counts = new WeakMap<Buffer, number>();

function countIn(buffer: Buffer): number {
  const count = counts.get(buffer) ?? readFrames(buffer).length;
  counts.set(buffer, count);
  return count;
}
