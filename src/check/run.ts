/** What all cases of one check share: the server, chance, and what has been learned of the server so far. */
import { randomInt } from 'node:crypto';
import type { Limits } from '../machines/guards.ts';
import type { NicknameComparison } from '../protocol/nickname.ts';
import { contentLimit, type Dialect } from '../protocol/timestamp.ts';
import type { Hosted } from './hosted.ts';
import { seeded } from './seeded.ts';

/** How long to wait for what was missing before: it is reported already. */
const shortMs = 100;
/** How many connections to a server with limits are kept. */
const mostKept = 30;
/** How much longer than usual a reply may take that limits delay. */
const lateTimes = 15;
const mostLateMs = 30_000;

export type RunOptions = {
  url: string;
  seed: number;
  /** How long a reply may take. */
  timeoutMs: number;
  /** How often a case tries what depends on chance. */
  rounds?: number;
  /** The server, if the check starts it itself. */
  server?: Hosted | undefined;
};

/** A connection that can be ended. */
type Guest = { leave: () => Promise<void> };

export class Run {
  readonly url: string;
  readonly seed: number;
  readonly timeoutMs: number;
  readonly rounds: number;
  readonly server: Hosted | undefined;
  /** A number between 0 and 1, the same for the same seed. */
  readonly random: () => number;
  /** Whether it has sent anything, and whether it has answered a request. */
  hasAnswered = false;
  hasReplied = false;
  /** It answers late, because of its limits (P-LIM-1). */
  isDelayed = false;
  dialect: Dialect | undefined;
  /** How the server compares nicknames, once that is known. */
  comparison: NicknameComparison | undefined;
  /** Whether it answers a `get` for a part of the history (P-GET-2). */
  hasWindows = false;
  /** The transcript of whoever said or heard something last. */
  told: readonly string[] = [];
  /** Groups of forms that one client has tried, and whether all of them passed. */
  readonly groups = new Map<string, boolean>();
  /** The forms of requests that have failed, and the rule that each broke. */
  readonly broken = new Map<object, string>();
  /** The signatures of all faults so far. */
  readonly seen = new Set<string>();
  /** In most nicknames of this check, so that they are nobody else's. */
  readonly mark = `${randomInt(1e8)}`.padStart(8, '0');
  /** How many cases have been tried. */
  tried = 0;
  readonly #kept: Guest[] = [];

  constructor({ url, seed, timeoutMs, rounds = 10, server }: RunOptions) {
    this.server = server;
    this.url = url;
    this.seed = seed;
    this.timeoutMs = timeoutMs;
    this.rounds = rounds;
    this.random = seeded(seed);
  }

  /** The limits of nicknames and contents, and how nicknames are compared (P-NAME-1, P-NAME-3, P-TIME-2). */
  get limits(): Limits {
    const { dialect = 'documented', comparison = 'nickname' } = this;
    return { name: 100, content: contentLimit[dialect], comparison };
  }

  below(count: number): number {
    return Math.floor(this.random() * count);
  }

  /** How long a reply may take that limits delay. */
  get lateMs(): number {
    return Math.max(this.timeoutMs, Math.min(mostLateMs, this.timeoutMs * lateTimes));
  }

  /** Whether what is missing may only be late. A server that has never answered is mute. */
  mayBeLate(signature: string): boolean {
    return this.hasReplied && !this.seen.has(signature);
  }

  patienceMs(signature: string): number {
    return this.seen.has(signature) ? Math.min(shortMs, this.timeoutMs) : this.timeoutMs;
  }

  /**
   * Ends connections. A server with limits lets a new one continue with what a closed one has left (P-LIM-1), so there the
   * last ones stay open for a while.
   */
  async dismiss(guests: readonly Guest[]): Promise<void> {
    this.#kept.push(...guests);
    const count = Math.max(0, this.#kept.length - (this.isDelayed ? mostKept : 0));
    const leaving = this.#kept.splice(0, count);
    await Promise.all(leaving.map((guest) => guest.leave()));
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await Promise.all(this.#kept.splice(0).map((guest) => guest.leave()));
  }
}
