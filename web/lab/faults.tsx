import { useState } from 'preact/hooks';
import { type FaultName, faultNames, type Result, runFault } from './fault.ts';
import type { Lab } from './lab.ts';
import type { Words } from './words.ts';

type Run = { isRunning: boolean; results: Result[]; error?: string };
/** Kept when the page shows something else in this place. */
const runs: Partial<Record<FaultName, Run>> = {};
const signs = { waiting: '○', met: '✓', failed: '✗' } as const;

/** What goes wrong at the press of a button; what should come of it is said, and what came of it is checked off. */
export function FaultsView({ lab, words }: { lab: Lab; words: Words }) {
  const [, redraw] = useState(0);
  const { faults: said } = words;
  const isBusy = faultNames.some((name) => runs[name]?.isRunning);

  async function start(name: FaultName): Promise<void> {
    const results = said[name].checks.map((): Result => 'waiting');
    const run: Run = { isRunning: true, results };
    runs[name] = run;
    redraw((draws) => draws + 1);
    try {
      await runFault(name, lab, (check, isMet) => {
        results[check] = isMet ? 'met' : 'failed';
        lab.changed();
      });
    } catch (error) {
      run.error = String(error);
      run.results = results.map((result) => (result === 'waiting' ? 'failed' : result));
    }
    run.isRunning = false;
    redraw((draws) => draws + 1);
  }

  return (
    <div class="body scrolling">
      <p class="hint">{said.about}</p>
      {faultNames.map((name) => {
        const run = runs[name];
        return (
          <article key={name} class="fault" data-fault={name} data-running={run?.isRunning ? '' : undefined}>
            <header>
              <h3>{said[name].name}</h3>
              <button
                type="button"
                class="plain"
                aria-label={`${said.run}: ${said[name].name}`}
                disabled={isBusy || lab.clients === undefined}
                onClick={() => void start(name)}
              >
                {run?.isRunning ? said.running : said.run}
              </button>
            </header>
            <p>{said[name].about}</p>
            <ul aria-live="polite">
              {said[name].checks.map((check, index) => {
                const result = run?.results[index] ?? 'waiting';
                return (
                  <li key={check} data-result={result}>
                    <span aria-hidden="true">{signs[result]}</span> {check}
                    <span class="unseen">: {said.result[result]}</span>
                  </li>
                );
              })}
            </ul>
            {run?.error !== undefined && <p class="refusal">{run.error}</p>}
          </article>
        );
      })}
    </div>
  );
}
