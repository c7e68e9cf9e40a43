import { Bench } from '../../src/check/bench.ts';
import type { Case } from '../../src/check/case.ts';
import { runCheck } from '../../src/check/check.ts';
import { Fault, NotJudged } from '../../src/check/fault.ts';
import { Run, type RunOptions } from '../../src/check/run.ts';

/** What a case found: `pass`, `not judged`, or the fault. */
export type Outcome = 'pass' | 'not judged' | Fault;

/** Tries cases one after another. Resolves to what each found, by its title. */
export async function tryCases(
  cases: readonly Case[],
  options: Pick<RunOptions, 'url'> & Partial<RunOptions>,
): Promise<Record<string, Outcome>> {
  const run = new Run({ seed: 1, timeoutMs: 60_000, rounds: 6, ...options });
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

/** Runs the command in this process. */
export function newCheck(...args: string[]) {
  const [printed, complaints, progress]: [string[], string[], string[]] = [[], [], []];
  const interruption = new AbortController();
  const code = runCheck(args, {
    print: (line) => printed.push(line),
    complain: (line) => complaints.push(line),
    progress: (text) => progress.push(text),
    isTerminal: false,
    env: {},
    signal: interruption.signal,
  });
  return { printed, complaints, progress, code, stop: () => interruption.abort() };
}
