/** The state of a connection's outlet: whether anything is waiting there, and how many bytes have left in all. */
export type Flow = { isBusy: boolean; flushed: number };

/**
 * Whether the peer is alive (P-EVT-4). A peer that has not answered the last ping still counts as alive while it takes
 * bytes that are ahead of the ping, such as a long history, or while its pong may be behind frames that the server has
 * not read.
 */
export class Pulse {
  #isPongDue = false;
  /** The time of the first unanswered ping. */
  #askedAtMs = 0;
  /** Whether the socket was paused at some time since the last beat. */
  #wasPaused = false;
  #atLastBeat: Flow = { isBusy: false, flushed: 0 };

  /** Called when a pong has come. */
  pong(): void {
    this.#isPongDue = false;
  }

  /** Called when the server stops reading the socket. */
  paused(): void {
    this.#wasPaused = true;
  }

  /** One beat. Returns the milliseconds of silence if the peer is dead; else it owes a pong by the next beat. */
  beat(flow: Flow, isPaused: boolean, nowMs: number): number | undefined {
    const { isBusy, flushed } = this.#atLastBeat;
    const isTaking = (flow.isBusy || isBusy) && flow.flushed > flushed;
    const isUnread = (isPaused || this.#wasPaused) && !flow.isBusy;
    this.#wasPaused = false;
    this.#atLastBeat = flow;
    if (this.#isPongDue && !isTaking && !isUnread) return nowMs - this.#askedAtMs;
    if (!this.#isPongDue) this.#askedAtMs = nowMs;
    this.#isPongDue = true;
    return undefined;
  }
}
