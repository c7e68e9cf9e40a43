import { expect, test } from 'vitest';
import { allCases } from '../../src/check/cases/all.ts';
import { extensionCases } from '../../src/check/cases/extensions.ts';
import { limitCases } from '../../src/check/cases/limits.ts';
import { livenessCases } from '../../src/check/cases/liveness.ts';
import { resumingCases } from '../../src/check/cases/resuming.ts';
import { judge } from '../../src/check/judge.ts';
import { readRules } from '../../src/check/rules.ts';
import { Run } from '../../src/check/run.ts';
import { tryCases } from '../helpers/check.ts';
import { type Meddling, newMeddler } from '../helpers/meddler.ts';
import { newServer } from '../helpers/server.ts';

const cases = [...livenessCases, ...limitCases, ...extensionCases, ...resumingCases];
const casesOf = (rule: string) => cases.filter((one) => one.rule === rule);

test.each([
  ['documented', [], ['P-SEND-2', 'P-DB-1', 'P-DB-2', 'P-DB-3', 'P-DB-4', 'P-DB-5']],
  // Exact nicknames may have any character.
  ['published', ['P-NAME', 'P-SEND', 'P-TIME'], ['P-NAME-6', 'P-SEND-2']],
] as const)('the own server keeps every rule in the dialect %s', async (dialect, about, unjudged) => {
  const nicknameComparison = dialect === 'published' ? 'exact' : 'nickname';
  const { url } = await newServer({ dialect, nicknameComparison, pingInterval: 0.5 });
  // What answers at all does so in time, however busy the machine is.
  const run = new Run({ url, seed: 1, timeoutMs: 60_000, rounds: 2 });
  const ids = Object.keys(readRules('en')).filter((id) => allCases.some(({ rule }) => rule === id));
  const rules = about.length === 0 ? ids : ids.filter((id) => about.some((start) => id.startsWith(start)));
  const reports = await judge({ cases: allCases, run, rules, lang: 'en', isStrict: true });
  expect(run.dialect).toBe(dialect);
  const others = reports.filter(({ verdict }) => verdict !== 'pass');
  expect(others).toEqual(unjudged.map((id) => ({ id, verdict: 'not judged', findings: [] })));
});

const json = (change: (frame: Record<string, unknown>) => unknown) => (text: string) =>
  JSON.stringify(change(JSON.parse(text)));

const mistakes: [string, string, Meddling][] = [
  [
    'announces another interval',
    'P-EVT-3',
    { frame: (text) => text.replace('"timeout":0.2', '"timeout":2') },
  ],
  ['counts the interval in milliseconds', 'P-EVT-3', { frame: (text) => text.replace(':0.2', ':200') }],
  ['writes the interval as a string', 'P-EVT-3', { frame: (text) => text.replace(':0.2', ':"0.2"') }],
  ['sends no pings of the protocol', 'P-EVT-4', { hidesPings: true, answersPings: true }],
  ['does not look for pongs', 'P-EVT-4', { answersPings: true }],
  ['drops replies to a client that does not read', 'P-REQ-7', { mostWaiting: 100_000 }],
  [
    'takes the oldest messages for a limit',
    'P-GET-2',
    {
      request: json(({ limit, ...rest }) =>
        limit === 2 ? { limit, after: 0, ...rest } : { limit, ...rest },
      ),
    },
  ],
  ['counts first from 1', 'P-GET-2', { frame: (text) => text.replace(/"first":(\d+)/, '"first":1$1') }],
  ['takes any limit', 'P-GET-3', { request: (text) => text.replace('"limit":-1', '"limit":1') }],
  ['says no key', 'P-GET-3', { frame: (text) => text.replace(/"error":"\w+/, '"error":"it') }],
  ['takes 1.0 for no integer', 'P-GET-3', { request: (text) => text.replace('1.0', '1.5') }],
  ['has short secrets', 'P-RES-1', { frame: (text) => text.replace(/"resume":"[^"]+/, '"resume":"7') }],
  [
    'makes a new secret for each nickname',
    'P-RES-1',
    { frame: (text) => text.replace(/("newname".*"resume":"...)[^"]*/, '$10123456789012345678901') },
  ],
  [
    'makes a secret for any resume',
    'P-RES-1',
    { request: (text) => text.replace('"resume":7', '"resume":true') },
  ],
  ['leaves the old connection open', 'P-RES-2', { keeps: 4000 }],
  ['knows no secret', 'P-RES-2', { request: (text) => text.replace(/"resume":"[^"]+"/, '"resume":true') }],
  ['does not know a goodbye', 'P-RES-3', { hidesGoodbyes: true }],
];

test('a server that makes a mistake there is found out', async () => {
  const { url } = await newServer({ pingInterval: 0.2 });
  const found = await Promise.all(
    mistakes.map(async ([title, rule, meddling]) => {
      const outcomes = Object.values(
        await tryCases(casesOf(rule), { url: await newMeddler(url, meddling), timeoutMs: 1000 }),
      );
      return [title, outcomes.some((outcome) => typeof outcome !== 'string')];
    }),
  );
  expect(found).toEqual(mistakes.map(([title]) => [title, true]));
});
