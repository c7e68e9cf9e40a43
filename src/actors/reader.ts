import type { Allowance } from './allowance.ts';
import type { Ending } from './ending.ts';
import type { Histories } from './histories.ts';
import { type DataFrame, Inbox } from './inbox.ts';
import type { Intake } from './intake.ts';
import type { Pulse } from './pulse.ts';
import { type Delays, Toll } from './toll.ts';
import type { Turns, Worker } from './turns.ts';

export type ReaderOptions = {
  turns: Turns;
  histories: Histories;
  allowance: Allowance;
  ending: Ending;
  pulse: Pulse;
  delays: Delays;
  answerPing: (payload: Buffer) => void;
  /** Handles the first frame of the inbox and takes it out, if that is possible now. Returns whether it was. */
  handle: (frame: DataFrame) => boolean;
  /** `ws` has written a close frame. */
  onClosing: (code: number) => void;
  /** The peer has not finished a message in time. */
  onStalled: () => void;
  /** There is a bug in the way of a frame. */
  onFault: (error: unknown) => void;
};

/**
 * The way into a connection: the socket's bytes wait in the intake, and the frames that `ws` makes of them in the inbox.
 * In its turn a reader handles what waits in the inbox and reads on while that has room.
 */
export class Reader implements Worker {
  readonly #intake: Intake;
  readonly #options: ReaderOptions;
  readonly #toll: Toll;
  readonly #inbox: Inbox;

  /** The payload of the latest ping, if it has not been answered; the latest is enough (RFC 6455 §5.5.3). */
  #ping: Buffer | undefined;

  constructor(intake: Intake, options: ReaderOptions) {
    this.#intake = intake;
    this.#options = options;
    this.#toll = new Toll(() => this.wake(), options.delays);
    this.#inbox = new Inbox(() => this.wake(), options.delays);
    intake.open({
      onPiece: () => this.wake(),
      onPaused: () => options.pulse.paused(),
      onClosing: options.onClosing,
      onStalled: (isStill) =>
        options.turns.whenSound(() => {
          if (isStill()) options.onStalled();
        }),
    });
    intake.on('close', () => {
      this.#toll.passed();
      options.allowance.close();
    });
  }

  /** Whether the socket is not read. */
  get isHeld(): boolean {
    return this.#intake.isHeld;
  }

  /** How many frames wait in the inbox. */
  get waiting(): number {
    return this.#inbox.length;
  }

  /** How long frames have waited because of limits. */
  get delayedMs(): number {
    return this.#options.delays.ms;
  }

  /** Handles and reads whatever is possible, at once or in later turns. */
  wake(): void {
    this.#options.turns.call(this);
  }

  fail(error: unknown): void {
    this.#options.onFault(error);
  }

  /** Takes a message from `ws`, which makes it at once of what it is passed. */
  push(frame: Omit<DataFrame, 'fragments'>): void {
    if (this.#options.ending.isOpen) this.#inbox.push({ ...frame, fragments: this.#intake.fragments });
    this.wake();
  }

  /** Takes a ping from `ws`. */
  ping(payload: Buffer): void {
    this.#ping = payload;
  }

  /** Whether the first frame may be handled. The first call for it pays, by `pay`, which returns how long it must wait. */
  isDue(pay: () => number): boolean {
    return this.#inbox.isDue(pay);
  }

  /** Takes the first frame out of the inbox. It is under way until `settled`. */
  take(): void {
    this.#inbox.take();
  }

  /** Called when the oldest `count` frames under way have been answered. */
  settled(count: number): void {
    this.#inbox.settled(count);
  }

  step(): number | undefined {
    const { ending, answerPing, handle } = this.#options;
    if (!ending.isReading) this.#drop();
    if (this.#ping !== undefined) {
      answerPing(this.#ping);
      this.#ping = undefined;
      return 0;
    }
    const { first } = this.#inbox;
    if (first !== undefined && handle(first)) return first.data.length;
    if (this.#inbox.length === 0) ending.readOut();
    const { next } = this.#intake;
    if (next === undefined || (ending.isOpen && !this.#mayRead(next))) return undefined;
    this.#toll.passed();
    this.#intake.pass();
    return next;
  }

  #drop(): void {
    const { allowance, histories } = this.#options;
    this.#inbox.clear(({ request }) => request && allowance.giveBack(request));
    histories.stepAside(this);
  }

  #mayRead(bytes: number): boolean {
    return !this.#inbox.isFull && this.#toll.isOpen(() => this.#options.allowance.frame(bytes));
  }
}
