#!/usr/bin/env node
/** The executable: reads the command line, runs one chat, and ends it on a signal. */
import { readFileSync } from 'node:fs';
import { printMachines } from './charts/machines.ts';
import { type Chat, createChat, StartError } from './chat.ts';
import { type Config, readCommand } from './config.ts';
import { legend } from './hosting/line.ts';
import { createLog, logOptions } from './hosting/log.ts';
import { addressLines } from './hosting/network.ts';
import { endOnSignal, fail } from './hosting/signals.ts';

async function run(): Promise<void> {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const command = readCommand(process.argv.slice(2), process.env, version);
  if (command.type === 'print') process.stdout.write(`${command.text}\n`);
  else if (command.type === 'machines') process.stdout.write(`${printMachines(command.args)}\n`);
  else await serve(command.config);
}

async function serve(settings: Config): Promise<void> {
  const { log, logLevel, logContent, lang, inspect, inspectPort, inspectContent, ...config } = settings;
  const options = logOptions({ log, logLevel, logContent, lang }, process.stdout.isTTY, process.env);
  const output = createLog(options);
  let chat: Chat | undefined;
  // Before the start, because reading a long history takes a while, and a signal must not wait for it.
  const end = async () => {
    await chat?.close();
    output.finish();
  };
  endOnSignal(end, output, process.env['npm_lifecycle_event']);
  chat = await createChat({ ...config, log: output.log, onFault: (error) => fail(error, output) });
  try {
    const url = await chat.listen();
    const inspection = { port: inspectPort, withContent: inspectContent };
    const inspectorUrl = inspect ? await chat.inspect(inspection) : undefined;
    if (options.form === 'pretty') output.say(legend(options));
    for (const line of await addressLines(url, config, options)) output.say(line);
    if (inspectorUrl !== undefined) output.say(`inspector on ${inspectorUrl}`);
  } catch (error) {
    await chat.close();
    throw error;
  }
}

run().catch((error) => {
  process.stderr.write(`${error instanceof StartError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
});
