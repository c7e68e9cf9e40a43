/** What comes of a check: the JSON of `--json`. */
import type { Dialect } from '../protocol/timestamp.ts';

/** `loose`: kept, except for what only `--strict` demands. `not judged`: what it builds on is broken, or was not asked for. */
export type Verdict = 'pass' | 'fail' | 'loose' | 'not judged';

export type Finding = {
  readonly title: string;
  /** The frames between the clients A, B, … and the server: `A> {…}` to it, `A< {…}` from it. */
  readonly transcript: readonly string[];
  readonly expected: string;
  readonly received: string;
  readonly likely?: string;
  /** The path of the lesson that explains it. */
  readonly lesson?: string;
};

export type RuleReport = {
  readonly id: string;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
};

export type Report = {
  readonly url: string;
  /** `null`: the server has told no timestamp of either form. */
  readonly dialect: Dialect | null;
  readonly seed: number;
  readonly rules: readonly RuleReport[];
  /** How many rules are kept, loosely or not, and how many are broken. */
  readonly passed: number;
  readonly failed: number;
};
