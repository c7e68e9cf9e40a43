import { replies } from '../../../../src/protocol/replies.ts';
import { type Mutant, right } from '../mutant.ts';

export const requests: Mutant[] = [
  {
    title: 'does not answer binary frames',
    does: {
      receive(peer, bytes, isBinary) {
        if (!isBinary) right.receive.call(this, peer, bytes, isBinary);
      },
    },
    waitsMs: 1000,
    breaks: ['P-REQ-1', 'P-REQ-3'],
  },
  {
    title: 'takes a binary frame for what is not JSON',
    does: {
      textOf(bytes, isBinary) {
        if (isBinary) throw new Error('binary');
        return right.textOf.call(this, bytes, isBinary);
      },
    },
    breaks: ['P-REQ-1'],
  },
  {
    title: 'prefers `type` to `data`',
    does: {
      commandOf: (value) => {
        const { data, type } = Object(value);
        return type ?? data;
      },
    },
    breaks: ['P-REQ-2'],
  },
  {
    title: 'does not know `type`',
    does: { commandOf: (value) => (Object.hasOwn(Object(value), 'data') ? Object(value).data : undefined) },
    breaks: ['P-REQ-2'],
  },
  {
    title: 'takes `type` when `data` is no command',
    does: {
      commandOf: (value) => {
        const { data, type } = Object(value);
        return ['name', 'get', 'send'].includes(data) ? data : type;
      },
    },
    breaks: ['P-REQ-2'],
  },
  {
    title: 'refuses a get with a key that it does not know',
    does: {
      commandOf(value) {
        const isKnown = (key: string) => ['data', 'type', 'limit', 'before', 'after'].includes(key);
        const command = right.commandOf.call(this, value);
        return command === 'get' && !Object.keys(Object(value)).every(isKnown) ? undefined : command;
      },
    },
    breaks: ['P-REQ-2'],
  },
  {
    title: 'takes NaN and Infinity for JSON, as Python does',
    does: { parse: (text) => JSON.parse(text.replace(/\b(NaN|-?Infinity)\b/g, '0')) },
    breaks: ['P-REQ-3'],
  },
  {
    title: 'takes a leading byte order mark',
    does: { parse: (text) => JSON.parse(text.replace(/^\ufeff/, '')) },
    breaks: ['P-REQ-3'],
  },
  {
    title: 'reads broken UTF-8 with U+FFFD in its place',
    does: { textOf: (bytes) => bytes.toString() },
    breaks: ['P-REQ-3'],
  },
  {
    title: 'answers WrongFormatJSON with a `type`',
    does: {
      refuseText(peer) {
        this.tell(peer, { type: null, ...replies.wrongFormatJson() });
      },
    },
    breaks: ['P-REQ-3'],
  },
  {
    title: 'closes the connection at what is not JSON',
    does: {
      refuseText(peer) {
        peer.socket.close(1003);
      },
    },
    breaks: ['P-REQ-3'],
  },
  {
    title: 'answers UnknownType without a `type`',
    does: {
      tell(peer, frame) {
        const { type, ...rest } = frame;
        right.tell.call(this, peer, frame['reason'] === 'UnknownType' ? rest : { type, ...rest });
      },
    },
    breaks: ['P-REQ-4'],
  },
  {
    title: 'fails at null, which has no keys',
    does: {
      receive(peer, bytes, isBinary) {
        if (bytes.toString().trim() === 'null') peer.socket.close(1011);
        else right.receive.call(this, peer, bytes, isBinary);
      },
    },
    breaks: ['P-REQ-4'],
  },
  {
    title: 'does not say which key is missing',
    does: {
      checkKey(peer, type, request) {
        const refusal = right.checkKey.call(this, peer, type, request);
        return refusal && { type, status: false, reason: 'NotEnoughKey' };
      },
    },
    breaks: ['P-REQ-5'],
  },
  {
    title: 'takes an empty value for a missing key',
    does: {
      checkKey(peer, type, request) {
        const { name, content, ...others } = request;
        const whole = { ...others, ...(name ? { name } : {}), ...(content ? { content } : {}) };
        return right.checkKey.call(this, peer, type, whole);
      },
    },
    breaks: ['P-REQ-5'],
  },
  {
    title: 'looks for the nickname before the keys',
    does: { checks: ['checkMember', 'checkKey', 'checkForm', 'checkUse'] },
    breaks: ['P-REQ-6'],
  },
  {
    title: 'looks at the content before the nickname',
    does: { checks: ['checkKey', 'checkForm', 'checkMember', 'checkUse'] },
    breaks: ['P-REQ-6'],
  },
  {
    title: 'lets strangers read the history',
    does: {
      checkMember(peer, type) {
        return type === 'get' ? undefined : right.checkMember.call(this, peer, type);
      },
    },
    breaks: ['P-REQ-6'],
  },
  {
    title: 'answers each request twice',
    does: {
      answer(peer, type, request) {
        right.answer.call(this, peer, type, request);
        right.answer.call(this, peer, type, request);
      },
    },
    breaks: ['P-REQ-7'],
  },
  {
    title: 'answers a send later than the get behind it',
    does: {
      send(peer, request) {
        setTimeout(() => right.send.call(this, peer, request), 5);
      },
    },
    breaks: ['P-REQ-7'],
  },
  {
    title: 'sends each reply to all members',
    does: {
      send(peer, request) {
        right.send.call(this, peer, request);
        const { name, content, timestamp } = { ...this.history.at(-1) };
        this.tellOthers(peer, { type: 'send', name, content, status: true, timestamp });
      },
    },
    breaks: ['P-REQ-7'],
  },
  {
    title: 'takes no JSON that is nested more than 100 levels deep',
    does: {
      parse(text) {
        if (/[[{]{100}/.test(text)) throw new RangeError('too deep');
        return right.parse.call(this, text);
      },
    },
    breaks: [],
    loosens: ['P-REQ-4'],
  },
];
