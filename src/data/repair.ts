/** The command `data repair`: turns a damaged file into a history of all its whole messages. */
import { constants } from 'node:fs';
import { copyFile, link, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type HeldFile, holdFile } from '../ledger/held-file.ts';
import { syncFolders } from '../ledger/make-file.ts';
import { isMounted } from '../ledger/mounts.ts';
import { Lines } from '../ledger/reading.ts';
import { resumeRemoval } from '../ledger/removal.ts';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { type Command, misuse, readArgs, type Surroundings } from './command.ts';
import { Examination, type Fault } from './examination.ts';
import { FreshFile } from './fresh-file.ts';
import { Progress } from './progress.ts';
import { stampOf } from './stamp.ts';
import { Interrupted } from './store.ts';

const usage = `Usage: classic-chatbox-server data repair FILE [--copy COPY] [--json]

Turns a damaged file into a history again: keeps all whole messages in their order, and says what it has dropped. No server may be
running on the file. The damaged file is kept under another name. A repair that is interrupted changes nothing.

  --copy  the other name; default: FILE.damaged- and the time in UTC
  --json  print an object a line: type is removed, dropped, repaired or good

Exit code: 0 if the file is good now, 1 if not, 2 if the command is wrong.`;

export const repairCommand: Command = { usage, run };

async function run(args: readonly string[], surroundings: Surroundings): Promise<0 | 1> {
  const takes = 'data repair takes one file, and --copy';
  const { positionals, values } = readArgs(args, takes, { valued: ['copy'] });
  const [given, ...rest] = positionals;
  if (given === undefined || rest.length > 0) throw misuse(takes);
  const copy = values.copy ?? `${given}.damaged-${stampOf(surroundings.now)}`;
  const tell = (result: Result) =>
    surroundings.print(
      values.json ? JSON.stringify({ file: given, ...result }) : `${given}: ${inText(result)}`,
    );
  const held = await holdFile(given, true);
  try {
    // A removal that a crash has interrupted comes first: its journal names places, and its texts must not be kept.
    const removed = await resumeRemoval(held.journal, held.handle, held.status);
    if (removed > 0) {
      const text = `finished an interrupted removal: messages removed ${removed}`;
      tell({ type: 'removed', messages: removed, text });
    }
    if (await isMounted(held.real)) throw new Error('it is mounted by itself: mount its folder instead');
    await repair(held, copy, tell, surroundings);
    return 0;
  } catch (error) {
    if (error instanceof StartError || error instanceof Interrupted) throw error;
    throw new StartError('DATA_UNUSABLE', `cannot repair ${given}: ${inWords(error)}`);
  } finally {
    await held.handle.close();
    await held.lock.release();
  }
}

/** `line`, `byte`: where what was dropped began. `text`: why. */
type Result =
  | { type: 'dropped'; line: number; byte: number; bytes: number; text: string }
  | { type: 'removed' | 'good' | 'repaired'; messages: number; text: string; copy?: string };

function inText(result: Result): string {
  if (result.type !== 'dropped') return result.text;
  return `line ${result.line}, byte ${result.byte}: bytes dropped ${result.bytes}: ${result.text}`;
}

/** The file at the end of a link gets a successor, and the link stays. */
async function repair(
  { real: path, handle: file, base }: HeldFile,
  copy: string,
  tell: (result: Result) => void,
  { screen, signal }: Surroundings,
): Promise<void> {
  const { size } = await file.stat();
  const progress = new Progress(screen, signal);
  const fresh = await FreshFile.open(`${path}.repaired`);
  const lines = new Lines(file);
  const drop = async ({ offset, until, what }: Fault) => {
    progress.finish();
    const line = await lines.at(offset);
    tell({ type: 'dropped', line, byte: offset, bytes: until - offset, text: what });
  };
  try {
    let kept: Buffer[] = [];
    let unmoved: number | undefined;
    const examination = new Examination(file, size, (json) => kept.push(Buffer.from(json)));
    for await (const { done, fault } of examination.read()) {
      await fresh.append(kept);
      kept = [];
      if (fault !== undefined) {
        unmoved ??= examination.messages;
        await drop(fault);
      }
      progress.advance('repairing', done / (size || 1), examination.messages);
    }
    const { messages, faults, ending } = examination;
    progress.finish();
    if (faults > 0 && messages === 0) throw new Error('there is no message in it');
    if (faults === 0 && ending?.type !== 'torn') {
      tell({ type: 'good', messages, text: `messages ${messages}: nothing is wrong with it` });
      return;
    }
    if (ending?.type === 'torn') await drop({ offset: ending.end, until: size, what: 'the end is torn' });
    await fresh.finish();
    await keepAs(path, copy);
    await fresh.publish(path, await file.stat());
    const moved =
      unmoved === undefined || unmoved === messages
        ? ''
        : `; positions from ${base.position + unmoved} on may have changed`;
    const text = `messages kept ${messages}${moved}; the damaged file is ${copy}`;
    tell({ type: 'repaired', messages, text, copy });
  } finally {
    progress.finish();
    await fresh.close();
  }
}

/** Gives a file a second name, durably. Where that is not possible, it is copied. */
async function keepAs(path: string, copy: string): Promise<void> {
  await link(path, copy).catch(async (error) => {
    if (error.code === 'EEXIST') throw new Error(`${copy} exists`);
    await copyFile(path, copy, constants.COPYFILE_EXCL);
    const file = await open(copy, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  });
  await syncFolders(dirname(resolve(copy)));
}
