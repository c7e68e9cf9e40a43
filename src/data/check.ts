/** The command `data check`: what is wrong with a history file, and what a server that starts on it would do. */
import { Lines } from '../ledger/reading.ts';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { type Command, misuse, readArgs, type Surroundings } from './command.ts';
import { type Companions, ownerOf, readCompanions } from './companions.ts';
import { Examination } from './examination.ts';
import { Progress } from './progress.ts';
import { type Source, withSource } from './source.ts';
import { Interrupted } from './store.ts';

const usage = `Usage: classic-chatbox-server data check FILE… [--json]

Says what is wrong with history files, every fault with its line and byte, and what a server that starts on them would do.
Nothing is changed, and a server may be running.

  --json  print an object a line: type is fault, note or verdict

Exit code: 0 if each file is loaded as it is, 1 if not, 2 if the command is wrong.`;

export const checkCommand: Command = { usage, run };

async function run(args: readonly string[], { print, screen, signal }: Surroundings): Promise<0 | 1> {
  const takes = 'data check takes one or more files';
  const { positionals, values } = readArgs(args, takes);
  if (positionals.length === 0) throw misuse(takes);
  const progress = new Progress(screen, signal);
  let isGood = true;
  for (const path of positionals) {
    const tell = (finding: Finding) => {
      progress.finish();
      print(values.json ? JSON.stringify({ file: path, ...finding }) : `${path}: ${inText(finding)}`);
    };
    const owner = await ownerOf(path);
    if (owner !== undefined) {
      tell({ type: 'note', text: `it is no history, but belongs to ${owner}, and is checked with that` });
      isGood &&= positionals.includes(owner);
      continue;
    }
    const verdict = await check(path, tell, progress);
    tell(verdict);
    isGood &&= verdict.start === 'loads';
  }
  return isGood ? 0 : 1;
}

type Place = { line: number; byte: number };

/** `byte`: an offset in the file. `until`: the offset at which the next message begins, or the end of the file. */
type Finding =
  | (Place & { type: 'fault'; until: number; text: string })
  | { type: 'note'; text: string }
  | Verdict;

/** `start`: what a start does. */
type Examined = { type: 'verdict'; text: string; messages: number; faults: number } & (
  | { start: 'loads' | 'refuses' }
  | { start: 'repairs'; cut: number }
);
type Verdict = Examined | { type: 'verdict'; start: 'cannot read'; text: string };

function inText(finding: Finding): string {
  if (finding.type === 'verdict') return finding.text;
  if (finding.type === 'note') return `note: ${finding.text}`;
  return `${placed(finding)}: ${finding.text}`;
}

const placed = ({ line, byte }: Place) => `line ${line}, byte ${byte}`;

/** How many times a file is read if a server changes it meanwhile. */
const attempts = 5;

async function check(path: string, tell: (finding: Finding) => void, progress: Progress): Promise<Verdict> {
  try {
    for (let attempt = 1; ; attempt++) {
      const verdict = await withSource(path, async (source) => {
        const examined = await examine(source, tell, progress);
        if (examined === undefined) return undefined;
        return withCompanions(examined, await readCompanions(path, source.file), tell);
      });
      if (verdict !== undefined) return verdict;
      if (attempt === attempts) throw new Error('it was changed each time it was read');
    }
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const text = error instanceof StartError ? error.message : `cannot read ${path}: ${inWords(error)}`;
    return { type: 'verdict', start: 'cannot read', text };
  }
}

function withCompanions(
  verdict: Examined,
  { notes, refusal }: Companions,
  tell: (finding: Finding) => void,
): Verdict {
  for (const text of notes) tell({ type: 'note', text });
  if (refusal === undefined) return verdict;
  const { messages, faults } = verdict;
  const text = `messages ${messages}, faults ${faults}: a start refuses it: ${refusal}`;
  return { type: 'verdict', start: 'refuses', messages, faults, text };
}

/** Resolves to `undefined` if the end has changed meanwhile. */
async function examine(
  source: Source,
  tell: (finding: Finding) => void,
  progress: Progress,
): Promise<Examined | undefined> {
  const { file, size } = source;
  const lines = new Lines(file);
  const doubled = { count: 0, first: 0 };
  const examination = new Examination(file, size, (json, offset, __, bytes) => {
    // The stored form has each key once.
    if (json === bytes || stringsIn(bytes) === keysAndValues) return;
    if (doubled.count++ === 0) doubled.first = offset;
  });
  for await (const { done, fault } of examination.read()) {
    if (fault !== undefined) {
      const { offset, until, what } = fault;
      tell({ type: 'fault', line: await lines.at(offset), byte: offset, until, text: what });
    }
    progress.advance('checking', done / (size || 1), examination.messages);
  }
  const { messages, faults, ending } = examination;
  const hasChanged = await source.hasChanged();
  if (hasChanged && faults > 0)
    tell({ type: 'note', text: 'it was changed while it was read, so what was found may be gone' });
  if (doubled.count > 0) {
    const place = placed({ line: await new Lines(file).at(doubled.first), byte: doubled.first });
    const text = `messages that have a key twice: ${doubled.count}, the first in ${place}; the last value counts`;
    tell({ type: 'note', text });
  }
  if (ending?.type === 'torn' && faults === 0) {
    if (hasChanged) return undefined;
    const cut = size - ending.end;
    const place = placed({ line: await lines.at(ending.end), byte: ending.end });
    const text = `messages ${messages}, torn behind ${place}: a start keeps the messages and cuts off ${cut} bytes`;
    return { type: 'verdict', start: 'repairs', messages, faults, cut, text };
  }
  if (faults > 0) {
    const text = `messages ${messages}, faults ${faults}: a start refuses it; data repair keeps the messages`;
    return { type: 'verdict', start: 'refuses', messages, faults, text };
  }
  if (await hasMark(source)) tell({ type: 'note', text: 'it begins with a byte order mark, which stays' });
  const isBlank = ending?.type === 'blank';
  const text = isBlank
    ? 'it is empty: a start makes it a history without messages'
    : `messages ${messages}: a start loads it as it is`;
  return { type: 'verdict', start: 'loads', messages, faults, text };
}

/** How many strings a message has if none of its keys is repeated. */
const keysAndValues = 6;
const stringsIn = (bytes: Buffer) => bytes.toString('latin1').match(/"[^"\\]*(?:\\.[^"\\]*)*"/g)?.length;

async function hasMark({ file }: Source): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(3), 0, 3, 0);
  return buffer.subarray(0, bytesRead).equals(Buffer.from('\ufeff'));
}
