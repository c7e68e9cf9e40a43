/** The command `check`: what it prints, what it writes, and how it ends. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readRecording } from '../../web/lab/recording.ts';
import { newCheck } from '../helpers/check.ts';
import { mutants } from '../helpers/reference/mutants.ts';
import { ReferenceServer } from '../helpers/reference/server.ts';
import { newFolder } from '../helpers/server.ts';

/** The address of a server that makes this mistake. */
async function newMistaken(wanted?: string, more: Partial<ReferenceServer> = {}): Promise<string> {
  const { does } = mutants.find(({ title }) => title === wanted) ?? { does: {} };
  const server = new ReferenceServer();
  Object.assign(server, { interval: 3600 }, typeof does === 'function' ? does() : does, more);
  const url = await server.listen();
  onTestFinished(() => server.close());
  return url;
}

async function run(...args: string[]) {
  const { printed, complaints, code } = newCheck(...args);
  return { code: await code, printed: printed.join('\n'), complaints: complaints.join('\n') };
}

test('--json, --junit, --badge and --record: a mistake is told to people and programs alike', async () => {
  const url = await newMistaken('sends an event to its own author, too');
  const folder = await newFolder();
  const [junit, badge, record] = ['junit.xml', 'badge.svg', 'record.json'].map((name) => join(folder, name));
  const files = ['--junit', `${junit}`, '--badge', `${badge}`, '--record', `${record}`];
  const { code, printed } = await run(url, 'P-REQ-4', 'P-EVT-1', '--json', '--seed', '7', ...files);
  expect(code).toBe(1);
  expect(JSON.parse(printed)).toEqual({
    ...{ url, dialect: 'documented', seed: 7, passed: 1, failed: 1 },
    rules: [
      { id: 'P-REQ-4', verdict: 'pass', findings: [] },
      {
        id: 'P-EVT-1',
        verdict: 'fail',
        findings: [
          {
            title: expect.any(String),
            transcript: expect.arrayContaining([expect.stringMatching(/^A> /)]),
            expected: 'nothing for A',
            received: expect.stringContaining('"receive"'),
            likely: 'A received its own event',
            lesson: 'docs/lessons/2-states.md',
          },
        ],
      },
    ],
  });
  expect(await readFile(`${junit}`, 'utf8')).toContain('<failure type="P-EVT-1"');
  expect(await readFile(`${badge}`, 'utf8')).toContain('1 of 2 rules');
  expect(readRecording(await readFile(`${record}`, 'utf8')).entries.length).toBeGreaterThan(0);
});

test('--lang vi: findings and the sentences of the rules are Vietnamese', async () => {
  const url = await newMistaken('sends an event to its own author, too');
  const { printed } = await run(url, 'P-EVT-1', '--lang', 'vi');
  expect(printed).toContain('A nhận được sự kiện của chính mình');
  expect(printed).toContain('docs/lessons/2-states.vi.md');
});

test('P-TIME-2: what the server has chosen is found out, whatever rule is asked for', async () => {
  const { code, printed } = await run(
    await newMistaken(undefined, { dialect: 'published' }),
    'P-SEND-1',
    '--json',
  );
  expect([code, JSON.parse(printed).dialect]).toEqual([0, 'published']);
});

test('--strict: what is loose passes without it, and fails with it', async () => {
  const url = await newMistaken('writes `status` before all else');
  const loose = await run(url, 'P-REQ-6', '--json');
  expect([loose.code, JSON.parse(loose.printed).rules[0].verdict]).toEqual([0, 'loose']);
  const strict = await run(url, 'P-REQ-6', '--json', '--strict');
  expect([strict.code, JSON.parse(strict.printed).rules[0].verdict]).toEqual([1, 'fail']);
});

test('--list: the rules that can be judged, each with its sentence', async () => {
  const { code, printed } = await run('--list', 'P-DB');
  expect(code).toBe(0);
  expect(printed.split('\n').map((line) => line.slice(0, 6))).toEqual(
    [1, 2, 3, 4, 5].map((n) => `P-DB-${n}`),
  );
});

test.each([
  [['ws://127.0.0.1:1/', '--timeout', '0.1'], 'accepts no WebSocket'],
  [['127.0.0.1'], 'an address is needed'],
  [['ws://127.0.0.1:1/', 'P-NAME-99'], 'no rule P-NAME-99'],
  [['ws://127.0.0.1:1/', '--timeout', '0'], '--timeout is'],
  [['ws://127.0.0.1:1/', '--seed', '-1'], '--seed'],
  [['ws://127.0.0.1:1/', '--data', 'x'], '--start and --data belong together'],
  [['ws://127.0.0.1:1/', '--lang', 'fr'], '--lang is en or vi'],
  [['ws://127.0.0.1:1/', '--nonsense'], '--nonsense'],
])('%j ends with 2, and says why', async (args, complaint) => {
  const { code, complaints } = await run(...args);
  expect(code).toBe(2);
  expect(complaints).toContain(complaint);
});
