import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRequest } from '../../src/protocol/request.ts';

const wrongFormatJson = { type: 'unreadable', reply: { status: false, reason: 'WrongFormatJSON' } };
const unknownType = { type: 'unreadable', reply: { type: null, status: false, reason: 'UnknownType' } };
const notEnoughKey = (type: string, need: string) => ({
  type: 'unreadable',
  reply: { type, status: false, reason: 'NotEnoughKey', need },
});
const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ['{"data":"name","name":"An"}', { type: 'name', name: 'An' }],
  ['{"data":"get"}', { type: 'get', window: undefined }],
  ['{"data":"send","content":"xin chào"}', { type: 'send', content: 'xin chào' }],
  [' \n\t\r{"data":"get"} ', { type: 'get', window: undefined }],
])('P-REQ-1: %j is read, as text and as bytes', (frame, request) => {
  expect(readRequest(frame)).toEqual(request);
  expect(readRequest(bytes(frame))).toEqual(request);
});

test('P-REQ-1: bytes are read as the text that they are', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (frame) => {
      expect(readRequest(bytes(frame))).toEqual(readRequest(frame));
    }),
  );
});

test('P-REQ-1: a view into a larger buffer is read from its own beginning to its own end', () => {
  const frame = bytes('xx{"data":"get"}yy');
  expect(readRequest(frame.subarray(2, -2))).toEqual({ type: 'get', window: undefined });
});

test.each([
  ['{"data":"get","type":"send","content":"x"}', 'data counts before type'],
  ['{"type":"send","content":"x","data":"get"}', 'in either order'],
  ['{"type":"get"}', 'type counts where there is no data'],
  ['{"data":"send","data":"get"}', 'of duplicate keys the last counts'],
  ['{"d\\u0061ta":"get"}', 'a key may be escaped'],
  ['{"data":"get","name":1,"content":[],"extra":{}}', 'keys nobody asked for are ignored'],
  ['{"data":"get","__proto__":{"limit":1}}', '__proto__ gives no keys'],
])('P-REQ-2: %s is a get: %s', (frame) => {
  expect(readRequest(frame)).toEqual({ type: 'get', window: undefined });
});

test('P-REQ-2: of duplicate values the last counts', () => {
  expect(readRequest('{"data":"send","content":"a","content":"b"}')).toEqual({ type: 'send', content: 'b' });
  expect(readRequest('{"data":"name","name":"An","name":null}')).toEqual({ type: 'name', name: null });
});

test.each(['null', '0', '""', 'false', '[]', '["get"]', '{}', '"GET"', '"get "', '"unknown"', '"type"'])(
  'P-REQ-2: data that is %s never falls back to type',
  (data) => {
    expect(readRequest(`{"data":${data},"type":"get"}`)).toEqual(unknownType);
    expect(readRequest(`{"type":"get","data":${data}}`)).toEqual(unknownType);
  },
);

test.each([
  ['{"__proto__":{"data":"get"}}', unknownType],
  ['{"__proto__":{"type":"get"}}', unknownType],
  ['{"__proto__":"get"}', unknownType],
  ['{"data":"name","__proto__":{"name":"An"}}', notEnoughKey('name', 'name')],
  ['{"data":"send","__proto__":{"content":"x"}}', notEnoughKey('send', 'content')],
  ['{"data":"__proto__"}', unknownType],
  ['{"data":"toString"}', unknownType],
  ['{"data":"constructor"}', unknownType],
])('P-REQ-2: only own keys count in %s', (frame, answer) => {
  expect(readRequest(frame)).toEqual(answer);
});

test('P-REQ-2: inherited properties are no keys of a request', () => {
  const inherited = { data: 'send', type: 'get', name: 'An', content: 'x', limit: 1 };
  const frames = ['{}', '{"data":"name"}', '{"data":"send"}', '{"data":"get"}', '{"type":"get"}'];
  Object.assign(Object.prototype, inherited);
  let read: unknown[];
  try {
    read = frames.map(readRequest);
  } finally {
    for (const key of Object.keys(inherited)) Reflect.deleteProperty(Object.prototype, key);
  }
  const [noName, noContent] = [notEnoughKey('name', 'name'), notEnoughKey('send', 'content')];
  const plainGet = { type: 'get', window: undefined };
  expect(read).toEqual([unknownType, noName, noContent, plainGet, plainGet]);
});

test('P-REQ-2: a __proto__ among the keys is a value like any other', () => {
  const read = readRequest('{"data":"name","name":{"__proto__":{"x":1}}}');
  expect(JSON.stringify(read)).toBe('{"type":"name","name":{"__proto__":{"x":1}}}');
});

test.each([
  '',
  ' ',
  '{',
  'get',
  "{'data':'get'}",
  '{"data":"get",}',
  '{"data":"get"}{}',
  'NaN',
  '\u00a0{}',
  '{"a":"\n"}',
])('P-REQ-3: %j is not JSON', (frame) => {
  expect(readRequest(frame)).toEqual(wrongFormatJson);
  expect(readRequest(bytes(frame))).toEqual(wrongFormatJson);
});

test('P-REQ-3: a byte order mark is not JSON, in text or in bytes', () => {
  expect(readRequest('\ufeff{"data":"get"}')).toEqual(wrongFormatJson);
  expect(readRequest(bytes('\ufeff{"data":"get"}'))).toEqual(wrongFormatJson);
});

test.each([
  ['a byte that never occurs', [0xff]],
  ['a continuation without a start', [0x80]],
  ['an end too soon', [0xe2, 0x82]],
  ['an overlong form', [0xc0, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['beyond the last code point', [0xf4, 0x90, 0x80, 0x80]],
])('P-REQ-3: bytes that are not UTF-8 are not JSON: %s', (_, wrong) => {
  const frame = Uint8Array.from([...bytes('{"data":"send","content":"'), ...wrong, ...bytes('"}')]);
  expect(readRequest(frame)).toEqual(wrongFormatJson);
});

test.each([
  '1',
  'null',
  'true',
  '"get"',
  '[]',
  '["get"]',
  '[{"data":"get"}]',
  '{}',
  '{"Data":"get"}',
  '{"name":"An"}',
])('P-REQ-4: %s has no command', (frame) => {
  expect(readRequest(frame)).toEqual(unknownType);
});

test('P-REQ-5: a key that is missing is named', () => {
  expect(readRequest('{"data":"name"}')).toEqual(notEnoughKey('name', 'name'));
  expect(readRequest('{"data":"name","content":"x","Name":"An"}')).toEqual(notEnoughKey('name', 'name'));
  expect(readRequest('{"type":"send"}')).toEqual(notEnoughKey('send', 'content'));
  expect(readRequest('{"type":"send","name":"An"}')).toEqual(notEnoughKey('send', 'content'));
});

test('P-REQ-5: a key with a value of the wrong kind is not a missing key', () => {
  for (const value of [null, 0, '', false, [], {}]) {
    expect(readRequest(JSON.stringify({ data: 'name', name: value }))).toEqual({ type: 'name', name: value });
    expect(readRequest(JSON.stringify({ data: 'send', content: value }))).toEqual({
      type: 'send',
      content: value,
    });
  }
});

test('P-GET-2: the keys of the extension are read as they were sent', () => {
  expect(readRequest('{"data":"get","limit":"x","after":-1}')).toEqual({
    type: 'get',
    window: { limit: 'x', after: -1 },
  });
});
