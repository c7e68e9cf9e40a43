/** The command `data import`: what is imported, and into which history. */
import { existsSync } from 'node:fs';
import { realpath, rm, stat } from 'node:fs/promises';
import { JsonArrayFile } from '../../ledger/json-array-file.ts';
import type { Dialect } from '../../protocol/timestamp.ts';
import { StartError } from '../../start-error.ts';
import { inWords } from '../../system-error.ts';
import { type Command, expectFiles, misuse, readArgs, type Surroundings } from '../command.ts';
import { type Day, dayIn } from '../day.ts';
import { FileStore } from '../file-store.ts';
import { FreshFile } from '../fresh-file.ts';
import { Progress } from '../progress.ts';
import { Interrupted } from '../store.ts';
import { readCsv } from './csv.ts';
import { readDiscord } from './discord.ts';
import { Intake } from './intake.ts';
import { readLines } from './lines.ts';
import { readHackChat, readIrc } from './log.ts';
import type { Reader } from './reader.ts';
import { readTelegram } from './telegram.ts';

/** The server's own file, or the published server's. */
const readHistory: Reader = async function* ({ path, intake }) {
  const store = new FileStore(path);
  yield* store.read();
  if (store.tornBytes > 0)
    intake.leaveOut('bytes of a message that a crash has torn', `the last ${store.tornBytes}`);
};

const readers: Readonly<Record<string, Reader>> = {
  json: readHistory,
  ndjson: readLines,
  csv: readCsv,
  irc: readIrc,
  hackchat: readHackChat,
  discord: readDiscord,
  telegram: readTelegram,
};

const usage = `Usage: classic-chatbox-server data import FILE --from FORM --into DATA [--append]
         [--dialect documented|published] [--date DAY] [--json]

Takes the messages of FILE into the history file DATA, on which no server may be running: all of them, or none if
something is wrong or stops it. Anything else is left out, and counted by reason on standard error.

  --from     json      this server's data file, or the published server's
             ndjson    what data export writes
             csv       what data export writes
             irc       a text log of irssi, WeeChat, HexChat, mIRC, ZNC and the like
             hackchat  a text log of hack.chat, or its messages as it sends them, one JSON object a line
             discord   the JSON of DiscordChatExporter
             telegram  the result.json of Telegram Desktop, with one chat
  --into     the history file; it is made if it does not exist
  --append   add them after the messages in DATA; without it, DATA must have none
  --dialect  the form of the times, as the server has it; default: documented. Those of json, ndjson and csv stay
  --date     for a log that has only times of day: its first day, such as 2026-11-27. Where the time goes
             back by more than five minutes, the next day begins
  --json     print an object

Times are in the zone of this process (TZ). Names and contents may be longer than the server's limits: a history holds
what was said. Removed messages in json, ndjson and csv stay what they are.

Exit code: 0 if the messages are in DATA, 1 if DATA is as it was, 2 if the command is wrong.`;

export const importCommand: Command = { usage, run };

type Order = {
  path: string;
  read: Reader;
  into: string;
  isAppending: boolean;
  dialect: Dialect;
  firstDay: Day | undefined;
  isJson: boolean;
};

async function run(args: readonly string[], { print, screen, signal }: Surroundings): Promise<0 | 1> {
  const order = readOrder(args);
  const progress = new Progress(screen, signal);
  const intake = new Intake(order.dialect);
  try {
    const figures = await fill(order, intake, progress);
    progress.finish();
    const { leftOut } = intake;
    if (order.isJson) print(JSON.stringify({ into: order.into, ...figures, leftOut }));
    else {
      tellLeftOut(intake, progress);
      print(`${order.into}: messages ${figures.messages}, of which imported ${figures.imported}`);
    }
    return 0;
  } finally {
    progress.finish();
  }
}

function tellLeftOut({ leftOut }: Intake, progress: Progress): void {
  for (const { reason, count, places } of leftOut)
    progress.say(`left out: ${reason} ${count} (${places.join(', ')}${count > places.length ? ', …' : ''})`);
}

type Figures = { messages: number; imported: number };

/**
 * Makes the new history beside DATA, while DATA is locked, and gives it DATA's name. Resolves to how many messages it has.
 */
async function fill(order: Order, intake: Intake, progress: Progress): Promise<Figures> {
  const { path, into, isAppending } = order;
  const isNew = !existsSync(into);
  const held = await JsonArrayFile.open(into, { onWarning: (text) => progress.say(`warning: ${text}`) });
  let isDone = false;
  try {
    let before = 0;
    // As at a start, whatever a crash has left in it is mended first.
    await held.scan(() => before++);
    if (before > 0 && !isAppending)
      throw refused(into, 'it has messages, and --append puts others behind them');
    const target = await realpath(into);
    const fresh = await FreshFile.open(`${target}.import`);
    try {
      if (before > 0)
        for await (const { messages } of progress.watch(`copying ${into}`, new FileStore(target).read()))
          await fresh.append(messages);
      const imported = await take(order, fresh, intake, progress);
      if (imported === 0 && intake.leftOut.length > 0) {
        tellLeftOut(intake, progress);
        throw new StartError('DATA_INVALID', `cannot import ${path}: no message found in it`);
      }
      await fresh.finish();
      await fresh.publish(target, await stat(target));
      isDone = true;
      return { messages: before + imported, imported };
    } finally {
      await fresh.close();
    }
  } catch (error) {
    if (error instanceof StartError || error instanceof Interrupted) throw error;
    throw refused(into, inWords(error));
  } finally {
    // Opening it has made it.
    if (isNew && !isDone) await rm(into, { force: true });
    await held.close();
  }
}

/** Resolves to how many messages were taken. */
async function take(
  { path, read, firstDay }: Order,
  fresh: FreshFile,
  intake: Intake,
  progress: Progress,
): Promise<number> {
  let imported = 0;
  for await (const { messages } of progress.watch(`importing ${path}`, read({ path, intake, firstDay }))) {
    await fresh.append(messages);
    imported += messages.length;
  }
  return imported;
}

const refused = (into: string, why: string) =>
  new StartError('DATA_UNUSABLE', `cannot import into ${into}: ${why}`);

const takes = `data import takes a file, --from ${Object.keys(readers).join(', ')}, and --into a history file`;

function readOrder(args: readonly string[]): Order {
  const { positionals, values } = readArgs(args, takes, {
    valued: ['from', 'into', 'dialect', 'date'],
    bare: ['append'],
  });
  const [path, ...rest] = positionals;
  const { from = '', into, dialect = 'documented', date } = values;
  const read = Object.hasOwn(readers, from) ? readers[from] : undefined;
  if (!path || rest.length > 0 || !into || read === undefined) throw misuse(takes);
  expectFiles([path, into]);
  if (dialect !== 'documented' && dialect !== 'published')
    throw misuse('--dialect must be documented or published');
  const firstDay = date === undefined ? undefined : dayIn(date);
  if (date !== undefined && firstDay === undefined) throw misuse('--date must be a day such as 2026-11-27');
  const flags = { isAppending: values.append === true, isJson: values.json === true };
  return { ...{ path, read, into, dialect, firstDay }, ...flags };
}
