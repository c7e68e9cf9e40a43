#!/usr/bin/env node
/** The executable: reads the command line, runs one chat or the workers of one, and ends it on a signal. */
import { readFileSync } from 'node:fs';
import { runAdmin } from './admin/admin.ts';
import { printMachines } from './charts/machines.ts';
import { type Config, readCommand, readConfig, splitConfig } from './config.ts';
import { runDoctor } from './doctor/doctor.ts';
import { takePassedSocket } from './hosting/activation.ts';
import { legend } from './hosting/line.ts';
import { createLog, logOptions } from './hosting/log.ts';
import { addressLines } from './hosting/network.ts';
import { nodeWarning } from './hosting/node-version.ts';
import { reload } from './hosting/reload.ts';
import { actOnSignals } from './hosting/signals.ts';
import { StartError } from './start-error.ts';
import { inWords } from './system-error.ts';
import { Alone } from './workers/alone.ts';
import { Primary } from './workers/primary.ts';
import type { Service } from './workers/service.ts';

const argv = process.argv.slice(2);

async function run(): Promise<void> {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const command = readCommand(argv, process.env, version);
  if (command.type === 'print') process.stdout.write(`${command.text}\n`);
  else if (command.type === 'machines') process.stdout.write(`${printMachines(command.args)}\n`);
  else if (command.type === 'doctor') process.exitCode = await examine(command.args);
  else if (command.type === 'check') process.exitCode = await check(command.args);
  else if (command.type === 'admin') process.exitCode = await moderate(command.args);
  else if (command.type === 'recording') await exportRecording(command.args);
  else if (command.type === 'data') process.exitCode = await handleData(command.args);
  else await serve(command.config);
}

function examine(args: readonly string[]): Promise<number> {
  return runDoctor(args, {
    print: (line) => process.stdout.write(`${line}\n`),
    complain: (line) => process.stderr.write(`${line}\n`),
    isTerminal: process.stdout.isTTY,
    env: process.env,
    now: new Date(),
  });
}

/** Resolves to the exit code. A signal ends the check, and the server that it has started. */
async function check(args: readonly string[]): Promise<number> {
  const { runCheck } = await import('./check/check.ts');
  const interruption = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => interruption.abort());
  return runCheck(args, {
    print: (line) => process.stdout.write(`${line}\n`),
    complain: (line) => process.stderr.write(`${line}\n`),
    progress: (text) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`),
    isTerminal: process.stdout.isTTY,
    env: process.env,
    signal: interruption.signal,
  });
}

function moderate(args: readonly string[]): Promise<number> {
  return runAdmin(args, {
    print: (line) => process.stdout.write(`${line}\n`),
    complain: (line) => process.stderr.write(`${line}\n`),
    env: process.env,
  });
}

async function exportRecording(args: readonly string[]): Promise<void> {
  const { runRecording } = await import('./recording/recording.ts');
  await runRecording(args, writeOut);
}

/** Resolves to the exit code. The first signal interrupts it, the second ends the process. */
async function handleData(args: readonly string[]): Promise<number> {
  const { runData } = await import('./data/data.ts');
  const interruption = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => interruption.abort());
  const surroundings = {
    print: (line: string) => process.stdout.write(`${line}\n`),
    write: writeOut,
    screen: {
      write: (text: string) => process.stderr.write(text),
      isTerminal: process.stderr.isTTY,
      now: () => performance.now(),
    },
    env: process.env,
    signal: interruption.signal,
    now: new Date(),
    columns: process.stdout.columns ?? 80,
  };
  return runData(args, surroundings).catch((error) => {
    if (!(error instanceof StartError) || error.code !== 'CONFIG_INVALID') throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  });
}

/** Writes to standard output, no faster than it is read. */
function writeOut(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(new StartError('DATA_UNUSABLE', `cannot write to standard output: ${inWords(error)}`));
    process.stdout.once('error', fail);
    process.stdout.write(bytes, (error) => {
      if (error) return;
      process.stdout.off('error', fail);
      resolve();
    });
  });
}

async function serve(settings: Config): Promise<void> {
  const { config, around } = splitConfig(settings);
  const fd = takePassedSocket(process.env, process.pid);
  const options = logOptions(around, process.stdout.isTTY, process.env);
  const output = createLog(options);
  const service: Service =
    around.workers > 1 ? new Primary(settings, fd, options, output) : new Alone(settings, fd, output);
  let opening: Promise<void> | undefined;
  // Before the start, because reading a long history takes a while, and a signal must not wait for it.
  const { drain: drainSeconds } = config;
  const close = async () => {
    if (drainSeconds > 0) output.note(`closing all connections over ${drainSeconds} s`);
    await service.close();
    output.finish();
  };
  // A reload during the start comes after it: files that it has read may be others by now.
  const reloadLater = () => {
    opening?.then(
      () => reload({ apply: async () => service.reload(readConfig(argv, process.env)), ...output }),
      () => {},
    );
  };
  const npmScript = process.env['npm_lifecycle_event'];
  actOnSignals({ close, reload: reloadLater, renew: service.renew }, output, { drainSeconds, npmScript });
  try {
    opening = service.open();
    await opening;
    const { url, lines } = await service.listen();
    if (options.form === 'pretty') output.say(legend(options));
    const { host } = fd === undefined ? config : { host: new URL(url).hostname.replace(/[[\]]/g, '') };
    for (const line of await addressLines(url, { ...config, host }, options)) output.say(line);
    for (const line of lines) output.say(line);
    const warning = nodeWarning(process.versions.node, new Date());
    if (warning !== undefined) output.log({ kind: 'warning', text: warning });
  } catch (error) {
    await service.close();
    throw error;
  }
}

run().catch((error) => {
  process.stderr.write(`${error instanceof StartError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
});
