import { parseArgs } from 'node:util';
import { StartError } from '../start-error.ts';
import type { Screen } from './progress.ts';

/** What a command takes from its surroundings. */
export type Surroundings = {
  /** Prints a line of the result. */
  print: (line: string) => void;
  /** Writes a part of the result. Resolves when more can be written; rejects with a StartError. */
  write: (bytes: Uint8Array) => Promise<void>;
  /** Standard error. */
  screen: Screen;
  env: NodeJS.ProcessEnv;
  /** Interrupts the command. */
  signal: AbortSignal;
  now: Date;
  /** How many characters fit into a line of the result. */
  columns: number;
};

/** A command of `data`. */
export type Command = {
  usage: string;
  /**
   * Resolves to the exit code: 0, or 1 if the file is not good. Rejects with a StartError whose message says what is wrong,
   * or how to go on; its code is CONFIG_INVALID if the arguments are wrong. Rejects with an Interrupted if it has been
   * interrupted and has changed nothing.
   */
  run: (args: readonly string[], surroundings: Surroundings) => Promise<0 | 1>;
};

/** The arguments of a command, read. */
type Given<Valued extends string, Bare extends string> = {
  positionals: readonly string[];
  values: { readonly [flag in Valued]?: string } & { readonly [flag in Bare | 'json']?: boolean };
};

/**
 * Reads the arguments of a command: flags with a value, and bare ones. Every command has the bare flag `--json`, which makes
 * it print JSON, an object a line. `takes` says what the command takes, for when it gets something else.
 */
export function readArgs<Valued extends string = never, Bare extends string = never>(
  args: readonly string[],
  takes: string,
  { valued = [], bare = [] }: { valued?: readonly Valued[]; bare?: readonly Bare[] } = {},
): Given<Valued, Bare> {
  const options = Object.fromEntries([
    ...valued.map((flag) => [flag, { type: 'string' }] as const),
    ...[...bare, 'json'].map((flag) => [flag, { type: 'boolean' }] as const),
  ]);
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true }) as Given<Valued, Bare>;
  } catch {
    throw misuse(takes);
  }
}

/** The arguments are wrong. */
export const misuse = (takes: string) => new StartError('CONFIG_INVALID', `${takes} (--help says more)`);

/** Throws if one of these is a room in Redis. The message does not show it, since it may have a password. */
export function expectFiles(paths: readonly string[]): void {
  if (paths.some((path) => /^rediss?:/.test(path)))
    throw misuse('it takes files; data copy makes a file of a room in Redis, and a room of a file');
}
