/** The longest time that a timer of Node can take. */
const mostMs = 2 ** 31 - 1;

/** How long things have waited together. `now` is a monotonic clock, in milliseconds. */
export type Delays = { ms: number; readonly now: () => number };

/** Lets things pass one at a time, each when what it costs has been paid. Waits with a plain timer. */
export class Toll {
  readonly #onOpen: () => void;
  readonly #delays: Delays;
  #isPaid = false;
  #timer: NodeJS.Timeout | undefined;
  #sinceMs = 0;

  /** `onOpen` is called when the next thing may pass after a wait. Waits are added to `delays`. */
  constructor(onOpen: () => void, delays: Delays) {
    this.#onOpen = onOpen;
    this.#delays = delays;
  }

  /** Whether the next thing has paid and still waits. */
  get isWaiting(): boolean {
    return this.#timer !== undefined;
  }

  /** Whether the next thing may pass. The first call for it pays, by `pay`, which returns how long it must wait. */
  isOpen(pay: () => number): boolean {
    if (!this.#isPaid) {
      this.#isPaid = true;
      const waitMs = pay();
      if (waitMs > 0) this.#wait(waitMs);
    }
    return !this.isWaiting;
  }

  /** The thing has passed, or will not any more. */
  passed(): void {
    if (this.#timer !== undefined) this.#endWait();
    this.#isPaid = false;
  }

  #wait(waitMs: number): void {
    this.#sinceMs = this.#delays.now();
    const onOpen = () => {
      this.#endWait();
      this.#onOpen();
    };
    this.#timer = setTimeout(onOpen, Math.min(waitMs, mostMs));
  }

  #endWait(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#delays.ms += this.#delays.now() - this.#sinceMs;
  }
}
