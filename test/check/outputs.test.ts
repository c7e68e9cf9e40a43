import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { badgeOf } from '../../src/check/badge.ts';
import { junitOf } from '../../src/check/junit.ts';
import type { Report } from '../../src/check/report.ts';

const finding = {
  title: 'A received <its own> event',
  transcript: ['A> {"data":"send","content":"\\u0000 & \u0007"}', 'A< {"type":"receive"}'],
  expected: '{"type":"send"}',
  received: '{"type":"receive"}',
  likely: 'A received its own event',
  lesson: 'docs/lessons/03.md',
};
const report: Report = {
  url: 'ws://127.0.0.1:5000/?a=1&b=2',
  dialect: 'documented',
  seed: 7,
  rules: [
    { id: 'P-REQ-1', verdict: 'pass', findings: [] },
    { id: 'P-REQ-2', verdict: 'loose', findings: [finding] },
    { id: 'P-EVT-1', verdict: 'fail', findings: [finding, { ...finding, title: 'B heard it twice' }] },
    { id: 'P-DB-1', verdict: 'not judged', findings: [] },
  ],
  passed: 2,
  failed: 1,
};

test('--junit: a test case for each rule, with the transcript of what failed', () => {
  const xml = junitOf(report);
  expect(XMLValidator.validate(xml)).toBe(true);
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', trimValues: false });
  const { testsuite } = parser.parse(xml).testsuites;
  expect(testsuite).toMatchObject({
    name: 'check ws://127.0.0.1:5000/?a=1&b=2 --seed 7',
    ...{ tests: '4', failures: '1', errors: '0', skipped: '1' },
  });
  const [pass, loose, fail, skipped] = testsuite.testcase;
  expect(pass).toEqual({ classname: 'check', name: 'P-REQ-1' });
  expect(loose['system-out']).toContain('A received <its own> event');
  expect(fail.failure).toMatchObject({ type: 'P-EVT-1', message: 'A received <its own> event' });
  const lines = fail.failure['#text'].split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'A received <its own> event',
    // What XML cannot hold is shown as unknown.
    'A> {"data":"send","content":"\\u0000 & \ufffd"}',
    'A< {"type":"receive"}',
    'expected: {"type":"send"}',
  ]);
  expect(lines).toContain('B heard it twice');
  expect(Object.keys(skipped)).toContain('skipped');
});

test('--badge: one SVG with the number of rules that the server keeps', () => {
  const badge = badgeOf({ passed: 38, failed: 2 }, 'en');
  expect(XMLValidator.validate(badge)).toBe(true);
  expect(badge).toContain('<title>chat protocol: 38 of 40 rules</title>');
  expect(badge.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|href/);
  expect(badgeOf({ passed: 40, failed: 0 }, 'vi')).toContain('giao thức chat: 40/40 quy tắc');
  const color = (passed: number, failed: number) =>
    /<rect x=[^>]*fill="([^"]+)"/.exec(badgeOf({ passed, failed }, 'en'))?.[1];
  expect(color(40, 0)).not.toBe(color(39, 1));
  // A server of which nothing could be judged has not passed.
  expect(color(0, 0)).toBe(color(39, 1));
});
