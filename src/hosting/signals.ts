/** How the executable ends, whatever its log is written to. */
import type { Console } from './log.ts';
import { Output } from './output.ts';

/** A second signal within so many milliseconds is the same one, sent to npm and passed on by it. */
const sameSignalMs = 100;
/** Milliseconds that the end may take, and the last of the log besides. */
const endLimitMs = 4500;
const flushLimitMs = 300;
const parentCheckMs = 500;

/**
 * Ends the process on SIGTERM, SIGINT, or SIGHUP (its terminal is gone): exit code 0 if `close` has finished in time, else
 * 1, and at once on a second signal. `npmScript` is the npm script that runs it, if one does.
 */
export function endOnSignal(close: () => Promise<void>, { log, output }: Console, npmScript?: string): void {
  let since: number | undefined;
  const onSignal = () => {
    if (since !== undefined && performance.now() - since > sameSignalMs) void exit(1, output);
    if (since !== undefined) return;
    since = performance.now();
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error('not everything could be finished in time')), endLimitMs);
    });
    Promise.race([close(), late]).then(
      () => exit(0, output),
      (error) => fail(error, { log, output }),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal);
  if (npmScript === 'start' || npmScript === 'inspect') endWithParent(onSignal);
}

/** npm sends its signals to a shell, which may end without passing them on: then another process is the parent. */
function endWithParent(onEnd: () => void): void {
  const { ppid } = process;
  const watch = setInterval(() => {
    if (process.ppid === ppid) return;
    clearInterval(watch);
    onEnd();
  }, parentCheckMs).unref();
}

/** Ends the process because of a bug, which standard error is told too. */
export function fail(error: unknown, { log, output }: Pick<Console, 'log' | 'output'>): void {
  log({ kind: 'error', connection: undefined, error });
  const complaint = new Output(2);
  complaint.write(`${(error as Error).stack}\n`);
  void exit(1, output, complaint);
}

/**
 * Writes the last of the log and exits. Node waits for its threads when it exits, so a thread that hangs in a write leaves
 * only the signal that nothing waits for.
 */
async function exit(code: number, ...outputs: Output[]): Promise<void> {
  const ended = await Promise.all(outputs.map((output) => output.end(flushLimitMs)));
  if (ended.includes(false)) process.kill(process.pid, 'SIGKILL');
  process.exit(code);
}
