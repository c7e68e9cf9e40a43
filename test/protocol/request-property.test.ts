import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRequest } from '../../src/protocol/request.ts';

const types = ['name', 'get', 'send', 'unreadable'];

test('P-REQ-7: any text is read as a request or as a refusal', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), brokenJson), (frame) => {
      expect(types).toContain(readRequest(frame).type);
    }),
    { numRuns: 5000 },
  );
});

test('P-REQ-7: any bytes are read as a request or as a refusal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (frame) => {
      expect(types).toContain(readRequest(frame).type);
    }),
    { numRuns: 5000 },
  );
});

/** A request with one letter of it changed, doubled or gone. */
const brokenJson = fc
  .tuple(
    fc.constantFrom(
      '{"data":"name","name":"An"}',
      '{"type":"get","limit":1}',
      '{"data":"send","content":"x"}',
    ),
    fc.nat({ max: 30 }),
    fc.string({ unit: 'binary', maxLength: 2 }),
  )
  .map(([text, at, instead]) => text.slice(0, at) + instead + text.slice(at + 1));

const keys = ['data', 'type', 'name', 'content', '__proto__', 'limit'];
const values = ['name', 'get', 'send', 'An', 5, null, { data: 'get', name: 'An', content: 'x' }];
const pairs = fc.array(fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...values)), { maxLength: 6 });

/** The rules read word by word, over the keys as written: `undefined` where a key is not there. */
function naive(written: [string, unknown][]): object {
  const last = (key: string) => written.findLast(([name]) => name === key);
  const command = (last('data') ?? last('type') ?? [])[1];
  const needed = { name: 'name', send: 'content' };
  if (command === 'get') return { type: 'get', window: last('limit') && { limit: last('limit')?.[1] } };
  if (command !== 'name' && command !== 'send')
    return { type: 'unreadable', reply: { type: null, status: false, reason: 'UnknownType' } };
  const need = needed[command];
  const found = last(need);
  if (found === undefined)
    return { type: 'unreadable', reply: { type: command, status: false, reason: 'NotEnoughKey', need } };
  return { type: command, [need]: found[1] };
}

test('P-REQ-2, P-REQ-4, P-REQ-5: any keys in any order, also twice, are read by the rules', () => {
  fc.assert(
    fc.property(pairs, (written) => {
      const frame = `{${written.map(([key, value]) => `"${key}":${JSON.stringify(value)}`)}}`;
      expect(readRequest(frame)).toEqual(naive(written));
    }),
    { numRuns: 5000 },
  );
});

const deep = 100_000;
const nested = '['.repeat(deep) + ']'.repeat(deep);

test('P-REQ-7: 100,000 brackets are read like anything else', () => {
  expect(readRequest('['.repeat(deep))).toMatchObject({ reply: { reason: 'WrongFormatJSON' } });
  expect(readRequest(nested)).toMatchObject({ reply: { reason: 'UnknownType' } });
  expect(readRequest(`{"data":${nested}}`)).toMatchObject({ reply: { reason: 'UnknownType' } });
  expect(readRequest(`{"data":"name","name":${nested}}`).type).toBe('name');
  expect(readRequest(`{"data":"send","content":${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}}`).type).toBe(
    'send',
  );
  expect(readRequest(`{"data":"get","limit":${nested}}`).type).toBe('get');
});
