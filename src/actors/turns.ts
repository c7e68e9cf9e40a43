/**
 * Shares the turns of the event loop among all connections. A turn has room for so much work and no more, whoever does
 * it; the connections take turns, a frame or a fragment of a history each. One that has had nothing to do goes first: so
 * whoever says little now and then does not stand in the line of those who always have more.
 */

/** The room of a turn, in units: a frame is one, and each KiB of it one more. */
const roomOfTurn = 160;
/** What is kept of it for those that come first, so that a socket that is read late in the turn finds some. */
const kept = 64;

export type Worker = {
  /** Does one piece of work. Returns its size in bytes, or `undefined` if it can do nothing now. */
  step: () => number | undefined;
  /** Called when that has thrown: there is a bug, which must not concern the others. */
  fail: (error: unknown) => void;
};

/** How long to wait before looking again whether the process may go on. */
const heldMs = 20;

export class Turns {
  readonly #isHeld: () => boolean;
  #room = roomOfTurn;
  #isCounting = false;
  #isRunning = false;
  #isWaiting = false;
  /** The workers that have had nothing to do, and those that may have more to do; each in the order of their turns. */
  readonly #first = new Set<Worker>();
  readonly #others = new Set<Worker>();

  /** `isHeld`: whether the process must do nothing now. */
  constructor(isHeld = () => false) {
    this.#isHeld = isHeld;
  }

  /** Acts at once, or, while the process must do nothing, as soon as it may. */
  whenSound(act: () => void): void {
    if (this.#isHeld()) setTimeout(() => this.whenSound(act), heldMs);
    else act();
  }

  /** Lets the worker work until it can do nothing more: at once as far as there is room, and else in the next turns. */
  call(worker: Worker): void {
    if (!this.#others.has(worker)) this.#first.add(worker);
    this.#run();
  }

  /** Does what must look like one step: no worker works before it is done. */
  alone(task: () => void): void {
    const isInside = this.#isRunning;
    this.#isRunning = true;
    try {
      task();
    } finally {
      this.#isRunning = isInside;
    }
    this.#run();
  }

  #run(): void {
    if (this.#isRunning) return;
    if (this.#isHeld()) {
      if (!this.#isWaiting)
        this.whenSound(() => {
          this.#isWaiting = false;
          this.#run();
        });
      this.#isWaiting = true;
      return;
    }
    this.#isRunning = true;
    try {
      for (let worker = this.#next(); worker !== undefined; worker = this.#next()) this.#serve(worker);
    } finally {
      this.#isRunning = false;
    }
  }

  #next(): Worker | undefined {
    if (this.#room <= 0) return undefined;
    const [first] = this.#first;
    if (first !== undefined || this.#room <= kept) return first;
    const [other] = this.#others;
    return other;
  }

  #serve(worker: Worker): void {
    this.#first.delete(worker);
    // At the end of the line before it works: it may call itself.
    this.#others.delete(worker);
    this.#others.add(worker);
    const bytes = this.#step(worker);
    if (bytes === undefined) this.#others.delete(worker);
    else this.#count(1 + bytes / 1024);
  }

  #step(worker: Worker): number | undefined {
    try {
      return worker.step();
    } catch (error) {
      worker.fail(error);
      return undefined;
    }
  }

  #count(units: number): void {
    this.#room -= units;
    if (this.#isCounting) return;
    this.#isCounting = true;
    setImmediate(() => {
      this.#isCounting = false;
      this.#room = roomOfTurn;
      this.#run();
    });
  }
}
