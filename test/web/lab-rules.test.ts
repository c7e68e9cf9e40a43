/** Which rules the lab says that a frame is an example of. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Policy, sentence } from '../../src/moderation/policy.ts';
import { noRules, type Rules } from '../../src/moderation/rules.ts';
import { rulesOfAnswer, rulesOfRequest } from '../../web/lab/rules.ts';

test('every rule that a frame is said to be an example of is a rule of the protocol', () => {
  const known = new Set(readFileSync('docs/protocol.md', 'utf8').match(/P-[A-Z]+-\d+/g));
  const requests = [
    'x',
    '{}',
    '7',
    '{"data":"name"}',
    '{"data":"name","name":"  "}',
    '{"data":"name","name":"An","resume":true}',
    '{"data":"name","name":"An","resume":"•"}',
    '{"type":"get"}',
    '{"data":"get","limit":-1}',
  ];
  const reasons = [
    'NameAlreadyUsed',
    'WrongFormatName',
    'UnknownRegister',
    'ErrorWhenSend',
    'ErrorWhenGet',
    'ErrorWhenChange',
  ];
  const answers = [
    '{"type":"ping","timeout":5}',
    ...['register', 'change', 'message', 'leave', 'remove', 'notice'].map((datatype) =>
      JSON.stringify({ type: 'receive', datatype }),
    ),
    ...['name', 'get', 'send'].map((type) => JSON.stringify({ type, status: true })),
    '{"type":"name","status":true,"resume":"•"}',
    ...reasons.map((reason) => JSON.stringify({ status: false, reason })),
  ];
  const found = [...requests.map(rulesOfRequest), ...answers.map(rulesOfAnswer)];
  for (const rules of found) {
    expect(rules).not.toEqual([]);
    for (const rule of rules) expect(known).toContain(rule);
  }
});

test('P-MOD-3: whatever the house says to a member leads to its rule', () => {
  const since = Date.now();
  const verdict = { until: since + 60_000, since, by: 'admin', isByHost: true, reason: 'flooding' };
  const visitor = { mask: 'm', moderator: undefined };
  const policyOf = (changes: Partial<Rules>) =>
    new Policy({
      rules: () => ({ ...noRules('key'), ...changes }),
      comparison: 'nickname',
      moderatorOf: (key) => (key === 'boss' ? 'Boss' : undefined),
      govern: () => {},
    });
  const toContent = (changes: Partial<Rules>) =>
    policyOf(changes).houseFor(visitor).objectionToContent('spam');
  const toName = (nickname: string) =>
    policyOf({ bans: [{ ...verdict, target: { key: 'an' } }] })
      .houseFor(visitor)
      .objectionToName(nickname);
  const said = [
    sentence('you are muted', verdict),
    toContent({ readonly: true }),
    toContent({ newcomersMs: 60_000 }),
    toContent({ words: ['spam'] }),
    toName('Boss'),
    toName('An'),
  ];
  for (const error of said)
    expect(rulesOfAnswer(JSON.stringify({ status: false, reason: 'ErrorWhenSend', error }))).toEqual([
      'P-MOD-3',
    ]);
  const full = { status: false, reason: 'ErrorWhenSend', error: 'no space left on device (ENOSPC)' };
  expect(rulesOfAnswer(JSON.stringify(full))).toEqual(['P-SEND-3']);
});
