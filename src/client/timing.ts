/** How long the client waits, and how often it tries. */

/** What the client knows about the server's pings, and what has gone wrong since something last went well. */
export type Timing = {
  /** Seconds between two pings, according to the last one. */
  intervalSeconds: number;
  /** Consecutive silent connections since the last ping. */
  silences: number;
  /** Consecutive failed connections. */
  failures: number;
  /** Consecutive claims that were refused because a ghost holds the nickname. */
  blocks: number;
};

/** Until the first ping, the client assumes the interval of the contract (P-EVT-3). */
export const initialTiming: Timing = { intervalSeconds: 5, silences: 0, failures: 0, blocks: 0 };

/** Shorter than the interval of any server. */
const leastSeconds = 0.01;
const leastBackoffMs = 500;
const mostBackoffMs = 30_000;
/** The longest delay of a timer. A longer one would overflow, and the timer would fire at once. */
const mostDelayMs = 2 ** 31 - 1;
/** The pause between two claims of a nickname that a ghost holds is a fifth of the interval, but at most this long. */
const mostPauseMs = 5000;
/** How long the server keeps the nickname of a lost connection with a secret, by default (P-RES-3). */
const lingeringMs = 10_000;

type At = { context: Timing };

/** The delays of the machine, in milliseconds. */
export const delays = {
  /** How long a connection may take to open. */
  patience: 10_000,
  /** Exponential with jitter, so that the clients of a restarted server do not all reconnect at the same moment. */
  backoff: ({ context }: At) =>
    Math.min(mostBackoffMs, leastBackoffMs * 2 ** (context.failures - 1)) * (0.5 + Math.random() / 2),
  pause: ({ context }: At) => Math.min(mostPauseMs, context.intervalSeconds * 200),
  /** How long a connection without a nickname must stay open to count as a good one. */
  proof: 1000,
  /**
   * Two intervals. Doubles after each silence from the second one on, because the server may send pings less often than
   * assumed, or the connection may be so slow that pings are late.
   */
  silence: ({ context: { intervalSeconds, silences } }: At) =>
    Math.min(mostDelayMs, 2000 * intervalSeconds * 2 ** Math.max(0, silences - 1)),
  /**
   * Twelve intervals without a reply that is due. A server with limits answers late on purpose (P-LIM-1), and while its
   * pings come it is there.
   */
  muteness: ({ context: { intervalSeconds } }: At) => Math.min(mostDelayMs, 12_000 * intervalSeconds),
};

/** Whether a ping's value can be an interval. The server may be a foreign one. */
export const isInterval = (seconds: number) => Number.isFinite(seconds) && seconds >= leastSeconds;

/**
 * How often a nickname that a ghost holds is claimed. The ghost holds it for at most two intervals (P-EVT-4), so the
 * client tries for three. If the reply to a claim was lost, the ghost may have a secret that the client does not know,
 * so the nickname may linger after that.
 */
export function mostBlocks(context: Timing, isClaimLost: boolean): number {
  const spanMs = 3000 * context.intervalSeconds + (isClaimLost ? lingeringMs : 0);
  return Math.ceil(spanMs / delays.pause({ context }));
}
