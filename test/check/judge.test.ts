import { expect, test } from 'vitest';
import type { Case } from '../../src/check/case.ts';
import { Fault } from '../../src/check/fault.ts';
import { judge } from '../../src/check/judge.ts';
import { Run } from '../../src/check/run.ts';

const title = { en: 'a case', vi: 'một trường hợp' };
const passes = async () => {};
const fails = async () => {
  throw new Fault({ expected: 'one', received: 'two', signature: 'two' });
};

async function verdictsOf(cases: readonly Case[], rules: readonly string[]): Promise<string[]> {
  const run = new Run({ url: 'ws://127.0.0.1:1/', seed: 1, timeoutMs: 1 });
  const reports = await judge({ cases, run, rules, lang: 'en', isStrict: false });
  return reports.map(({ id, verdict }) => `${id} ${verdict}`);
}

test('a rule has the worst verdict of its cases that could be judged; what needs the rule waits for all of them', async () => {
  const cases: Case[] = [
    { rule: 'P-REQ-3', stage: 'requests', title, run: passes },
    { rule: 'P-NAME-2', stage: 'name', title, run: fails },
    { rule: 'P-REQ-3', stage: 'send and get', needs: ['P-NAME-2'], title, run: fails },
    { rule: 'P-SEND-1', stage: 'send and get', needs: ['P-REQ-3'], title, run: passes },
    { rule: 'P-NAME-2', stage: 'send and get', title, run: passes },
  ];
  expect(await verdictsOf(cases, ['P-REQ-3', 'P-NAME-2', 'P-SEND-1'])).toEqual([
    'P-REQ-3 pass',
    'P-NAME-2 fail',
    'P-SEND-1 not judged',
  ]);
});

test('a broken rule that others need is reported before them', async () => {
  const cases: Case[] = [
    { rule: 'P-REQ-7', stage: 'connect', title, run: fails },
    { rule: 'P-NAME-1', stage: 'name', title, run: passes },
  ];
  expect(await verdictsOf(cases, ['P-NAME-1'])).toEqual(['P-REQ-7 fail', 'P-NAME-1 not judged']);
});

test('the same mistake in two cases is one finding', async () => {
  const cases: Case[] = [
    { rule: 'P-REQ-3', stage: 'requests', title, run: fails },
    { rule: 'P-REQ-4', stage: 'requests', title, run: fails },
  ];
  expect(await verdictsOf(cases, ['P-REQ-3', 'P-REQ-4'])).toEqual(['P-REQ-3 fail', 'P-REQ-4 not judged']);
});
