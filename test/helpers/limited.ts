import { executable, newProcess, type ServerProcess, type SpawnOptions } from './process.ts';

/** Starts the executable under the limits of the shell's `ulimit`, for example `-S -f 8`. */
export const limitedBy = (limits: string): SpawnOptions => ({
  command: 'sh',
  before: ['-c', `ulimit ${limits}; exec "$0" "$@"`, process.execPath, executable],
});

export function newLimitedProcess(limits: string, args: readonly string[]): ServerProcess {
  return newProcess(args, limitedBy(limits));
}
