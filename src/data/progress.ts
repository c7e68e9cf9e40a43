import { Interrupted, type Page } from './store.ts';

/** How often a line is redrawn, and how often one is written where that is not possible. */
const redrawMs = 100;
const lineMs = 5000;
/** Goes to the beginning of the line and erases it. */
const erase = '\r\x1b[K';

export type Screen = {
  write: (text: string) => void;
  isTerminal: boolean;
  /** The time, in milliseconds. */
  now: () => number;
};

/** Shows how far a command has come: on a terminal in one line that is redrawn, elsewhere in a line now and then. */
export class Progress {
  readonly #screen: Screen;
  readonly #signal: AbortSignal;
  #shownMs: number;
  #isDrawn = false;

  /** The signal interrupts what is watched. */
  constructor(screen: Screen, signal: AbortSignal) {
    this.#screen = screen;
    this.#signal = signal;
    this.#shownMs = screen.now();
  }

  /** Passes pages on until it is interrupted. `what` says what is done with them. */
  async *watch(what: string, pages: AsyncIterable<Page>): AsyncGenerator<Page> {
    let count = 0;
    for await (const page of pages) {
      this.#stopIfAborted();
      yield page;
      count += page.messages.length;
      this.advance(what, page.share, count);
    }
  }

  /** Shows that a share, from 0 to 1, is done with so many messages. Throws an Interrupted once it is interrupted. */
  advance(what: string, share: number, messages: number): void {
    this.#stopIfAborted();
    this.#show(`${what}: ${Math.floor(share * 100)} %, messages ${messages}`);
  }

  /** Writes a line that stays. */
  say(line: string): void {
    this.finish();
    this.#screen.write(`${line}\n`);
  }

  /** Erases the line that is redrawn. */
  finish(): void {
    if (this.#isDrawn) this.#screen.write(erase);
    this.#isDrawn = false;
  }

  #stopIfAborted(): void {
    if (this.#signal.aborted) throw new Interrupted('interrupted');
  }

  #show(text: string): void {
    const { write, isTerminal, now } = this.#screen;
    if (now() - this.#shownMs < (isTerminal ? redrawMs : lineMs)) return;
    this.#shownMs = now();
    write(isTerminal ? `${erase}${text}` : `${text}\n`);
    this.#isDrawn = isTerminal;
  }
}
