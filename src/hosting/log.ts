import { styleText } from 'node:util';
import { pino, stdTimeFunctions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { z } from 'zod';
import type { Log, LogEntry } from '../actors/log.ts';
import { Output } from './output.ts';
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

export type LogOptions = {
  form: z.infer<typeof form>;
  level: string;
  /** Log the text of messages too. */
  withContent: boolean;
  lang: z.infer<typeof language>;
  isTerminal: boolean;
  colors: boolean;
};

/** Completes the settings of the log for an output that is or is not a terminal. */
export function logOptions(
  { log, logLevel, logContent, lang }: Values<typeof logSettings>,
  isTerminal: boolean,
  { LC_ALL, LC_MESSAGES, LANG, NO_COLOR }: NodeJS.ProcessEnv,
): LogOptions {
  const locale = LC_ALL || LC_MESSAGES || LANG || '';
  return {
    form: log ?? (isTerminal ? 'pretty' : 'json'),
    level: logLevel,
    withContent: logContent,
    lang: lang ?? (locale.startsWith('vi') ? 'vi' : 'en'),
    isTerminal,
    colors: isTerminal && !NO_COLOR,
  };
}

type Kind = LogEntry['kind'];
type Color = Parameters<typeof styleText>[0];

/** How each kind of entry is shown: its mark, colour and level, and its name in both languages. */
const kinds: Record<
  Kind,
  { mark: string; color: Color; level: 'debug' | 'info' | 'warn' | 'error'; en: string; vi: string }
> = {
  connect: { mark: '○', color: 'gray', level: 'info', en: 'connect', vi: 'kết nối' },
  request: { mark: '→', color: 'gray', level: 'debug', en: 'request', vi: 'yêu cầu' },
  register: { mark: '★', color: 'green', level: 'info', en: 'register', vi: 'đăng ký' },
  resume: { mark: '⟳', color: 'green', level: 'info', en: 'resume', vi: 'trở lại' },
  change: { mark: '↻', color: 'cyan', level: 'info', en: 'change', vi: 'đổi tên' },
  send: { mark: '✎', color: 'blue', level: 'info', en: 'send', vi: 'gửi tin' },
  get: { mark: '≡', color: 'magenta', level: 'info', en: 'get', vi: 'lấy tin' },
  leave: { mark: '☆', color: 'yellow', level: 'info', en: 'leave', vi: 'rời đi' },
  close: { mark: '●', color: 'gray', level: 'info', en: 'close', vi: 'ngắt' },
  cutoff: { mark: '✂', color: 'yellow', level: 'info', en: 'cutoff', vi: 'cắt' },
  refusal: { mark: '✗', color: 'yellow', level: 'info', en: 'refusal', vi: 'từ chối' },
  warning: { mark: '⚠', color: 'red', level: 'warn', en: 'warning', vi: 'cảnh báo' },
  repair: { mark: '✚', color: 'red', level: 'warn', en: 'repair', vi: 'sửa tệp' },
  error: { mark: '‼', color: 'red', level: 'error', en: 'error', vi: 'lỗi' },
};

/** `log` takes entries, `say` writes a line regardless of the level, and `output` receives both. */
export type Console = { log: Log; say: (text: string) => void; output: Output };

/** Creates the log on standard output, with one line for each entry. */
export function createLog(options: LogOptions): Console {
  const output = new Output(1);
  const isJson = options.form === 'json';
  const write = isJson ? escapeLine : prettyFactory(prettyOptions);
  const logger = pino(
    {
      level: options.form === 'silent' ? 'silent' : options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
    },
    { write: (line) => output.write(write(line)) },
  );
  const log: Log = (entry) => {
    const { level } = kinds[entry.kind];
    if (isJson) logger[level](fieldsOf(entry, options), kinds[entry.kind].en);
    else if (logger.isLevelEnabled(level)) logger[level](lineOf(entry, options));
  };
  const say = (text: string) => {
    const line = isJson ? JSON.stringify({ level: 30, time: new Date().toISOString(), msg: text }) : text;
    output.write(`${line}\n`);
  };
  return { log, say, output };
}

const prettyOptions = {
  colorize: false,
  translateTime: 'SYS:HH:MM:ss',
  ignore: 'level',
  hideObject: true,
  // pino-pretty escapes colours everywhere except in the result of this function. Text of clients has been quoted.
  messageFormat: (entry: Record<string, unknown>, key: string) => String(entry[key]),
};

/** Escapes every character in a line of JSON that a terminal might act on. */
const escapeLine = (line: string) =>
  `${line.trimEnd().replace(risky, (character) => character.split('').map(unit).join(''))}\n`;

const unit = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** One line with the marks of all kinds. */
export function legend(options: LogOptions): string {
  return Object.keys(kinds)
    .map((kind) => marked(kind as Kind, options))
    .join('  ');
}

function marked(kind: Kind, { lang, colors }: LogOptions): string {
  const { mark, color, [lang]: word } = kinds[kind];
  const text = `${mark} ${word}`;
  return colors ? styleText(color, text) : text;
}

/** An entry as a line: mark, kind, connection, nickname, details: `★ register c1 "An"`. */
function lineOf(entry: LogEntry, options: LogOptions): string {
  const connection = 'connection' in entry ? entry.connection : undefined;
  const who = 'nickname' in entry && entry.nickname !== undefined ? quoted(entry.nickname) : undefined;
  return [marked(entry.kind, options), connection, who, detailOf(entry, options)].filter(Boolean).join(' ');
}

function detailOf(entry: LogEntry, { withContent }: LogOptions): string | undefined {
  switch (entry.kind) {
    case 'connect':
      return entry.address;
    case 'close':
      return String(entry.code);
    case 'request':
      return entry.request;
    case 'change':
      return `← ${quoted(entry.oldname)}`;
    case 'send':
      return withContent ? quoted(entry.content) : undefined;
    case 'get':
      return `× ${entry.messages}`;
    case 'cutoff':
      return `silent for ${entry.silentSeconds.toFixed(1)} s`;
    case 'refusal':
      return entry.reason;
    case 'warning':
      return entry.text;
    case 'repair':
      return `${entry.path}: messages kept ${entry.messages}, torn bytes cut off ${entry.bytes}`;
    case 'error':
      return entry.error instanceof Error ? entry.error.stack : String(entry.error);
    default:
      return undefined;
  }
}

function fieldsOf(entry: LogEntry, { withContent }: LogOptions): object {
  if (entry.kind === 'send' && !withContent) return { ...entry, content: undefined };
  return entry.kind === 'error' && entry.error instanceof Error
    ? { ...entry, error: undefined, err: entry.error }
    : entry;
}

/** Quotes text that clients wrote, so that it cannot control the terminal, reverse text or end the quotes. */
const quoted = (text: string) =>
  `"${text.replace(/["\\]/g, '\\$&').replace(risky, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)}"`;

/** Control and format characters, line separators, and code points that are not characters. */
const risky = /[\p{C}\p{Zl}\p{Zp}]/gu;
