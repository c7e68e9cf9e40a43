/** The command `data`: what can be done with a history besides running a server on it. */
import { StartError } from '../start-error.ts';
import type { Command, Surroundings } from './command.ts';
import { copyCommand } from './copy.ts';

const commands: Readonly<Record<string, Command>> = { copy: copyCommand };

/** Runs `data WORD …`. Rejects with a StartError whose message says what is wrong, or how to go on. */
export async function runData(
  [word = '', ...args]: readonly string[],
  surroundings: Surroundings,
): Promise<void> {
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  const isHelp = [word, ...args].some((arg) => arg === '--help' || arg === '-h');
  if (isHelp) {
    const shown = command === undefined ? Object.values(commands) : [command];
    surroundings.print(shown.map(({ usage }) => usage).join('\n\n'));
    return;
  }
  if (command === undefined)
    throw new StartError(
      'CONFIG_INVALID',
      `data takes ${Object.keys(commands).join(', ')} (--help says more)`,
    );
  await command.run(args, surroundings);
}
