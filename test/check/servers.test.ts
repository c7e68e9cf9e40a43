/** What `check` says of the servers of the examples. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report, RuleReport } from '../../src/check/report.ts';
import { newCheck } from '../helpers/check.ts';
import { exampleCommand, newExample } from '../helpers/example.ts';
import { newLastingPort } from '../helpers/port.ts';
import { newFolder } from '../helpers/server.ts';

async function reportOf(...args: string[]): Promise<Report & { code: number }> {
  const { printed, code } = newCheck(...args, '--json');
  return { code: await code, ...JSON.parse(printed.join('')) };
}

const having = (verdict: RuleReport['verdict'], { rules }: Report) =>
  rules.filter((rule) => rule.verdict === verdict);
const idsOf = (rules: readonly RuleReport[]) => rules.map(({ id }) => id);

/** They compare nicknames exactly and have no extensions and no limits. */
const unjudged = ['P-NAME-6', 'P-NAME-7', 'P-GET-2', 'P-GET-3', 'P-RES-1', 'P-RES-2', 'P-RES-3', 'P-LIM-1'];

async function expectSolved(file: string, loose: readonly string[]): Promise<void> {
  const [port, data] = [await newLastingPort(), join(await newFolder(), 'data.json')];
  const command = `PORT=${port} DATA=${data} PING=1 ${exampleCommand(file)}`;
  // What answers at all does so in time, however busy the machine is.
  const options = ['--start', command, '--data', data, '--timeout', '60'];
  const report = await reportOf(`ws://127.0.0.1:${port}/`, ...options);
  expect(having('fail', report), file).toEqual([]);
  expect(idsOf(having('loose', report)), file).toEqual(loose);
  expect(idsOf(having('not judged', report)), file).toEqual(unjudged);
  expect(report.code).toBe(0);
}

test('the solved servers keep every rule, also when they are killed', async () => {
  await Promise.all([
    expectSolved('examples/servers/solved.mjs', []),
    // Python's reader of JSON does not go as deep.
    expectSolved('examples/servers/solved.py', ['P-REQ-4']),
  ]);
});

test.each(['start.mjs', 'start.py'])('of %s, check says first that it must answer', async (file) => {
  const server = await newExample(`examples/servers/${file}`);
  const report = await reportOf(await server.url(), 'P-NAME', '--timeout', '1');
  expect(having('fail', report)).toMatchObject([
    { id: 'P-REQ-7', findings: [{ expected: 'a reply', received: 'nothing within 1 s' }] },
  ]);
  expect(report.code).toBe(1);
});
