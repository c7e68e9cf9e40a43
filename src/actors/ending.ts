/**
 * How a connection has ended: for good, by a moderator, perhaps only until the peer comes back (P-RES-3), or because the
 * process is ending, so that the peer may come back to another one.
 */
export type Departure = 'hangup' | 'kicked' | 'lost' | 'retired';

type Phase =
  /** Requests are read. */
  | { name: 'open' }
  /** The server is about to close: nothing more is read. */
  | { name: 'frozen' }
  /** Nothing more is read; the close frame waits for a history that is going out. */
  | { name: 'finishing'; code: number; reason: string }
  /** The peer has closed; the frames that it sent before are still being handled. */
  | { name: 'readingOut'; departure: Departure }
  /** The machine has been told that the peer is gone; the socket is not closed yet. */
  | { name: 'closing' }
  /** The machine has been told, and the socket is closed. The holding may still wait for the peer. */
  | { name: 'closed' }
  /** The machine has ended too. */
  | { name: 'gone' };

/** How long frames of a peer that has closed are handled. By default 64 messages, as many as may wait, take less. */
const readOutMs = 30_000;

export type EndingOptions = {
  /** Sends a close frame. */
  sendClose: (code: number, reason: string) => void;
  /** Tells the machine that the peer is gone. Called once. */
  depart: (departure: Departure) => void;
  /** Tells the machine that the peer has not come back in time. */
  expire: () => void;
};

/**
 * The ways in which a connection ends. `depart` marks the moment at which its machine is told.
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
 * Reading out ends after half a minute, so that those who flood and go leave nothing behind that waits for its time (P-LIM-1).
 * A closed connection is gone when its machine has ended. A holding that waits for its peer delays this (P-RES-3).
 */
export class Ending {
  readonly #options: EndingOptions;
  #phase: Phase = { name: 'open' };
  /** The code of the peer's close frame, if it has sent one. */
  code: number | undefined;
  /** Runs while frames are read out, then while the holding waits. XState's timers make every actor slower to stop. */
  #expiry: NodeJS.Timeout | undefined;
  /** The peer has violated the WebSocket protocol, so it cannot come back (P-RES-3). */
  #isFault = false;

  constructor(options: EndingOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#phase.name === 'open';
  }

  /** Whether waiting frames are still handled. */
  get isReading(): boolean {
    return this.isOpen || this.#phase.name === 'readingOut';
  }

  get isClosed(): boolean {
    return this.#phase.name === 'closed';
  }

  /** Lets the holding of a lost connection wait for its peer for so long. */
  awaitPeer(ms: number): void {
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(this.#options.expire, ms);
  }

  /** Called when the machine has ended. */
  gone(): void {
    clearTimeout(this.#expiry);
    this.#phase = { name: 'gone' };
  }

  /** Called when `ws` has found an invalid frame; `ws` closes with the proper code itself. */
  fault(): void {
    this.#isFault = true;
  }

  /** Stops handling frames, since the server is about to close. */
  freeze(): void {
    if (this.isOpen) this.#phase = { name: 'frozen' };
    else this.readOut();
  }

  /** Closes with this code once `sent` is called. Returns false, and does nothing, if it is closing already. */
  finish(code: number, reason: string): boolean {
    if (!this.isOpen && this.#phase.name !== 'frozen') return false;
    this.#phase = { name: 'finishing', code, reason };
    return true;
  }

  /** Called when everything has gone out. */
  sent(): void {
    if (this.#phase.name === 'finishing') this.close(this.#phase.code, this.#phase.reason, 'retired');
  }

  /** Sends a close frame, and tells the machine at once, whether or not the peer answers. */
  close(code: number, reason: string, departure: Departure): void {
    const { name } = this.#phase;
    if (name === 'closing' || name === 'closed' || name === 'gone') return;
    this.#phase = { name: name === 'readingOut' ? 'closed' : 'closing' };
    this.#options.sendClose(code, reason);
    this.#options.depart(departure);
  }

  /** Called when all frames that the peer sent before it closed have been handled, or dropped. */
  readOut(): void {
    if (this.#phase.name !== 'readingOut') return;
    const { departure } = this.#phase;
    this.#phase = { name: 'closed' };
    this.#options.depart(departure);
  }

  /**
   * Called when the socket is closed, with the code of the peer's close frame, or 1006 if there was none. After a
   * broken connection no more frames are handled.
   */
  socketClosed(code: number): void {
    const { name } = this.#phase;
    // `ws` says 1006 where there was no close frame (RFC 6455 §7.1.5).
    if (code !== 1006) this.code = code;
    const departure =
      !this.#isFault && name === 'open' && (code === 1006 || code === 1001) ? 'lost' : 'hangup';
    const isReadOut = name === 'open' && code !== 1006;
    this.#phase = isReadOut ? { name: 'readingOut', departure } : { name: 'closed' };
    if (isReadOut) this.#expiry = setTimeout(() => this.readOut(), readOutMs);
    else if (name !== 'closing') this.#options.depart(departure);
  }
}
