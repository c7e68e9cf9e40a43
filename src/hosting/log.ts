import { pino, stdTimeFunctions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { z } from 'zod';
import type { Log } from '../actors/log.ts';
import { LineLimit, Repeats, type Shown } from './flood.ts';
import { countOf, escapeLine, fieldsOf, kinds, type LineOptions, lineOf } from './line.ts';
import { Output, type Sink } from './output.ts';
import type { Values } from './settings.ts';

const form = z.enum(['pretty', 'json', 'silent']);
const language = z.enum(['en', 'vi']);

export const logSettings = {
  log: form.optional().meta({ description: 'form of the log', unset: 'pretty at a terminal, else json' }),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('least level that is logged'),
  logContent: z.boolean().default(false).describe('log the text of messages too'),
  lang: language.optional().meta({
    description: 'language of the pretty log',
    variable: 'CHAT_LANG',
    unset: "the locale's, else en",
  }),
};

export type LogOptions = LineOptions & { form: z.infer<typeof form>; level: string; isTerminal: boolean };

/** The language that is given, or else that of the locale. */
export function languageOf(
  given: 'en' | 'vi' | undefined,
  { LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv,
): 'en' | 'vi' {
  return given ?? ((LC_ALL || LC_MESSAGES || LANG || '').startsWith('vi') ? 'vi' : 'en');
}

/** Completes the settings of the log for an output that is or is not a terminal. */
export function logOptions(
  { log, logLevel, logContent, lang }: Values<typeof logSettings>,
  isTerminal: boolean,
  env: NodeJS.ProcessEnv,
): LogOptions {
  return {
    form: log ?? (isTerminal ? 'pretty' : 'json'),
    level: logLevel,
    withContent: logContent,
    lang: languageOf(lang, env),
    isTerminal,
    colors: isTerminal && !env['NO_COLOR'],
  };
}

/**
 * `log` takes entries, and `finish` writes the counts of those that were not written. Regardless of the level, `say` writes
 * a line of the start, and `note` one with its time. `output` receives all of it.
 */
export type Console = {
  log: Log;
  finish: () => void;
  say: (text: string) => void;
  note: (text: string) => void;
  output: Sink;
};

const second = 1000;
const minute = 60_000;

/** Creates the log, with one line for each entry. The lines of a worker name it. */
export function createLog(options: LogOptions, output: Sink = new Output(1), worker?: number): Console {
  const isJson = options.form === 'json';
  const write = isJson ? escapeLine : prettyFactory(prettyOptions);
  const logger = pino(
    {
      level: options.form === 'silent' ? 'silent' : options.level,
      base: worker === undefined ? null : { worker },
      timestamp: stdTimeFunctions.isoTime,
    },
    { write: (line) => output.write(write(line)) },
  );
  const repeats = new Repeats();
  const limit = new LineLimit();
  let count: NodeJS.Timeout | undefined;
  const show = (entry: Shown) => {
    const { level, en } = kinds[entry.kind];
    if (!logger.isLevelEnabled(level)) return;
    if (!limit.admits(performance.now(), level === 'warn' || level === 'error'))
      count ??= setTimeout(tellDropped, second).unref();
    else if (isJson) logger[level](fieldsOf(entry, options), en);
    else logger[level](lineOf(entry, options));
  };
  const tellDropped = () => {
    clearTimeout(count);
    count = undefined;
    const more = limit.takeDropped(performance.now());
    if (more === 0) return;
    if (isJson) logger.warn({ more }, countOf(more, 'en').dropped);
    else logger.warn(countOf(more, options.lang).dropped);
  };
  const log: Log = (entry) => repeats.take(entry, show);
  setInterval(() => repeats.tell(show), minute).unref();
  const finish = () => {
    repeats.tell(show);
    tellDropped();
  };
  const note = (text: string) =>
    output.write(write(JSON.stringify({ level: 30, time: new Date().toISOString(), msg: text })));
  const say = (text: string) => (isJson ? note(text) : output.write(`${text}\n`));
  return { log, finish, say, note, output };
}

const prettyOptions = {
  colorize: false,
  translateTime: 'SYS:HH:MM:ss',
  ignore: 'level',
  hideObject: true,
  // pino-pretty escapes colours everywhere except in the result of this function. Text of clients has been quoted.
  messageFormat: ({ worker, ...entry }: Record<string, unknown>, key: string) =>
    worker === undefined ? String(entry[key]) : `#${worker} ${entry[key]}`,
};
