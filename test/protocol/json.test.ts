import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toJson } from '../../src/protocol/json.ts';

const deep = 100_000;

test('P-NAME-1: toJson does the same as JSON.stringify where that works', () => {
  const value = fc.jsonValue({ maxDepth: 6 }).map((made): unknown => JSON.parse(JSON.stringify(made)));
  fc.assert(
    fc.property(value, (made) => {
      expect(toJson(made)).toBe(JSON.stringify(made));
    }),
    { numRuns: 2000 },
  );
});

/** JSON text with numbers that a double cannot represent and keys that objects treat specially. */
const { text } = fc.letrec<{ text: string; list: string; object: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom('1e999', '-1e999', '-0', '0', '1.5', 'null', 'true', '"\\ud800"', '"\\u0000"', '""'),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('text'), { maxLength: 4 }).map((texts) => `[${texts}]`),
  object: fc
    .array(
      fc.tuple(fc.constantFrom('a', '7', '__proto__', 'toJSON', 'constructor', '\\udc00'), tie('text')),
      {
        maxLength: 4,
      },
    )
    .map((pairs) => `{${pairs.map(([key, value]) => `"${key}":${value}`)}}`),
}));

test('P-NAME-1: an echoed value reads as the received one', () => {
  fc.assert(
    fc.property(text, (received) => {
      const value: unknown = JSON.parse(received);
      expect(isDeepStrictEqual(JSON.parse(toJson(value)), value)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

/** What JSON.stringify cannot write, as texts that stand for it. */
const marks: [number, string][] = [
  [-0, '-0'],
  [Infinity, '1e999'],
  [-Infinity, '-1e999'],
];

test('P-NAME-1: toJson differs from JSON.stringify in three numbers only', () => {
  fc.assert(
    fc.property(text, (received) => {
      const value: unknown = JSON.parse(received);
      const marked = JSON.stringify(value, (_, member) => {
        const mark = marks.find(([number]) => Object.is(number, member));
        return mark === undefined ? member : `@${mark[1]}`;
      });
      expect(toJson(value)).toBe(marked.replace(/"@(.*?)"/g, '$1'));
    }),
    { numRuns: 2000 },
  );
});

test.each([498, 499, 500, 501, 502])('P-NAME-1: nesting of %i levels comes back', (levels) => {
  const nested = `${'{"a":[0,'.repeat(levels / 2)}${'['.repeat(levels % 2)}-0${']'.repeat(levels % 2)}${']}'.repeat(levels / 2)}`;
  for (const received of [nested, nested.replace('-0', '1')])
    expect(toJson(JSON.parse(received))).toBe(received);
});

test.each([
  '[]',
  '{}',
  '[[]]',
  '{"a":{}}',
  '[{},[],null,true,false]',
  '{"__proto__":{"x":1}}',
  '{"toJSON":1,"length":2}',
  '"\\ud800"',
  '{"\\udfff":"\\u0000\\u001f\\"\\\\"}',
  '[-0]',
  '-0',
  '1e999',
  '{"a":[-1e999,1e999]}',
  '"\u2028"',
])('P-NAME-1: %s comes back letter by letter', (received) => {
  expect(toJson(JSON.parse(received))).toBe(received);
});

test('P-NAME-1: nesting deeper than the call stack comes back', () => {
  const lists = '['.repeat(deep) + ']'.repeat(deep);
  const objects = `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`;
  expect(toJson(JSON.parse(lists)) === lists).toBe(true);
  expect(toJson(JSON.parse(objects)) === objects).toBe(true);
});

test('P-NAME-1: deep nesting beside other members comes back in its place', () => {
  const text = `{"before":[1,2],"deep":${'[0,'.repeat(deep)}1${',2]'.repeat(deep)},"after":{"x":[]}}`;
  expect(toJson(JSON.parse(text)) === text).toBe(true);
});

test('P-NAME-1: a wide value comes back too', () => {
  const text = `[${'0,'.repeat(deep)}0]`;
  expect(toJson(JSON.parse(text)) === text).toBe(true);
});
