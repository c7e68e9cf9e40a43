/** The command `check`: judges a server of the protocol from outside, and explains what is wrong with it. */
import { randomInt } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { badgeOf } from './badge.ts';
import { allCases } from './cases/all.ts';
import { DataFile } from './data-file.ts';
import { Hosted } from './hosted.ts';
import { type Judged, judge } from './judge.ts';
import { junitOf } from './junit.ts';
import { acceptsWithin } from './launch.ts';
import { type Look, readOrder, type Start, usage } from './order.ts';
import { recordingOf } from './record.ts';
import type { Report, RuleReport } from './report.ts';
import { readRules } from './rules.ts';
import { Run } from './run.ts';
import { shownReport } from './shown.ts';
import { filesIn, Watch } from './watch.ts';

/** Where the command prints lines, and what it takes from its surroundings. */
export type Surroundings = {
  print: (line: string) => void;
  complain: (line: string) => void;
  /** Shows how far it is, in place of what it has shown before; an empty text erases that. */
  progress: (text: string) => void;
  isTerminal: boolean;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
};

/** The rules that can be judged, in the order of the contract. */
const judged = () => Object.keys(readRules('en')).filter((id) => allCases.some(({ rule }) => rule === id));

/** Resolves to the exit code. */
export async function runCheck(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { print, complain, env } = surroundings;
  const order = readOrder(args, judged(), env);
  if (typeof order === 'string') {
    complain(`check: ${order}\n\n${usage}`);
    return 2;
  }
  if (order.type === 'help') print(usage);
  else if (order.type === 'list') {
    const sentences = readRules(order.lang);
    for (const id of order.rules) print(`${id.padEnd(9)}${sentences[id] ?? ''}`);
  } else
    return order.start === undefined
      ? repeated(order, undefined, surroundings)
      : hosted(order, order.start, surroundings);
  return 0;
}

/** Checks a server that is started here. */
async function hosted(look: Look, { command, data }: Start, surroundings: Surroundings): Promise<number> {
  const file = DataFile.at(data);
  if (file === undefined) {
    surroundings.complain(`check: ${data} is not empty, or its folder does not exist`);
    return 2;
  }
  const { url, timeoutMs } = look;
  const server = new Hosted({ command, url, dataPath: data, file, patienceMs: Math.max(timeoutMs, startMs) });
  // The case that is being tried then ends soon, too.
  surroundings.signal.addEventListener('abort', () => void server.kill());
  try {
    return await repeated(look, server, surroundings);
  } finally {
    await server.end();
  }
}

/** Checks it, and again whenever a file has changed that is watched. */
async function repeated(look: Look, server: Hosted | undefined, surroundings: Surroundings): Promise<number> {
  const { watched, start, lang } = look;
  if (watched === undefined) return once(look, server, surroundings);
  const files = watched.length > 0 ? watched : filesIn(start?.command ?? '', start?.data);
  const missing = files.find((file) => !existsSync(file));
  if (files.length === 0 || missing !== undefined) {
    surroundings.complain(
      `check: ${missing === undefined ? '--watch needs a file' : `there is no file ${missing}`}`,
    );
    return 2;
  }
  const { signal, complain } = surroundings;
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const watch = new Watch(files);
  try {
    for (;;) {
      const code = await once(look, server, surroundings);
      if (signal.aborted) return code;
      complain(waiting[lang](files.map((file) => basename(file)).join(', ')));
      await Promise.race([watch.next(), stopped]);
      if (signal.aborted) return code;
    }
  } finally {
    watch.close();
  }
}

const waiting = {
  en: (files: string) => `\nwaiting for a change of ${files} …`,
  vi: (files: string) => `\nđang chờ ${files} thay đổi …`,
};

/** How long a server may take to start. */
const startMs = 30_000;

async function once(look: Look, server: Hosted | undefined, surroundings: Surroundings): Promise<number> {
  const { print, complain, progress } = surroundings;
  const { url, shown, isJson, lang, rules, isStrict, timeoutMs } = look;
  // A server that is watched starts again by itself.
  const restartMs = look.watched === undefined ? 0 : timeoutMs;
  const started = await server?.startWith(undefined);
  if (started === undefined ? !(await acceptsWithin(restartMs, url)) : started !== 'accepting') {
    if (!surroundings.signal.aborted)
      complain([`check: ${shown} accepts no WebSocket`, ...(server?.lines ?? [])].join('\n'));
    return 2;
  }
  const seed = look.seed ?? randomInt(2 ** 32);
  const run = new Run({ url, seed, timeoutMs, server });
  const onCase = ({ stage }: { stage: string }, done: number, all: number) =>
    progress(`${stage} ${done + 1}/${all}`);
  const at = Date.now();
  const { signal } = surroundings;
  const judged = await judge({ cases: allCases, run, rules, lang, isStrict, onCase, signal });
  progress('');
  if (signal.aborted) return 2;
  const report = reportOf(shown, run, judged);
  const colors = surroundings.isTerminal && !surroundings.env['NO_COLOR'];
  const form = () => ({ lang, colors, sentences: readRules(lang), isDelayed: run.isDelayed });
  print(isJson ? JSON.stringify(report) : shownReport(report, judged, form()));
  writeFiles(look, report, at);
  return report.failed > 0 ? 1 : 0;
}

function reportOf(url: string, { dialect, seed }: Run, judged: readonly Judged[]): Report {
  const rules = judged.map(({ why: _, ...rule }): RuleReport => rule);
  const count = (...wanted: RuleReport['verdict'][]) =>
    rules.filter(({ verdict }) => wanted.includes(verdict)).length;
  return {
    url,
    dialect: dialect ?? null,
    seed,
    rules,
    passed: count('pass', 'loose'),
    failed: count('fail'),
  };
}

function writeFiles({ files: { junit, badge, record }, lang }: Look, report: Report, at: number): void {
  if (junit !== undefined) write(junit, junitOf(report));
  if (badge !== undefined) write(badge, badgeOf(report, lang));
  if (record === undefined) return;
  const [first] = report.rules.flatMap(({ findings }) => findings);
  if (first !== undefined) write(record, recordingOf(first, { at, dialect: report.dialect ?? 'documented' }));
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new StartError('DATA_UNUSABLE', `cannot write ${path}: ${inWords(error)}`);
  }
}
