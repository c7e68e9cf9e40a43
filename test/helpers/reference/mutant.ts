import { ReferenceServer } from './server.ts';

type Habits = Partial<ReferenceServer> & ThisType<ReferenceServer>;

/** One mistake of those that people make when they write a server. */
export type Mutant = {
  title: string;
  /** What the server does differently. A function makes it for each server, if it remembers something. */
  does: Habits | (() => Habits);
  /** The server leaves something out, for which `check` waits so long. Any other does all in time, on a busy machine, too. */
  waitsMs?: number;
  /** The rules that `check` must find broken, and no others. */
  breaks: readonly string[];
  /** Those that only `--strict` finds broken. */
  loosens?: readonly string[];
};

/** How the server does it that makes no mistake. */
export const right = ReferenceServer.prototype;
