import { expect, test } from 'vitest';
import { extensionCases } from '../../src/check/cases/extensions.ts';
import { limitCases } from '../../src/check/cases/limits.ts';
import { livenessCases } from '../../src/check/cases/liveness.ts';
import { resumingCases } from '../../src/check/cases/resuming.ts';
import { tryCases } from '../helpers/check.ts';
import { type Meddling, newMeddler } from '../helpers/meddler.ts';
import { newServer } from '../helpers/server.ts';

const cases = [...livenessCases, ...limitCases, ...extensionCases, ...resumingCases];
const casesOf = (rule: string) => cases.filter((one) => one.rule === rule);

const json = (change: (frame: Record<string, unknown>) => unknown) => (text: string) =>
  JSON.stringify(change(JSON.parse(text)));

const mistakes: [string, string, Meddling][] = [
  [
    'announces another interval',
    'P-EVT-3',
    { frame: (text) => text.replace('"timeout":0.5', '"timeout":5') },
  ],
  ['counts the interval in milliseconds', 'P-EVT-3', { frame: (text) => text.replace(':0.5', ':500') }],
  ['writes the interval as a string', 'P-EVT-3', { frame: (text) => text.replace(':0.5', ':"0.5"') }],
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
  const { url } = await newServer({ pingInterval: 0.5 });
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
