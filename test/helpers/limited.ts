import { executable, newProcess, type ServerProcess } from './process.ts';

/** Starts the executable under the limits of the shell's `ulimit`, for example `-S -f 8`. */
export function newLimitedProcess(limits: string, args: readonly string[]): ServerProcess {
  const script = `ulimit ${limits}; exec "$0" "$@"`;
  return newProcess(args, { command: 'sh', before: ['-c', script, process.execPath, executable] });
}
