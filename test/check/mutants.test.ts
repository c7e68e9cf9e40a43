/** Servers with one mistake each, and what `check` says of them. */
import { expect, onTestFinished, test } from 'vitest';
import { allCases } from '../../src/check/cases/all.ts';
import { judge } from '../../src/check/judge.ts';
import { Run } from '../../src/check/run.ts';
import { causes } from '../helpers/reference/causes.ts';
import type { Mutant } from '../helpers/reference/mutant.ts';
import { mutants } from '../helpers/reference/mutants.ts';
import { ReferenceServer } from '../helpers/reference/server.ts';

/** So many are checked at the same time: enough to fill the time for which others wait. */
const atOnce = 12;

const rules = [...new Set(allCases.map(({ rule }) => rule))];

type Verdicts = { fail: string[]; loose: string[]; likely: string | undefined };

/** What takes long is tried only where it matters. */
type Extent = {
  /** Pings have to be waited for. */
  hasPings?: boolean;
  /** JSON that is nested deep. */
  isDeep?: boolean;
  /** How long to wait for what does not come. */
  waitsMs?: number;
};

/** The rules that a server which does this breaks, those that it keeps loosely, and the first likely cause. */
async function verdictsOf(does: Mutant['does'], { hasPings, isDeep, waitsMs }: Extent): Promise<Verdicts> {
  const server = Object.assign(new ReferenceServer(), typeof does === 'function' ? does() : does);
  server.interval = hasPings ? 0.5 : 3600;
  const url = await server.listen();
  onTestFinished(() => server.close());
  const run = new Run({ url, seed: 1, timeoutMs: waitsMs ?? 30_000, rounds: 1 });
  const cases = allCases.filter(
    ({ stage, isLoose }) =>
      stage !== 'storage' && (hasPings || stage !== 'liveness') && (isDeep || isLoose !== true),
  );
  const reports = await judge({ cases, run, rules, lang: 'en', isStrict: false });
  server.close();
  const having = (wanted: string) => reports.filter(({ verdict }) => verdict === wanted).map(({ id }) => id);
  const [likely] = reports.flatMap(({ findings }) => findings.map((finding) => finding.likely));
  return { fail: having('fail'), loose: having('loose'), likely };
}

const isAboutPings = (rule: string) => ['P-EVT-3', 'P-EVT-4'].includes(rule);

test('each mistake of a server breaks exactly the rules that it is about, and its cause is told', async () => {
  expect(mutants.length).toBeGreaterThanOrEqual(40);
  // Those that wait most come first.
  const waits = ({ waitsMs, breaks }: Mutant) => Number(waitsMs !== undefined || breaks.some(isAboutPings));
  const due = mutants.toSorted((one, other) => waits(other) - waits(one));
  const found = new Map<string, Verdicts>();
  const next = async (): Promise<void> => {
    const mutant = due.shift();
    if (mutant === undefined) return;
    const { title, does, breaks, loosens, ...waiting } = mutant;
    const hasPings = breaks.some(isAboutPings);
    found.set(title, await verdictsOf(does, { ...waiting, hasPings, isDeep: loosens !== undefined }));
    await next();
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  const table = mutants.map(({ title, breaks, loosens = [] }) => [title, { fail: breaks, loose: loosens }]);
  expect(Object.fromEntries(found)).toMatchObject(Object.fromEntries(table));
  const told = Object.keys(causes).map((title) => [title, found.get(title)?.likely]);
  expect(Object.fromEntries(told)).toEqual(causes);
});

test('a server without a mistake breaks no rule, in either dialect', async () => {
  const extent = { hasPings: true, isDeep: true };
  const found = [verdictsOf({}, extent), verdictsOf({ dialect: 'published' }, extent)];
  const none = { fail: [], loose: [], likely: undefined };
  expect(await Promise.all(found)).toEqual([none, none]);
});
