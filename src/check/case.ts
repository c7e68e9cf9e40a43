import type { Words } from '../doctor/finding.ts';
import type { Bench } from './bench.ts';

export const stages = [
  'connect',
  'requests',
  'name',
  'send and get',
  'events',
  'order',
  'liveness',
  'limits',
  'extensions',
  'storage',
] as const;
export type Stage = (typeof stages)[number];

/** One thing that a rule demands. A rule is kept if all of its cases pass. */
export type Case = {
  readonly rule: string;
  readonly stage: Stage;
  /** Rules without which this case says nothing. */
  readonly needs?: readonly string[];
  /** What a server does that passes. */
  readonly title: Words;
  /** It learns what other cases go by, so it is tried whatever rules are asked for. */
  readonly isProbe?: true;
  /** It fails only with `--strict`. */
  readonly isLoose?: true;
  /** Rejects with a Fault, or with NotJudged. */
  readonly run: (bench: Bench) => Promise<void>;
};
