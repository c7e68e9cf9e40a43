/** The command `data`: what can be done with a history besides running a server on it. */
import { StartError } from '../start-error.ts';
import { backupCommand } from './backup.ts';
import { checkCommand } from './check.ts';
import { type Command, misuse, type Surroundings } from './command.ts';
import { copyCommand } from './copy.ts';
import { exportCommand } from './export/export.ts';
import { importCommand } from './import/import.ts';
import { redactCommand } from './redact.ts';
import { repairCommand } from './repair.ts';
import { statsCommand } from './stats.ts';
import { Interrupted } from './store.ts';

const commands: Readonly<Record<string, Command>> = {
  backup: backupCommand,
  check: checkCommand,
  copy: copyCommand,
  export: exportCommand,
  import: importCommand,
  redact: redactCommand,
  repair: repairCommand,
  stats: statsCommand,
};

/** Runs `data WORD …`. Resolves to the exit code, or rejects with a StartError, as its command does. */
export async function runData(
  [word = '', ...args]: readonly string[],
  surroundings: Surroundings,
): Promise<0 | 1> {
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  const isHelp = [word, ...args].some((arg) => arg === '--help' || arg === '-h');
  if (isHelp) {
    const shown = command === undefined ? Object.values(commands) : [command];
    surroundings.print(shown.map(({ usage }) => usage).join('\n\n'));
    return 0;
  }
  if (command === undefined) throw misuse(`data takes ${Object.keys(commands).join(', ')}`);
  try {
    return await command.run(args, surroundings);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new StartError('DATA_UNUSABLE', `${error.message}; nothing was changed`);
  }
}
