import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const rule = /P-[A-Z]+-\d+/g;
/** What a test's title begins with: rule ids up to a colon, in the first argument of a call. */
const title = /\(\s*['"`](P-[A-Z]+-\d+[^:'"`]*):/g;

const contract = new Set(readFileSync(new URL('../docs/protocol.md', import.meta.url), 'utf8').match(rule));

/** The rule ids that the titles of all tests begin with. */
function testedRules(): Set<string> {
  const folder = new URL('.', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const tests = files.filter((file) => file.endsWith('.test.ts'));
  const titles = tests.flatMap((file) => [...readFileSync(new URL(file, folder), 'utf8').matchAll(title)]);
  return new Set(titles.flatMap(([, ids = '']) => ids.match(rule) ?? []));
}

test('every rule of the contract has a test', () => {
  expect(contract.size).toBeGreaterThan(30);
  const tested = testedRules();
  expect([...contract].filter((id) => !tested.has(id))).toEqual([]);
});

test('every rule that a test names is in the contract', () => {
  expect([...testedRules()].filter((id) => !contract.has(id))).toEqual([]);
});
