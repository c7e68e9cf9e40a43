/** Why its machine lets go of the nickname: for good, or perhaps only until the peer comes back (P-RES-3). */
export type Departure = 'hangup' | 'lost';

type Phase =
  /** Requests are read. */
  | { name: 'open' }
  /** The server is about to close: nothing more is read. */
  | { name: 'frozen' }
  /** The same, and a history is still going out before the close frame. */
  | { name: 'finishing'; code: number; reason: string }
  /** The peer has closed; what it said before that is still handled. */
  | { name: 'readingOut'; departure: Departure }
  /** The machine has been told; the socket is not closed yet. */
  | { name: 'closing' }
  /** The machine has been told, and the socket is closed. The holding may still wait for its peer. */
  | { name: 'closed' }
  /** Nothing is left of it. */
  | { name: 'gone' };

export type EndingOptions = {
  /** Sends a close frame. */
  sendClose: (code: number, reason: string) => void;
  /** Tells the machine, once. */
  depart: (departure: Departure) => void;
};

/**
 * The ways in which a connection ends. `depart` is the moment at which its machine lets go of the nickname.
 *
 * ```
 *         peer's close frame                  all of its requests handled: depart
 *  open ──────────────────────► readingOut ─────────────────────────────────────► closed
 *   │ │     line broken: depart                                                     ▲
 *   │ └─────────────────────────────────────────────────────────────────────────────┤
 *   │       close(code): close frame, depart            socket closed               │
 *   ├──────────────────────────────────────► closing ───────────────────────────────┤
 *   │ freeze                                    ▲                                   │
 *   └───────► frozen ──► finishing ─────────────┘  socket closed: depart            │
 *               │  finish   │  history is out: close frame, depart                  │
 *               └───────────┴───────────────────────────────────────────────────────┘
 * ```
 *
 * A closed connection is gone when its machine has ended, which a holding that waits for its peer delays (P-RES-3).
 */
export class Ending {
  readonly #options: EndingOptions;
  #phase: Phase = { name: 'open' };
  /** The peer has broken the protocol, so its end is no loss (P-RES-3). */
  #isFault = false;

  constructor(options: EndingOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#phase.name === 'open';
  }

  /** Whether frames that wait are still handled. */
  get isReading(): boolean {
    return this.isOpen || this.#phase.name === 'readingOut';
  }

  get isClosed(): boolean {
    return this.#phase.name === 'closed';
  }

  /** Its machine has ended too. */
  gone(): void {
    this.#phase = { name: 'gone' };
  }

  /** `ws` found a broken frame, and closes with the proper code. */
  fault(): void {
    this.#isFault = true;
  }

  /** Nothing more is read: the server is about to close. */
  freeze(): void {
    if (this.isOpen) this.#phase = { name: 'frozen' };
    else this.readOut();
  }

  /** Closes with this code, after the history that is going out. */
  finish(code: number, reason: string, isStreaming: boolean): void {
    if (isStreaming) this.#phase = { name: 'finishing', code, reason };
    else this.close(code, reason, 'hangup');
  }

  /** Nothing is going out any more. */
  sent(): void {
    if (this.#phase.name === 'finishing') this.close(this.#phase.code, this.#phase.reason, 'hangup');
  }

  /** Sends a close frame. The machine departs at once, whether or not the peer answers. */
  close(code: number, reason: string, departure: Departure): void {
    const { name } = this.#phase;
    if (name === 'closing' || name === 'closed' || name === 'gone') return;
    this.#phase = { name: name === 'readingOut' ? 'closed' : 'closing' };
    this.#options.sendClose(code, reason);
    this.#options.depart(departure);
  }

  /** All that the peer said before it closed has been handled. */
  readOut(): void {
    if (this.#phase.name !== 'readingOut') return;
    const { departure } = this.#phase;
    this.#phase = { name: 'closed' };
    this.#options.depart(departure);
  }

  /**
   * The socket is closed, with the code of the peer's close frame, or 1006 where it sent none. Of a broken line nothing
   * more is handled.
   */
  socketClosed(code: number): void {
    const { name } = this.#phase;
    const departure =
      !this.#isFault && name === 'open' && (code === 1006 || code === 1001) ? 'lost' : 'hangup';
    const isReadOut = name === 'open' && code !== 1006;
    this.#phase = isReadOut ? { name: 'readingOut', departure } : { name: 'closed' };
    if (!isReadOut && name !== 'closing') this.#options.depart(departure);
  }
}
