/** The command `data export`: which histories are meant, in which form, and where to. */
import { realpath } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { baseOf } from '../../ledger/base.ts';
import type { Message } from '../../protocol/replies.ts';
import { type Command, expectFiles, misuse, readArgs, type Surroundings } from '../command.ts';
import { dayIn } from '../day.ts';
import { FileStore } from '../file-store.ts';
import { Progress } from '../progress.ts';
import { csvForm } from './csv.ts';
import { Draft } from './draft.ts';
import { type About, type Form, isRemoved, type Language } from './form.ts';
import { HtmlForm } from './html.ts';
import { JsonForm, linesForm } from './json.ts';
import { MarkdownForm } from './markdown.ts';
import { type Selection, selects } from './selection.ts';

const forms: Readonly<Record<string, (about: About) => Form>> = {
  json: () => new JsonForm(),
  ndjson: () => linesForm,
  csv: () => csvForm,
  md: (about) => new MarkdownForm(about),
  html: (about) => new HtmlForm(about),
};

const usage = `Usage: classic-chatbox-server data export FILE… --format FORMAT [--out DEST [--force]]
         [--since DAY] [--until DAY] [--author NAME] [--lang en|vi] [--json]

Writes histories in another format, one after the other, to DEST or to standard output. They are only read, and their
servers may be running.

  --format  json    the data file, as the server writes it
            ndjson  one message a line, as JSON with its position
            csv     for spreadsheets, with an apostrophe in front of what they would take for a formula
            md      Markdown
            html    a self-contained page
  --out     a new file; default: standard output
  --force   replace DEST if it exists
  --since   only messages of this day and later ones: 2026-11-27
  --until   only messages of this day and earlier ones
  --author  only messages of this author
  --lang    the language of Markdown and HTML; default: en
  --json    print an object; on standard error where the messages are on standard output

Removed messages are marked in Markdown and HTML, and have no content elsewhere. From json, ndjson and csv, data import
makes the same history again.

Exit code: 0 if everything was exported, 1 if not, 2 if the command is wrong.`;

export const exportCommand: Command = { usage, run };

type Order = {
  files: readonly string[];
  formOf: (about: About) => Form;
  /** Whether the form can have every string that JSON can have. */
  isJson: boolean;
  out: string | undefined;
  isForced: boolean;
  selection: Selection;
  language: Language;
  isReportJson: boolean;
};

async function run(args: readonly string[], { print, write, screen, signal }: Surroundings): Promise<0 | 1> {
  const order = readOrder(args);
  const { files, out, isForced, isReportJson } = order;
  if (out !== undefined) await expectOther(out, files);
  // On a terminal, progress would be drawn between the messages.
  const still = { ...screen, now: () => 0 };
  const progress = new Progress(out === undefined ? still : screen, signal);
  const draft = out === undefined ? undefined : await Draft.begin(out, { replace: isForced });
  const put = (text: string) => (draft ?? { write }).write(Buffer.from(text));
  try {
    const figures = await writeAll(order, put, progress);
    await draft?.finish();
    progress.finish();
    const tell = draft === undefined ? (line: string) => progress.say(line) : print;
    if (isReportJson) tell(JSON.stringify({ out: out ?? null, ...figures }));
    else if (draft !== undefined)
      print(`${out}: messages ${figures.messages}, of which removed ${figures.removed}`);
    return 0;
  } finally {
    progress.finish();
    await draft?.close();
  }
}

/** Rejects if the export would take the place of what is exported. */
async function expectOther(out: string, files: readonly string[]): Promise<void> {
  const real = (path: string) => realpath(path).catch(() => resolve(path));
  const all = await Promise.all(files.map(real));
  if (all.includes(await real(out))) throw misuse('DEST must be another file than FILE');
}

type Figures = { messages: number; removed: number };

/** Resolves to how many messages were written, and how many of these are removed ones. */
async function writeAll(
  order: Order,
  put: (text: string) => Promise<void>,
  progress: Progress,
): Promise<Figures> {
  const { files, formOf, isJson, selection, language } = order;
  const form = formOf({ title: files.map((file) => basename(file)).join(', '), language });
  const warn = (text: string) => progress.say(`warning: ${text}`);
  const figures = { messages: 0, removed: 0 };
  let position = 0;
  let broken = 0;
  await put(form.begin());
  for (const file of files) {
    const real = await realpath(file).catch(() => file);
    const base = await baseOf(real);
    position = base ?? position;
    const store = new FileStore(file);
    for await (const { messages } of progress.watch(`exporting ${file}`, store.read())) {
      let text = '';
      for (const bytes of messages) {
        const json = Buffer.from(bytes).toString();
        const message: Message = JSON.parse(json);
        if (selects(selection, message)) {
          text += form.put({ position, json, message });
          figures.messages++;
          if (isRemoved(message)) figures.removed++;
          if (!isJson && !isWellFormed(message)) broken++;
        }
        position++;
      }
      await put(text);
    }
    if (store.tornBytes > 0)
      warn(`a crash has torn ${file}, or a server is writing to it: bytes not exported ${store.tornBytes}`);
    if ((await baseOf(real)) !== base)
      warn(`a server has dropped messages from ${file} meanwhile: positions may be wrong`);
  }
  await put(form.end());
  if (broken > 0) warn(`half of a character, which only JSON can have, was replaced in messages: ${broken}`);
  return figures;
}

const isWellFormed = (message: Message) => Object.values(message).every((text) => text.isWellFormed());

const takes = 'data export takes files, and --format json, ndjson, csv, md or html';

function readOrder(args: readonly string[]): Order {
  const { positionals: files, values } = readArgs(args, takes, {
    valued: ['format', 'out', 'since', 'until', 'author', 'lang'],
    bare: ['force'],
  });
  const { format = '', out, since, until, author, lang = 'en' } = values;
  const formOf = Object.hasOwn(forms, format) ? forms[format] : undefined;
  if (files.length === 0 || files.includes('') || out === '' || formOf === undefined) throw misuse(takes);
  expectFiles(files);
  if (lang !== 'en' && lang !== 'vi') throw misuse('--lang must be en or vi');
  for (const [flag, date] of Object.entries({ since, until }))
    if (date !== undefined && dayIn(date) === undefined)
      throw misuse(`--${flag} must be a day such as 2026-11-27`);
  return {
    ...{ files, formOf, out, language: lang },
    isJson: format === 'json' || format === 'ndjson',
    isForced: values.force === true,
    selection: { since, until, author },
    isReportJson: values.json === true,
  };
}
