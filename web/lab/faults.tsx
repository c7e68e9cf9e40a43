import { useLayoutEffect, useState } from 'preact/hooks';
import {
  type FaultName,
  faultNames,
  hindranceOf,
  type Outcome,
  type Result,
  remains,
  runFault,
} from './fault.ts';
import type { Lab } from './lab.ts';
import type { Words } from './words.ts';

type Run = {
  isRunning: boolean;
  start: number;
  results: Result[];
  outcomes: Partial<Record<number, Outcome | number>>;
  error?: string;
};
/** Kept while the panel shows something else. */
const runs: Partial<Record<FaultName, Run>> = {};
const signs = { waiting: '○', met: '✓', failed: '✗' } as const;

/** Causes a fault at the press of a button, says what must come of it, and checks off what did. */
export function FaultsView({ lab, words }: { lab: Lab; words: Words }) {
  const [, redraw] = useState(0);
  const { faults: said } = words;
  const { process } = lab.options;
  const isBusy = faultNames.some((name) => runs[name]?.isRunning);

  // Some faults take long: a clock shows that they go on.
  useLayoutEffect(() => {
    if (!isBusy) return;
    const clock = setInterval(() => redraw((draws) => draws + 1), 1000);
    return () => clearInterval(clock);
  }, [isBusy]);

  async function start(name: FaultName): Promise<void> {
    const results = said[name].checks.map((): Result => 'waiting');
    const run: Run = { isRunning: true, start: Date.now(), results, outcomes: {} };
    runs[name] = run;
    redraw((draws) => draws + 1);
    try {
      await runFault(name, lab, (check, isMet, outcome) => {
        results[check] = isMet ? 'met' : 'failed';
        if (outcome !== undefined) run.outcomes[check] = outcome;
        lab.changed();
      });
    } catch (error) {
      run.error = String(error);
      run.results = results.map((result) => (result === 'waiting' ? 'failed' : result));
    }
    run.isRunning = false;
    if (results.every((result) => result === 'met')) lab.guide?.note({ kind: 'fault', name });
    redraw((draws) => draws + 1);
  }

  return (
    <div class="body scrolling">
      <p class="hint">{said.about}</p>
      {faultNames.map((name) => {
        const run = runs[name];
        const hindrance = hindranceOf(name, lab.options);
        return (
          <article key={name} class="fault" data-fault={name} data-running={run?.isRunning ? '' : undefined}>
            <header>
              <h3>{said[name].name}</h3>
              <button
                type="button"
                class="plain"
                aria-label={`${said.run}: ${said[name].name}`}
                disabled={isBusy || lab.clients === undefined || hindrance !== undefined}
                onClick={({ currentTarget }) => {
                  currentTarget.closest('article')?.scrollIntoView({ block: 'nearest' });
                  void start(name);
                }}
              >
                {run?.isRunning ? said.running(secondsSince(run.start)) : said.run}
              </button>
            </header>
            <p>
              {said[name].about} {name === 'halfOpen' && said.lasts(3 * lab.options.pingSeconds)}
              {name === 'hang' && process && said.lasts(process.hangSeconds)}
            </p>
            {hindrance === undefined ? (
              <ChecksView name={name} run={run} said={said} />
            ) : (
              <p data-hindrance={hindrance}>
                <b>{said.hindrance[hindrance]}</b>
              </p>
            )}
            {run?.error !== undefined && <p class="refusal">{run.error}</p>}
          </article>
        );
      })}
    </div>
  );
}

type ChecksProps = { name: FaultName; run: Run | undefined; said: Words['faults'] };

/** What must come of a fault, and what has come of it. */
function ChecksView({ name, run, said }: ChecksProps) {
  const left = remains[name];
  return (
    <>
      {left !== undefined && <p data-remains>{said.remains(left.author, left.content)}</p>}
      <ul aria-live="polite">
        {said[name].checks.map((check, index) => {
          const result = run?.results[index] ?? 'waiting';
          const outcome = run?.outcomes[index];
          return (
            <li key={check} data-result={result}>
              <span aria-hidden="true">{signs[result]}</span>
              <span>
                <Unbroken text={check} />
                <span class="unseen">: {said.result[result]}</span>
                {outcome !== undefined && (
                  <b data-outcome={outcome}>
                    {' '}
                    {typeof outcome === 'number' ? said.after(outcome) : said.outcome[outcome]}
                  </b>
                )}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

const secondsSince = (time: number) => Math.floor((Date.now() - time) / 1000);

/** Text in which no line breaks inside the id of a rule. */
const Unbroken = ({ text }: { text: string }) => (
  <>
    {text
      .split(/(\(P-[A-Z]+-\d+\)[,;]?)/)
      .map((part) => (part.startsWith('(P-') ? <span class="id">{part}</span> : part))}
  </>
);
