/** A report as JUnit XML, which CI systems show: a test case for each rule. */
import { type Shape, shape } from '../charts/drawing.ts';
import { xmlOf } from '../charts/xml.ts';
import type { Finding, Report, RuleReport } from './report.ts';

export function junitOf({ url, seed, rules }: Report): string {
  const count = (wanted: RuleReport['verdict']) => rules.filter(({ verdict }) => verdict === wanted).length;
  const counts = { tests: rules.length, failures: count('fail'), errors: 0, skipped: count('not judged') };
  const suite = shape(
    'testsuite',
    { name: `check ${url} --seed ${seed}`, ...counts },
    ...rules.map(testCase),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlOf(shape('testsuites', counts, suite))}\n`;
}

function testCase({ id, verdict, findings }: RuleReport): Shape {
  const name = { classname: 'check', name: id };
  const [first] = findings;
  const text = findings.map(textOf).join('\n\n');
  if (verdict === 'fail')
    return shape('testcase', name, shape('failure', { type: id, message: first?.title ?? id }, text));
  if (verdict === 'not judged') return shape('testcase', name, shape('skipped', {}));
  return shape('testcase', name, ...(first === undefined ? [] : [shape('system-out', {}, text)]));
}

const textOf = ({ title, transcript, expected, received, likely, lesson }: Finding) =>
  [
    title,
    ...transcript,
    `expected: ${expected}`,
    `received: ${received}`,
    ...(likely === undefined ? [] : [likely]),
    ...(lesson === undefined ? [] : [lesson]),
  ].join('\n');
