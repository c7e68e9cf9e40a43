/** The command `data stats`: how much was said, when, and by whom. */
import { escapeLine } from '../hosting/line.ts';
import { replaceFile } from '../ledger/whole-file.ts';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { type Command, misuse, readArgs, type Surroundings } from './command.ts';
import { FileStore } from './file-store.ts';
import { barsOf, svgPlot, textPlot, titleOf } from './plot.ts';
import { Progress } from './progress.ts';
import { dayText, momentText, Tally } from './tally.ts';

const usage = `Usage: classic-chatbox-server data stats FILE… [--authors N] [--svg FILE] [--json]

Counts the messages of history files, together: by day, by author, and by length. Days and times are those of the
timestamps. Nothing is changed, and a server may be running.

  --authors  how many authors are named, those with the most messages; default: 10
  --svg      also write the plot of messages a day to this file
  --json     print one object, with all days

Exit code: 0 if all files were read, 1 if not, 2 if the command is wrong.`;

export const statsCommand: Command = { usage, run };

const takes = 'data stats takes one or more files, --svg, and --authors with a number';

async function run(args: readonly string[], surroundings: Surroundings): Promise<0 | 1> {
  const { print, screen, signal, columns } = surroundings;
  const { positionals: paths, values } = readArgs(args, takes, { valued: ['authors', 'svg'] });
  const { authors = '10', svg } = values;
  if (paths.length === 0 || !/^\d{1,9}$/.test(authors) || svg === '') throw misuse(takes);
  const progress = new Progress(screen, signal);
  const tally = new Tally();
  try {
    for (const path of paths)
      for await (const { messages } of progress.watch('counting', new FileStore(path).read()))
        for (const json of messages) tally.add(JSON.parse(`${json}`));
  } finally {
    progress.finish();
  }
  if (svg !== undefined) await writePlot(svg, tally);
  if (values.json) print(JSON.stringify(figuresOf(tally, Number(authors))));
  else for (const line of linesOf(tally, Number(authors), columns)) print(line);
  return 0;
}

async function writePlot(path: string, { days }: Tally): Promise<void> {
  const bars = barsOf(days, 450);
  if (bars === undefined)
    throw new StartError('DATA_UNUSABLE', 'there is nothing to plot: no message has a date');
  await replaceFile(path, svgPlot(bars)).catch((error) => {
    throw new StartError('DATA_UNUSABLE', `cannot write ${path}: ${inWords(error)}`);
  });
}

function figuresOf(tally: Tally, authors: number) {
  const { messages, removed, undated, first, last, lengths } = tally;
  return {
    ...{ messages, removed, undated },
    first: messages === undated ? null : momentText(first),
    last: messages === undated ? null : momentText(last),
    lengths: lengths ?? null,
    authors: tally.authors.size,
    top: tally.top(authors).map(([name, count]) => ({ name, messages: count })),
    days: [...tally.days]
      .sort(([one], [other]) => one - other)
      .map(([day, count]) => ({ day: dayText(day), messages: count })),
  };
}

function* linesOf(tally: Tally, authors: number, columns: number): Generator<string> {
  const { messages, removed, undated, first, last, lengths } = tally;
  yield `messages    ${messages}${removed > 0 ? `, removed ${removed}` : ''}`;
  if (undated > 0) yield `undated     ${undated}`;
  if (messages > undated)
    yield `time        ${momentText(first)} to ${momentText(last)}, days with messages ${tally.days.size}`;
  if (lengths !== undefined)
    yield `characters  min ${lengths.min}, median ${lengths.median}, 95 % up to ${lengths.p95}, max ${lengths.max}`;
  yield `authors     ${tally.authors.size}`;
  const top = tally.top(authors);
  const width = `${top[0]?.[1]}`.length;
  // Names that others have chosen must not control the terminal.
  for (const [name, count] of top) yield `  ${`${count}`.padStart(width)}  ${escapeLine(name).trimEnd()}`;
  // The label of the plot takes some columns.
  const bars = barsOf(tally.days, Math.max(10, columns - 10));
  if (bars === undefined) return;
  yield '';
  yield titleOf(bars);
  yield* textPlot(bars);
}
