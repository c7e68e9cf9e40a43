/** What `check` says of the servers of the examples. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report, RuleReport } from '../../src/check/report.ts';
import { newCheck } from '../helpers/check.ts';
import { root } from '../helpers/clone.ts';
import { exampleCommand, newExample } from '../helpers/example.ts';
import { newLastingPort } from '../helpers/port.ts';
import { newFolder, newServer } from '../helpers/server.ts';

async function reportOf(...args: string[]): Promise<Report & { code: number; progress: string[] }> {
  const { printed, progress, code } = newCheck(...args, '--json');
  return { code: await code, progress, ...JSON.parse(printed.join('')) };
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

test.each(['documented', 'published'] as const)(
  'check finds nothing wrong with the own server in the dialect %s, and says how far it is',
  async (dialect) => {
    const { url } = await newServer({ dialect, pingInterval: 0.5, resumeSeconds: 1 });
    const report = await reportOf(url, '--timeout', '60');
    const found = report.rules.flatMap(({ findings }) => findings);
    expect([report.dialect, found, report.passed, report.code]).toEqual([dialect, [], 31, 0]);
    expect(report.progress.at(0)).toMatch(/^connect 1\/\d+$/);
    expect(report.progress.at(-1)).toBe('');
  },
);

test.each(['solved.mjs', 'solved.py'])('%s can be read at once: it has 150 lines at most', (file) => {
  const text = readFileSync(join(root, 'examples/servers', file), 'utf8');
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

test.each(['start.mjs', 'start.py'])('of %s, check says first that it must answer', async (file) => {
  const server = await newExample(`examples/servers/${file}`);
  const report = await reportOf(await server.url(), 'P-NAME', '--timeout', '1');
  expect(having('fail', report)).toMatchObject([
    { id: 'P-REQ-7', findings: [{ expected: 'a reply', received: 'nothing within 1 s' }] },
  ]);
  expect(report.code).toBe(1);
});
