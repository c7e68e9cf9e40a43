import { executable, newProcess, type ServerProcess } from './process.ts';

/** Starts the executable under limits of the shell's `ulimit`, `-S -f 8` for one. */
export function newLimitedProcess(limits: string, args: readonly string[]): ServerProcess {
  const script = `ulimit ${limits}; exec "$0" "$@"`;
  return newProcess(args, { command: 'sh', before: ['-c', script, process.execPath, executable] });
}
