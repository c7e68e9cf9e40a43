/** The longest time that a timer of Node can take. */
const mostMs = 2 ** 31 - 1;

/** Lets things pass one at a time, each when what it costs has been paid. Waits with a plain timer. */
export class Toll {
  readonly #onOpen: () => void;
  #isPaid = false;
  #timer: NodeJS.Timeout | undefined;

  /** `onOpen` is called when the next thing may pass after a wait. */
  constructor(onOpen: () => void) {
    this.#onOpen = onOpen;
  }

  /** Whether the next thing may pass. The first call for it pays, by `pay`, which returns how long it must wait. */
  isOpen(pay: () => number): boolean {
    if (!this.#isPaid) {
      this.#isPaid = true;
      const waitMs = pay();
      if (waitMs > 0) this.#timer = setTimeout(() => this.#open(), Math.min(waitMs, mostMs));
    }
    return this.#timer === undefined;
  }

  /** The thing has passed, or will not any more. */
  passed(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isPaid = false;
  }

  #open(): void {
    this.#timer = undefined;
    this.#onOpen();
  }
}
