/** The command `data redact`: removes messages from a history file on which no server runs (P-MOD-1). */
import { JsonArrayFile } from '../ledger/json-array-file.ts';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { type Command, misuse, readArgs, type Surroundings } from './command.ts';
import { Interrupted } from './store.ts';

const usage = `Usage: classic-chatbox-server data redact FILE POSITION… [--name] [--json]

Removes messages from a history file, by their positions. What is left of them keeps its place, without content. No server
may be running on the file: if one is, use admin remove. Copies, backups and archives are files of their own.

  --name  remove the authors' names too
  --json  print an object a line: type is removed, unchanged or missing

Exit code: 0 if nothing is left of the messages, 1 if there is no such message or the file is not good, 2 if the command is
wrong.`;

export const redactCommand: Command = { usage, run };

async function run(args: readonly string[], { print, screen, signal }: Surroundings): Promise<0 | 1> {
  const { path, positions, withName, isJson } = readOrder(args);
  const warn = (text: string) => screen.write(`${text}\n`);
  const file = await JsonArrayFile.open(path, {
    mustExist: true,
    onWarning: (text) => warn(`warning: ${text}`),
    onRepair: ({ messages, bytes }) =>
      warn(`repaired ${path}: messages kept ${messages}, bytes cut off ${bytes}`),
  });
  try {
    await file.scan(() => {});
    if (signal.aborted) throw new Interrupted('interrupted');
    const fates = await redact(file, positions, withName);
    for (const [position, type] of fates)
      print(isJson ? JSON.stringify({ file: path, type, position }) : `${path}: ${position}: ${texts[type]}`);
    return [...fates.values()].includes('missing') ? 1 : 0;
  } finally {
    await file.close();
  }
}

const texts = {
  removed: 'removed',
  unchanged: 'had been removed before',
  missing: 'there is no such message',
};

/** Resolves to what became of each message. */
async function redact(
  file: JsonArrayFile,
  positions: readonly number[],
  withName: boolean,
): Promise<Map<number, keyof typeof texts>> {
  const removed = await file.remove(positions, withName).catch((error) => {
    const remedy = 'the same command, or the next start of a server, finishes what has begun';
    throw new StartError('DATA_UNUSABLE', `cannot remove the messages: ${inWords(error)}; ${remedy}`);
  });
  const isRemoved = new Set(removed.map(({ position }) => position));
  const fateOf = (position: number) => {
    if (isRemoved.has(position)) return 'removed';
    return file.has(position) ? 'unchanged' : 'missing';
  };
  return new Map(positions.map((position) => [position, fateOf(position)]));
}

function readOrder(args: readonly string[]) {
  const takes = 'data redact takes FILE, one or more positions, and --name';
  const { positionals, values } = readArgs(args, takes, { bare: ['name'] });
  const [path, ...given] = positionals;
  const positions = given.map(Number);
  const isGood = given.every((text) => /^\d+$/.test(text)) && positions.every(Number.isSafeInteger);
  if (path === undefined || positions.length === 0 || !isGood) throw misuse(takes);
  return { path, positions, withName: values.name === true, isJson: values.json === true };
}
