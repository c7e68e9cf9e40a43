/** Keeps a number of workers running, and speaks to all of them. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../config.ts';
import type { Address } from '../hosting/http.ts';
import type { Console, LogOptions } from '../hosting/log.ts';
import type { Obstacle } from '../hosting/metrics.ts';
import { type Perform, refused } from '../moderation/outcome.ts';
import { inspected } from './duty.ts';
import type { Gate } from './gate.ts';
import type { Answer, Question } from './messages.ts';
import { linesOf } from './service.ts';
import { Worker, wellEnded } from './worker.ts';

export type CrewOptions = {
  settings: Config;
  log: LogOptions;
  console: Console;
  gate: Gate;
  /** A worker has ended. */
  onEnded: (worker: Worker) => void;
};

/** Whoever has run for so long was not ended by what it starts with. */
const steadyMs = 60_000;
/** How long to wait before a worker is started that keeps ending. */
const firstPauseMs = 250;
const longestPauseMs = 4000;
/** How long a worker may take to answer. */
const answerMs = 2000;
/** How long an act may take: to erase all of an author's messages takes a while. */
const actMs = 50_000;

/** What one worker does after the other. */
type Place = {
  readonly number: number;
  worker: Worker;
  /** When the worker got its first connections. */
  sinceMs: number;
  /** How many in a row have ended soon, or not started at all. */
  failures: number;
  /** Set while the next worker is being started. */
  succession: Promise<void> | undefined;
};

/** What a worker says, or why it says nothing. */
export type Said = { worker: Worker; isLeaving: boolean; answer: Answer | Obstacle };

export class Crew {
  readonly #options: CrewOptions;
  #places: Place[] = [];
  /** All processes: also those that start, and those that leave. */
  readonly #running = new Set<Worker>();
  #isOpen = false;
  #address: Address | undefined;
  #latest: Config | undefined;
  #isEnding = false;

  constructor(options: CrewOptions) {
    this.#options = options;
    process.on('exit', () => {
      for (const worker of this.#running) worker.kill();
    });
  }

  /** Says which process is which worker. */
  get line(): string {
    return `workers: ${this.#places.map(({ number, worker }) => `${number} (process ${worker.pid})`).join(', ')}`;
  }

  /** Starts all of them. Rejects with the reason of the first that cannot start. */
  async start(): Promise<void> {
    this.#places = Array.from({ length: this.#options.settings.workers }, (_, index) => {
      const number = index + 1;
      return { number, worker: this.#launch(number), sinceMs: 0, failures: 0, succession: undefined };
    });
    try {
      await Promise.all(this.#places.map(({ worker }) => worker.loaded));
    } catch (error) {
      // Those that are told to end do not start, and that is no error.
      if (this.#isEnding) await new Promise(() => {});
      throw error;
    }
  }

  /** Lets connections come to them, which come from this address. Resolves to the address of the inspector, if any. */
  async open(address: Address | undefined): Promise<string | undefined> {
    this.#address = address;
    const inspectors = await Promise.all(this.#places.map((place) => this.#open(place, place.worker)));
    this.#isOpen = true;
    return inspectors.find((inspector) => inspector !== undefined);
  }

  /** Resolves to what each says, those that leave last. */
  ask(question: Question): Promise<Said[]> {
    const staying = this.#places.map(({ worker }) => worker);
    const leaving = [...this.#running].filter(
      (worker) => worker.phase === 'open' && !staying.includes(worker),
    );
    return Promise.all(
      [...staying, ...leaving].map(async (worker) => {
        const isLeaving = leaving.includes(worker);
        const missing = this.#isEnding ? 'draining' : 'starting';
        if (worker.phase !== 'open') return { worker, isLeaving, answer: missing };
        return { worker, isLeaving, answer: (await worker.ask(question, answerMs)) ?? 'silent' };
      }),
    );
  }

  /** Has one of them act that does not hang. What it does reaches the others through the ledger. */
  readonly perform: Perform = async (actor, act, order) => {
    const open = this.#places.flatMap(({ worker }) => (worker.phase === 'open' ? worker : []));
    const ready = open.map(async (worker) => {
      if ((await worker.ask({ type: 'pulse' }, answerMs)) === undefined) throw new Error('silent');
      return worker;
    });
    const worker = await Promise.any(ready).catch(() => undefined);
    if (worker === undefined) return refused({ status: 503, text: 'No worker is ready.' });
    const answer = await worker.ask({ type: 'act', actor, act, order }, actMs);
    if (answer?.type === 'act') return answer.outcome;
    return refused({ status: 503, text: 'The worker has not answered: look whether it was done.' });
  };

  /** Gives them other settings. Resolves to the mistakes for which some have kept their own. */
  async reload(settings: Config): Promise<string[]> {
    // One that does not answer yet takes them over as soon as it can.
    const answers = await Promise.all(
      [...this.#running].map((worker) => worker.ask({ type: 'reload', settings }, answerMs)),
    );
    const mistakes = answers.flatMap((answer) => (answer?.type === 'reload' ? (answer.mistake ?? []) : []));
    if (mistakes.length === 0) this.#latest = settings;
    return mistakes;
  }

  /** Starts new ones in place of all, one after the other. Each ends once the next one takes connections. */
  async renew(): Promise<void> {
    if (!this.#isOpen) return;
    for (const place of this.#places) await this.#succeed(place);
  }

  /** Ends all of them. Rejects if one of them does not end as it should. */
  async close(): Promise<void> {
    this.#isEnding = true;
    const ends = [...this.#running].map(async (worker) => {
      const wasOpen = worker.phase === 'open';
      worker.send({ type: 'close' });
      const how = await worker.ended;
      return wasOpen && how !== wellEnded ? [`worker ${worker.number} ${how}`] : [];
    });
    const [failure] = (await Promise.all(ends)).flat();
    if (failure !== undefined) throw new Error(failure);
  }

  #launch(number: number): Worker {
    const { settings, log, console, gate, onEnded } = this.#options;
    const worker: Worker = new Worker(
      number,
      { settings, latest: this.#latest, log },
      {
        onLine: (text) => console.output.write(text),
        onTaken: () => gate.taken(worker),
        onLost: () => gate.lost(worker),
      },
    );
    this.#running.add(worker);
    void worker.ended.then(() => {
      this.#running.delete(worker);
      gate.remove(worker);
      onEnded(worker);
    });
    return worker;
  }

  async #open(place: Place, worker: Worker): Promise<string | undefined> {
    worker.send({ type: 'open', address: this.#address });
    const { most, inspector } = await worker.opened;
    place.worker = worker;
    place.sinceMs = performance.now();
    this.#options.gate.add(worker, most);
    void worker.leaving.then(() => this.#succeed(place, worker));
    return inspector;
  }

  /** Puts another worker into a place, unless it has one already. */
  #succeed(place: Place, leaving = place.worker): Promise<void> {
    if (this.#isEnding || leaving !== place.worker) return Promise.resolve();
    place.succession ??= this.#replace(place).finally(() => {
      place.succession = undefined;
    });
    return place.succession;
  }

  async #replace(place: Place): Promise<void> {
    const { worker: old, number } = place;
    const { console, settings } = this.#options;
    if (performance.now() - place.sinceMs >= steadyMs) place.failures = 0;
    if (old.phase === 'ended') {
      place.failures++;
      console.log({ kind: 'warning', text: `worker ${number} ${await old.ended}; the next one is started` });
    }
    // The port of its inspector is free for the next one only when it has ended.
    const isInTheWay = number === inspected && settings.inspect;
    if (isInTheWay) await this.#dismiss(old);
    for (; ; place.failures++) {
      if (place.failures > 1) await pause(Math.min(longestPauseMs, firstPauseMs * 2 ** (place.failures - 2)));
      if (this.#isEnding) return;
      try {
        const next = this.#launch(number);
        await next.loaded;
        const inspector = await this.#open(place, next);
        console.log({ kind: 'status', text: `worker ${number} is process ${next.pid} now` });
        for (const line of linesOf({ inspector, whose: ofInspected })) console.note(line);
        break;
      } catch (error) {
        if (this.#isEnding) return;
        const text = `worker ${number} could not be started: ${(error as Error).message}`;
        console.log({ kind: 'error', connection: undefined, error: text });
      }
    }
    void this.#dismiss(old);
  }

  /** Ends a worker. Those that are connected to it are told to come back. */
  async #dismiss(worker: Worker): Promise<void> {
    this.#options.gate.remove(worker);
    worker.send({ type: 'close' });
    await worker.ended;
  }
}

/** Which worker the inspector shows. */
export const ofInspected = ` of worker ${inspected}`;
