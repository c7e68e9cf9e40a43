/** Servers with one mistake each, and what `check` says of them. */
import { expect, onTestFinished, test } from 'vitest';
import { allCases } from '../../src/check/cases/all.ts';
import { judge } from '../../src/check/judge.ts';
import { Run } from '../../src/check/run.ts';
import type { Mutant } from '../helpers/reference/mutant.ts';
import { mutants } from '../helpers/reference/mutants.ts';
import { ReferenceServer } from '../helpers/reference/server.ts';

/** So many are checked at the same time: enough to fill the time for which others wait. */
const atOnce = 12;

const rules = [...new Set(allCases.map(({ rule }) => rule))];

type Verdicts = { fail: string[]; loose: string[] };

/** The rules that a server with this mistake breaks, and those that it keeps loosely. */
async function verdictsOf({
  does,
  breaks,
  loosens = [],
  isMute = false,
}: Omit<Mutant, 'title'>): Promise<Verdicts> {
  const server = Object.assign(new ReferenceServer(), typeof does === 'function' ? does() : does);
  const isAlive = breaks.some((rule) => ['P-EVT-3', 'P-EVT-4'].includes(rule));
  server.interval = isAlive ? 0.5 : 3600;
  const url = await server.listen();
  onTestFinished(() => server.close());
  // A server that answers always does so in time, however busy the machine is.
  const run = new Run({ url, seed: 1, timeoutMs: isMute ? 600 : 30_000, rounds: 1 });
  const cases = allCases.filter(
    ({ stage, isLoose }) =>
      stage !== 'storage' && (isAlive || stage !== 'liveness') && (loosens.length > 0 || isLoose !== true),
  );
  const reports = await judge({ cases, run, rules, lang: 'en', isStrict: false });
  server.close();
  const having = (wanted: string) => reports.filter(({ verdict }) => verdict === wanted).map(({ id }) => id);
  return { fail: having('fail'), loose: having('loose') };
}

test('P-REQ-7: each mistake of a server breaks exactly the rules that it is about', async () => {
  expect(mutants.length).toBeGreaterThanOrEqual(40);
  // Those that wait most come first.
  const due = mutants.toSorted((one, other) => Number(other.isMute ?? false) - Number(one.isMute ?? false));
  const found = new Map<string, Verdicts>();
  const next = async (): Promise<void> => {
    const mutant = due.shift();
    if (mutant === undefined) return;
    found.set(mutant.title, await verdictsOf(mutant));
    await next();
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  const table = mutants.map(({ title, breaks, loosens = [] }) => [title, { fail: breaks, loose: loosens }]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(table));
});

test('P-REQ-7: a server without a mistake breaks no rule, in either dialect', async () => {
  for (const dialect of ['documented', 'published'] as const)
    expect(await verdictsOf({ does: { dialect }, breaks: [] }), dialect).toEqual({ fail: [], loose: [] });
});
