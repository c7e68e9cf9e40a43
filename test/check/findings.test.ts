/** What `check` tells of a mistake, so that whoever made it finds it. */
import { expect, onTestFinished, test } from 'vitest';
import { allCases } from '../../src/check/cases/all.ts';
import { judge } from '../../src/check/judge.ts';
import { Run } from '../../src/check/run.ts';
import { shownReport } from '../../src/check/shown.ts';
import { mutants } from '../helpers/reference/mutants.ts';
import { ReferenceServer } from '../helpers/reference/server.ts';

/** What is said of a server that does this. */
async function judgedOf(does: Partial<ReferenceServer>, rules: readonly string[]) {
  const server = Object.assign(new ReferenceServer(), { interval: 3600 }, does);
  const url = await server.listen();
  onTestFinished(() => server.close());
  const run = new Run({ url, seed: 1, timeoutMs: 30_000, rounds: 1 });
  return judge({ cases: allCases, run, rules, lang: 'en', isStrict: false });
}

test('a mistake is shown once, on the shortest path to it', async () => {
  const judged = await judgedOf({ commandOf: (value) => Object(value).data ?? Object(value).type }, [
    'P-REQ-2',
  ]);
  expect(judged).toMatchObject([
    {
      verdict: 'fail',
      findings: [
        {
          title: 'in unregistered.idle: {"data":null,"type":"get"}',
          transcript: [
            'A> {"data":null,"type":"get"}',
            'A< {"type":"get","status":false,"reason":"UnknownRegister"}',
          ],
          expected: '{"type":null,"status":false,"reason":"UnknownType"}',
          received: '{"type":"get","status":false,"reason":"UnknownRegister"}',
          lesson: 'docs/lessons/2-states.md',
        },
      ],
    },
  ]);
});

test('P-EVT-1: whoever hears its own events of several kinds has found one mistake', async () => {
  const { does } = mutants.find(({ title }) => title === 'sends an event to its own author, too') ?? {};
  const [judged] = await judgedOf(typeof does === 'function' ? does() : (does ?? {}), ['P-EVT-1']);
  expect(judged?.findings.map(({ likely }) => likely)).toEqual(['A received its own event']);
});

test('a server that is gone is shown with the request that it did not survive', async () => {
  const { receive } = ReferenceServer.prototype;
  const judged = await judgedOf(
    {
      receive(this: ReferenceServer, peer, bytes, isBinary) {
        if (`${bytes}` === 'hello') this.close();
        else receive.call(this, peer, bytes, isBinary);
      },
    },
    ['P-REQ-3', 'P-REQ-5', 'P-SEND-2'],
  );
  expect(judged).toMatchObject([
    {
      verdict: 'fail',
      findings: [
        {
          transcript: ['A> hello', 'A< (cut off)'],
          expected: 'an open connection',
          likely: 'the server answered before, and now accepts no connection: it may have crashed',
        },
      ],
    },
    { verdict: 'not judged', why: { en: 'shows the same mistake as another rule' } },
    { verdict: 'not judged', why: { en: 'needs --start and --data' } },
  ]);
});

test('the report points at the first difference, and says why rules are not judged', () => {
  const content = '😀'.repeat(80);
  const [expected, received] = ['true', '"true"'].map(
    (status) => `{"type":"send","content":"${content}","status":${status},"timestamp":"22/11/2026 10/0609"}`,
  ) as [string, string];
  const why = { en: 'needs P-SEND-1', vi: 'cần P-SEND-1' };
  const judged = [
    { id: 'P-NAME-1', verdict: 'pass', findings: [] },
    {
      id: 'P-SEND-1',
      verdict: 'fail',
      findings: [{ title: 'a message', transcript: ['A> {}'], expected, received, likely: 'a string' }],
    },
    { id: 'P-GET-1', verdict: 'not judged', findings: [], why },
    { id: 'P-EVT-1', verdict: 'not judged', findings: [], why },
  ] as const;
  const report = { url: 'ws://127.0.0.1:5000/', dialect: null, seed: 7, rules: judged, passed: 1, failed: 1 };
  const sentences = { 'P-NAME-1': 'A nickname has 1 to 100 characters. And so on.' };
  const lines = shownReport(report, judged, { lang: 'en', colors: false, sentences, isDelayed: false }).split(
    '\n',
  );
  // What stands at most 60 characters before the difference is shown.
  const emoji = '😀'.repeat(60 - '","status":'.length);
  expect(lines).toEqual([
    '✓ P-NAME-1 A nickname has 1 to 100 characters.',
    '✗ P-SEND-1 ',
    '  a message',
    '      A> {}',
    `    expected: … ${emoji}","status":true,"timestamp":"22/11/2026 10/0609"}`,
    `    received: … ${emoji}","status":"true","timestamp":"22/11/2026 10/0609"}`,
    // An emoji takes two columns, and is as long.
    `    ${' '.repeat(`received: … ${emoji}","status":`.length)}^`,
    '    likely:   a string',
    '· P-GET-1, P-EVT-1: not judged (needs P-SEND-1)',
    'rules kept: 1, broken: 1, not judged: 2 (ws://127.0.0.1:5000/, --seed 7)',
  ]);
});
