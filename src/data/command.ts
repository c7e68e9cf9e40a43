import type { Screen } from './progress.ts';

/** What a command takes from its surroundings. */
export type Surroundings = {
  /** Prints a line of the result. */
  print: (line: string) => void;
  /** Standard error. */
  screen: Screen;
  env: NodeJS.ProcessEnv;
  /** Interrupts the command. */
  signal: AbortSignal;
};

/** A command of `data`. */
export type Command = {
  usage: string;
  /** Rejects with a StartError whose message says what is wrong, or how to go on. */
  run: (args: readonly string[], surroundings: Surroundings) => Promise<void>;
};
