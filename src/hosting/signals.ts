/** What signals do to the executable, and how it ends even if nobody reads its log. */
import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Console } from './log.ts';
import { Output, type Sink } from './output.ts';

/** A second signal within this time is the first one again, passed on by npm. */
const sameSignalMs = 100;
/** How long the shutdown may take, and then the rest of the log. */
const endLimitMs = 4500;
const flushLimitMs = 300;
const parentCheckMs = 500;

/** The standard streams that are terminals at the start. */
const terminals = [0, 1, 2].filter((fd) => isatty(fd));

/** On Windows the signal has no other meaning. */
const isTerminalGone = () => process.platform === 'win32' || terminals.some((fd) => !isatty(fd));

export type SignalActions = {
  close: () => Promise<void>;
  reload: () => void;
  /** What SIGUSR2 does; without it, it ends the process as Node has it. */
  renew?: (() => Promise<void>) | undefined;
};

/**
 * Ends the process on SIGTERM or SIGINT. SIGHUP ends it when its terminal is gone, and otherwise makes it reload. The
 * exit code is 0 if `close` finishes in time, for which it has `drainSeconds` more than usual, else 1. A second signal ends
 * it at once. `npmScript` is the name of the npm script that runs the process, if any.
 */
export function actOnSignals(
  { close, reload, renew }: SignalActions,
  { log, output }: Console,
  { drainSeconds, npmScript }: { drainSeconds: number; npmScript: string | undefined },
): void {
  let since: number | undefined;
  let isForced = false;
  const onSignal = () => {
    if (since !== undefined) {
      if (isForced || performance.now() - since <= sameSignalMs) return;
      isForced = true;
      void exit(1, output);
      return;
    }
    since = performance.now();
    end(close, { log, output }, drainSeconds);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal);
  process.on('SIGHUP', () => {
    if (isTerminalGone()) onSignal();
    else if (since === undefined) reload();
  });
  openNoDebugger();
  if (renew !== undefined) process.on('SIGUSR2', () => void (since === undefined && renew()));
  if (npmScript === 'start' || npmScript === 'inspect') endWithParent(onSignal);
}

/** Without a listener Node would open a debugger on SIGUSR1, which anybody on this machine could use. */
export function openNoDebugger(): void {
  process.on('SIGUSR1', () => {});
}

/** Ends the process once `close` has finished, with 0, or with 1 if that fails or takes too long. */
export function end(
  close: () => Promise<void>,
  { log, output }: Pick<Console, 'log' | 'output'>,
  drainSeconds: number,
): void {
  const late = new Promise<never>((_, reject) => {
    const error = new Error('not everything could be finished in time');
    setTimeout(reject, endLimitMs + drainSeconds * 1000, error);
  });
  Promise.race([close(), late]).then(
    () => exit(0, output),
    (error) => fail(error, { log, output }),
  );
}

/** npm signals a shell, which may end without passing the signal on. Then the process gets another parent. */
function endWithParent(onEnd: () => void): void {
  const { ppid } = process;
  const watch = setInterval(() => {
    if (process.ppid === ppid) return;
    clearInterval(watch);
    onEnd();
  }, parentCheckMs).unref();
}

/** Ends the process because of a bug, and prints it to standard error too. */
export function fail(error: unknown, { log, output }: Pick<Console, 'log' | 'output'>): void {
  log({ kind: 'error', connection: undefined, error });
  const complaint = new Output(2);
  complaint.write(`${(error as Error).stack}\n`);
  void exit(1, output, complaint);
}

/**
 * Writes the rest of the log and exits. Node waits for its threads, and one that hangs in a write can only be ended
 * with SIGKILL.
 */
async function exit(code: number, ...outputs: Sink[]): Promise<void> {
  const ended = await Promise.all(outputs.map((output) => output.end(flushLimitMs)));
  if (ended.includes(false)) process.kill(process.pid, 'SIGKILL');
  // Node restores the modes of its terminals and aborts if one of them is gone, but not if it is closed.
  for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
  process.exit(code);
}
