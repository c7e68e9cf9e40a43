/** How a connection's way out stands: is anything waiting there, and how many bytes have left in all. */
export type Flow = { isBusy: boolean; flushed: number };

/**
 * Whether the peer is alive (P-EVT-4). A peer that has not answered the last ping is not dead yet while it takes bytes
 * that the ping stands behind, such as a long history, or while its pong may stand behind frames that the server has not
 * read.
 */
export class Pulse {
  #isPongDue = false;
  /** When the first ping was sent that is still unanswered, in milliseconds. */
  #askedAt = 0;
  /** The socket was not read at some time since the last beat. */
  #wasPaused = false;
  #atLastBeat: Flow = { isBusy: false, flushed: 0 };

  /** A pong has come. */
  pong(): void {
    this.#isPongDue = false;
  }

  /** The server stops reading the socket. */
  paused(): void {
    this.#wasPaused = true;
  }

  /** One beat. Returns for how many milliseconds a dead peer has been silent; one that is alive owes a pong by the next. */
  beat(flow: Flow, isPaused: boolean, now: number): number | undefined {
    const { isBusy, flushed } = this.#atLastBeat;
    const isTaking = (flow.isBusy || isBusy) && flow.flushed > flushed;
    const isUnread = (isPaused || this.#wasPaused) && !flow.isBusy;
    this.#wasPaused = false;
    this.#atLastBeat = flow;
    if (this.#isPongDue && !isTaking && !isUnread) return now - this.#askedAt;
    if (!this.#isPongDue) this.#askedAt = now;
    this.#isPongDue = true;
    return undefined;
  }
}
