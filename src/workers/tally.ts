/** What the operations port of the primary tells of all workers together. */
import type { Metric, Obstacle } from '../hosting/metrics.ts';
import type { Readiness, Source } from '../hosting/operations.ts';
import type { Crew, Said } from './crew.ts';
import type { Worker } from './worker.ts';

export class Tally implements Source {
  readonly #crew: Crew;
  /** What each worker has said last. */
  readonly #last = new Map<Worker, Metric[]>();
  /** What workers had counted that have ended, when they were last asked. */
  readonly #past: Metric[][] = [];
  /** The answer that is being put together. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(crew: Crew) {
    this.#crew = crew;
  }

  /** A worker has ended. What it has counted stays in the totals. */
  keep(worker: Worker): void {
    const last = this.#last.get(worker);
    this.#last.delete(worker);
    if (last !== undefined) this.#past.push(last);
  }

  async silent(): Promise<string[]> {
    const said = await this.#crew.ask({ type: 'pulse' });
    return said.flatMap(({ worker, answer }) => (answer === 'silent' ? [lineOf(worker, noAnswer)] : []));
  }

  async readiness(): Promise<Readiness> {
    const said = await this.#crew.ask({ type: 'report' });
    const staying = said.filter(({ isLeaving }) => !isLeaving);
    const obstacles = staying.flatMap(({ worker, answer }) => {
      if (typeof answer === 'string') return [lineOf(worker, answer === 'silent' ? noAnswer : answer)];
      return reportIn(answer)?.obstacles.map((text) => lineOf(worker, text)) ?? [];
    });
    const remarks = staying.flatMap(({ answer }) => reportIn(answer)?.remarks ?? []);
    return { obstacles, remarks: [...new Set(remarks)] };
  }

  metrics(): Promise<string> {
    const metrics = this.#turn.then(() => this.#collect());
    this.#turn = metrics.catch(() => {});
    return metrics;
  }

  async #collect(): Promise<string> {
    const { counted, labelled, ofPrimary, sumOf, textOf } = await import('./sums.ts');
    const missing = new Map<Obstacle, string>();
    for (const { worker, answer } of await this.#crew.ask({ type: 'report' })) {
      const report = reportIn(answer);
      if (typeof answer === 'string') missing.set(answer, answer);
      else if (report !== undefined && worker.phase !== 'ended')
        this.#last.set(worker, labelled(report.metrics, `${worker.number}`));
    }
    const { length } = this.#past;
    const past = counted(await sumOf(this.#past));
    this.#past.splice(0, length, past);
    return textOf([past, ...this.#last.values(), await ofPrimary(missing)]);
  }
}

const reportIn = (answer: Said['answer']) =>
  typeof answer === 'object' && answer.type === 'report' ? answer.report : undefined;

const noAnswer = 'does not answer';
const lineOf = ({ number }: Worker, text: string) => `worker ${number}: ${text}`;
