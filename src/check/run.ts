/** What all cases of one check share: the server, chance, and what has been learned of the server so far. */
import { randomInt } from 'node:crypto';
import type { Limits } from '../machines/guards.ts';
import type { NicknameComparison } from '../protocol/nickname.ts';
import { contentLimit, type Dialect } from '../protocol/timestamp.ts';
import type { Hosted } from './hosted.ts';
import { seeded } from './seeded.ts';

/** How long to wait for what was missing before: it is reported already. */
const shortMs = 100;

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

export class Run {
  readonly url: string;
  readonly seed: number;
  readonly timeoutMs: number;
  readonly rounds: number;
  readonly server: Hosted | undefined;
  /** A number between 0 and 1, the same for the same seed. */
  readonly random: () => number;
  hasAnswered = false;
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

  patienceMs(signature: string): number {
    return this.seen.has(signature) ? Math.min(shortMs, this.timeoutMs) : this.timeoutMs;
  }
}
