/** Leads through a lesson a step at a time, and checks off what was done while its step is shown. */
import type { Chart } from '../../../src/charts/chart.ts';
import type { Recorded } from '../recorded.ts';
import { type Check, checks } from './checks.ts';
import { type Fact, FactReader } from './facts.ts';
import { keepProgress, type Progress, readProgress } from './progress.ts';

type GuideOptions = {
  charts: Record<string, Chart>;
  /** All that was recorded before. */
  recorded: () => readonly Recorded[];
  onChange: () => void;
};

/** What is known of a step. */
export type StepState = { isByHand: boolean; met: number; goals: number; isDone: boolean };

export class Guide {
  readonly #options: GuideOptions;
  #progress = readProgress();
  #reader: FactReader | undefined;

  constructor(options: GuideOptions) {
    this.#options = options;
    if (this.#progress.isOpen) this.#reader = new FactReader(options.charts);
  }

  get progress(): Progress {
    return this.#progress;
  }

  show(isOpen: boolean): void {
    // Nobody has to read along while there is no lesson to check.
    this.#reader = isOpen ? new FactReader(this.#options.charts) : undefined;
    if (isOpen) for (const entry of this.#options.recorded()) this.#reader?.read(entry);
    this.#change({ isOpen });
  }

  /** Shows a step of a lesson; the list of lessons if there is no lesson. */
  go(lesson: string | undefined, step = 0): void {
    this.#change({ lesson, step });
  }

  /** Forgets what was done in the lesson that is shown, and goes to its first step. */
  restart(): void {
    const { lesson, met } = this.#progress;
    const others = Object.entries(met).filter(([step]) => !step.startsWith(`${lesson}/`));
    this.#change({ step: 0, met: Object.fromEntries(others) });
  }

  /** The learner says that the step that is shown was done, or that it was not. */
  confirm(isDone: boolean): void {
    this.#meet([isDone]);
  }

  /** Goes on from where the learner stopped: the first step that is not done, or else the first one. */
  resume(lesson: string): void {
    const all = checks[lesson] ?? [];
    const next = all.findIndex((_, step) => !this.stateOf(lesson, step).isDone);
    this.go(lesson, Math.max(0, next));
  }

  stateOf(lesson: string, step: number): StepState {
    const check = checks[lesson]?.[step];
    const isByHand = check === 'by hand';
    const goals = goalCount(check);
    const met = this.#metOf(lesson, step).filter(Boolean).length;
    return { isByHand, met, goals, isDone: goals > 0 && met >= goals };
  }

  /** How many steps of a lesson are done. */
  doneOf(lesson: string): number {
    return (checks[lesson] ?? []).filter((_, step) => this.stateOf(lesson, step).isDone).length;
  }

  hear(entries: readonly Recorded[]): void {
    for (const entry of entries) for (const fact of this.#reader?.read(entry) ?? []) this.note(fact);
  }

  note(fact: Fact): void {
    const { isOpen, lesson, step } = this.#progress;
    if (!isOpen || lesson === undefined) return;
    const check = checks[lesson]?.[step];
    if (check === undefined || check === 'by hand') return;
    const met = this.#metOf(lesson, step);
    const next = check.map((goal, index) => met[index] === true || goal(fact, met));
    if (next.some((isMet, index) => isMet && met[index] !== true)) this.#meet(next);
  }

  #metOf(lesson: string, step: number): readonly boolean[] {
    return this.#progress.met[`${lesson}/${step}`] ?? [];
  }

  #meet(goals: boolean[]): void {
    const { lesson, step, met } = this.#progress;
    this.#change({ met: { ...met, [`${lesson}/${step}`]: goals } });
  }

  #change(change: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...change };
    keepProgress(this.#progress);
    this.#options.onChange();
  }
}

function goalCount(check: Check | undefined): number {
  if (check === undefined) return 0;
  return check === 'by hand' ? 1 : check.length;
}
