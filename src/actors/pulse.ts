/** How a connection's way out stands: is anything waiting there, and how many bytes have left in all. */
export type Flow = { isBusy: boolean; flushed: number };

/**
 * Whether the peer is alive (P-EVT-4). A peer that has not answered the last ping is not dead yet while it takes bytes
 * that the ping stands behind, such as a long history, or while its pong may stand behind frames that the server has not
 * read.
 */
export class Pulse {
  #isPongDue = false;
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

  /** One beat: is the peer alive? If so, it owes a pong by the next. */
  beat(flow: Flow, isPaused: boolean): boolean {
    const { isBusy, flushed } = this.#atLastBeat;
    const isTaking = (flow.isBusy || isBusy) && flow.flushed > flushed;
    const isUnread = (isPaused || this.#wasPaused) && !flow.isBusy;
    this.#wasPaused = false;
    this.#atLastBeat = flow;
    const isAlive = !this.#isPongDue || isTaking || isUnread;
    this.#isPongDue = true;
    return isAlive;
  }
}
