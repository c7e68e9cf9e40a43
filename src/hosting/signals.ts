/** How the executable ends. */
import { setTimeout } from 'node:timers/promises';
import type { Console } from './log.ts';

/** A second signal within so many milliseconds is the same one, sent to npm and passed on by it. */
const sameSignalMs = 100;
/** Milliseconds that the end may take. */
const endLimitMs = 4500;

/**
 * Ends the process on SIGTERM or SIGINT: exit code 0 if `close` has finished in time, else 1, and at once on a second
 * signal. `npmScript` is the npm script that runs it, if one does.
 */
export function endOnSignal(close: () => Promise<void>, output: Console, npmScript?: string): void {
  let since: number | undefined;
  const onSignal = () => {
    if (since !== undefined && performance.now() - since > sameSignalMs) process.exit(1);
    if (since !== undefined) return;
    since = performance.now();
    const late = setTimeout(endLimitMs).then(() =>
      Promise.reject(new Error('not everything could be finished in time')),
    );
    Promise.race([close(), late]).then(
      () => exit(0, output),
      (error) => fail(error, output),
    );
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  if (npmScript === 'start' || npmScript === 'inspect') endWithParent(onSignal);
}

/** npm sends its signals to a shell, which may end without passing them on: then another process is the parent. */
function endWithParent(onEnd: () => void): void {
  const { ppid } = process;
  const watch = setInterval(() => {
    if (process.ppid === ppid) return;
    clearInterval(watch);
    onEnd();
  }, 500).unref();
}

/** Ends the process because of a bug, which standard error is told too. */
export function fail(error: unknown, output: Console): void {
  output.log({ kind: 'error', connection: undefined, error });
  process.stderr.write(`${(error as Error).stack}\n`);
  exit(1, output);
}

function exit(code: number, { flush }: Console): void {
  flush();
  process.exit(code);
}
