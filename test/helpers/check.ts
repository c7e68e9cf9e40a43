import { Bench } from '../../src/check/bench.ts';
import type { Case } from '../../src/check/case.ts';
import { Fault, NotJudged } from '../../src/check/fault.ts';
import { Run, type RunOptions } from '../../src/check/run.ts';

/** What a case found: `pass`, `not judged`, or the fault. */
export type Outcome = 'pass' | 'not judged' | Fault;

/** Tries cases one after another. Resolves to what each found, by its title. */
export async function tryCases(
  cases: readonly Case[],
  options: Pick<RunOptions, 'url'> & Partial<RunOptions>,
): Promise<Record<string, Outcome>> {
  const run = new Run({ seed: 1, timeoutMs: 60_000, ...options });
  const outcomes: Record<string, Outcome> = {};
  for (const { title, run: tries } of cases) {
    const bench = new Bench(run);
    outcomes[title.en] = await tries(bench).then(
      () => 'pass',
      (error) => {
        if (error instanceof Fault) return error;
        if (error instanceof NotJudged) return 'not judged';
        throw error;
      },
    );
    await bench.clear();
  }
  return outcomes;
}
