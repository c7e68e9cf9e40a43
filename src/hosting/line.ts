/** How the entries of the log are shown: as lines for people, or as the fields of a line of JSON. */
import { styleText } from 'node:util';
import type { LogEntry } from '../actors/log.ts';
import type { Shown } from './flood.ts';

export type LineOptions = {
  /** Log the text of messages too. */
  withContent: boolean;
  lang: 'en' | 'vi';
  colors: boolean;
};

type Kind = LogEntry['kind'];
type Color = Parameters<typeof styleText>[0];

/** How each kind of entry is shown: its mark, colour and level, and its name in both languages. */
export const kinds: Record<
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
  rejection: { mark: '⊘', color: 'yellow', level: 'info', en: 'rejection', vi: 'chặn' },
  refusal: { mark: '✗', color: 'yellow', level: 'info', en: 'refusal', vi: 'từ chối' },
  status: { mark: '▸', color: 'cyan', level: 'info', en: 'status', vi: 'trạng thái' },
  warning: { mark: '⚠', color: 'red', level: 'warn', en: 'warning', vi: 'cảnh báo' },
  repair: { mark: '✚', color: 'red', level: 'warn', en: 'repair', vi: 'sửa tệp' },
  error: { mark: '‼', color: 'red', level: 'error', en: 'error', vi: 'lỗi' },
};

/** Escapes every character in a line of JSON that a terminal might act on. */
export const escapeLine = (line: string) => `${escaped(line.trimEnd())}\n`;

/** The same for a text that others have written, which becomes a part of a line. */
export const harmless = (text: string) => escaped(text).trimEnd();

const escaped = (text: string) => text.replace(risky, (character) => character.split('').map(unit).join(''));

const unit = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** One line with the marks of all kinds. */
export function legend(options: LineOptions): string {
  return Object.keys(kinds)
    .map((kind) => marked(kind as Kind, options))
    .join('  ');
}

function marked(kind: Kind, { lang, colors }: LineOptions): string {
  const { mark, color, [lang]: word } = kinds[kind];
  const text = `${mark} ${word}`;
  return colors ? styleText(color, text) : text;
}

/** An entry as a line: mark, kind, connection, nickname, details: `★ register c1 "An"`. */
export function lineOf(entry: Shown, options: LineOptions): string {
  const connection = 'connection' in entry ? entry.connection : undefined;
  const who =
    'nickname' in entry && entry.nickname !== undefined ? quoted(clipped(entry.nickname)) : undefined;
  return [marked(entry.kind, options), connection, who, detailOf(entry, options)].filter(Boolean).join(' ');
}

function detailOf(entry: Shown, { withContent, lang }: LineOptions): string | undefined {
  if ('more' in entry) {
    const what = entry.kind === 'rejection' ? rejected(entry) : entry.error;
    return [what, countOf(entry.more, lang).more].filter(Boolean).join(' ');
  }
  switch (entry.kind) {
    case 'connect':
      return entry.address;
    case 'close':
      return String(entry.code);
    case 'request':
      return entry.request;
    case 'change':
      return `← ${quoted(clipped(entry.oldname))}`;
    case 'send':
      return withContent ? quoted(entry.content) : undefined;
    case 'get':
      return `× ${entry.messages}`;
    case 'cutoff':
      return `silent for ${entry.silentSeconds.toFixed(1)} s`;
    case 'rejection':
      return rejected(entry);
    case 'refusal':
      return entry.reason;
    case 'status':
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

const rejected = ({ address, status, reason }: Shown & { kind: 'rejection' }) =>
  [address, status, reason].filter(Boolean).join(' ');

/** An entry as fields. What is undefined is left out. */
export function fieldsOf(entry: Shown, { withContent }: LineOptions): object {
  const fields: Record<string, unknown> = { ...entry };
  for (const name of ['nickname', 'oldname'] as const)
    if (typeof fields[name] === 'string') fields[name] = clipped(fields[name]);
  if (!withContent) fields['content'] = undefined;
  return entry.kind === 'error' && entry.error instanceof Error
    ? { ...fields, error: undefined, err: entry.error }
    : fields;
}

/** What is said of so many more lines of one kind, and of so many lines that were left out of the log. */
export function countOf(count: number, lang: LineOptions['lang']): { more: string; dropped: string } {
  const number = count.toLocaleString(lang);
  return lang === 'vi'
    ? { more: `và ${number} lần nữa`, dropped: `… và ${number} dòng nữa trong giây vừa qua` }
    : { more: `and ${number} more`, dropped: `… and ${number} more lines in the last second` };
}

/** The beginning of a nickname, so that it takes at most 200 bytes in either form of the log, with its quotes. */
export function clipped(nickname: string): string {
  let kept = '';
  let bytes = 0;
  for (const character of nickname) {
    const forms = [escaped(JSON.stringify(character)), quoted(character)];
    bytes += Math.max(...forms.map((form) => Buffer.byteLength(form) - 2));
    if (bytes > mostBytes) return `${kept}…`;
    kept += character;
  }
  return nickname;
}

/** 200 without two quotes and the ellipsis. */
const mostBytes = 195;

/** Quotes text that clients wrote, so that it cannot control the terminal, reverse text or end the quotes. */
const quoted = (text: string) =>
  `"${text.replace(/["\\]/g, '\\$&').replace(risky, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)}"`;

/** Control and format characters, line separators, and code points that are not characters. */
const risky = /[\p{C}\p{Zl}\p{Zp}]/gu;
