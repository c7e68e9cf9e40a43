/** What the command `admin` is asked to do: its arguments, read. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readDuration } from '../hosting/duration.ts';
import { languageOf } from '../hosting/log.ts';
import { urlOf } from '../hosting/origins.ts';
import { readTokenLines } from '../hosting/tokens.ts';
import { dataPath } from '../open-ledger.ts';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';

/** Where the server is: beside its data file, or at a URL. */
export type Place = { data: string } | { url: URL; token: string };

export type Order = {
  readonly act: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly place: Place;
  readonly isJson: boolean;
  readonly lang: 'en' | 'vi';
};

/** The command is wrong. */
export class UsageError extends Error {}

const options = {
  data: { type: 'string' },
  ops: { type: 'string' },
  'token-file': { type: 'string' },
  for: { type: 'string' },
  reason: { type: 'string' },
  address: { type: 'string' },
  pattern: { type: 'string' },
  last: { type: 'string' },
  author: { type: 'string' },
  json: { type: 'boolean', default: false },
  lang: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** The words after an act, and the options that only some acts have. */
type Given = { readonly words: readonly string[] } & { readonly [Name in (typeof special)[number]]?: string };
const special = ['for', 'reason', 'address', 'pattern', 'last', 'author'] as const;

type Form = {
  /** How the act is written. */
  readonly usage: string;
  readonly takes?: readonly (typeof special)[number][];
  /** What the words say. `undefined`: they do not fit. */
  readonly read: (given: Given) => Record<string, unknown> | undefined;
};

const nothing = ({ words }: Given) => (words.length === 0 ? {} : undefined);
const nickname = ({ words: [name, ...rest] }: Given) =>
  name === undefined || rest.length > 0 ? undefined : { nickname: name };

/** A nickname, or in its place the option for an address or a pattern. */
function target(given: Given): Record<string, unknown> | undefined {
  const { words, address: mask, pattern } = given;
  if (mask === undefined && pattern === undefined) return nickname(given);
  if (words.length > 0 || (mask !== undefined && pattern !== undefined)) return undefined;
  return mask === undefined ? { pattern } : { mask };
}

/** Which messages. A text of several words needs no quotes. */
function wanted({ words, last, author }: Given): Record<string, unknown> | undefined {
  if (last !== undefined && !/^\d{1,9}$/.test(last)) return undefined;
  return {
    ...(words.length === 0 ? {} : { text: words.join(' ') }),
    ...(last === undefined ? {} : { last: Number(last) }),
    ...(author === undefined ? {} : { author }),
  };
}

const forms: Readonly<Record<string, Form>> = {
  list: { usage: 'list', read: nothing },
  status: { usage: 'status', read: nothing },
  kick: { usage: 'kick NICK', takes: ['reason'], read: nickname },
  ban: {
    usage: 'ban NICK | --address MASK | --pattern GLOB',
    takes: ['for', 'reason', 'address', 'pattern'],
    read: target,
  },
  unban: { usage: 'unban NICK|MASK|GLOB', takes: ['address', 'pattern'], read: target },
  bans: { usage: 'bans', read: nothing },
  mute: { usage: 'mute NICK', takes: ['for', 'reason'], read: nickname },
  unmute: { usage: 'unmute NICK', read: nickname },
  mutes: { usage: 'mutes', read: nothing },
  messages: { usage: 'messages [TEXT] [--last N] [--author NICK]', takes: ['last', 'author'], read: wanted },
  remove: {
    usage: 'remove POSITION…',
    takes: ['reason'],
    read: ({ words }) =>
      words.length > 0 && words.every((word) => /^\d{1,15}$/.test(word))
        ? { positions: words.map(Number) }
        : undefined,
  },
  erase: { usage: 'erase NICK', takes: ['reason'], read: nickname },
  readonly: {
    usage: 'readonly on|off',
    read: ({ words: [word, ...rest] }) =>
      (word === 'on' || word === 'off') && rest.length === 0 ? { on: word === 'on' } : undefined,
  },
  newcomers: {
    usage: 'newcomers wait 5m|off',
    read: ({ words: [verb, wait = verb, ...rest] }) => {
      if (rest.length > 0 || (verb !== 'wait' && verb !== 'off')) return undefined;
      return wait === 'wait' ? undefined : { wait: wait === 'off' ? null : wait };
    },
  },
  announce: {
    usage: 'announce TEXT',
    read: ({ words }) => (words.length === 0 ? undefined : { text: words.join(' ') }),
  },
  words: {
    usage: 'words FILE',
    read: ({ words: [path, ...rest] }) =>
      path === undefined || rest.length > 0 ? undefined : { words: linesOf(path) },
  },
};

/** Reads the arguments; `help` if that is what they ask for. Throws a UsageError that says what is wrong. */
export function readOrder(args: readonly string[], env: NodeJS.ProcessEnv): Order | 'help' {
  const { values, positionals } = parsed(args);
  if (values.help) return 'help';
  const [act, ...words] = positionals;
  if (act === undefined) throw new UsageError(`an act is missing: ${Object.keys(forms).join(', ')}`);
  const form = Object.hasOwn(forms, act) ? forms[act] : undefined;
  if (form === undefined) throw new UsageError(`there is no act ${act}`);
  const given = special.filter((name) => values[name] !== undefined);
  const strange = given.find((name) => !form.takes?.includes(name));
  if (strange !== undefined) throw new UsageError(`${act} does not take --${strange}`);
  const said = form.read({ words, ...values });
  if (said === undefined) throw new UsageError(`this act is written: ${form.usage}`);
  const { for: span, reason } = values;
  for (const length of [span, said['wait']])
    if (typeof length === 'string' && readDuration(length) === undefined)
      throw new UsageError(`${length} is no length of time, such as 10m, 2h or 7d`);
  const more = { ...(span === undefined ? {} : { for: span }), ...(reason === undefined ? {} : { reason }) };
  return {
    act,
    args: { ...said, ...more },
    place: placeOf(values, env),
    isJson: values.json,
    lang: langOf(values.lang, env),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\. (?=[A-Z])|\n/);
    throw new UsageError(sentence);
  }
}

type Values = ReturnType<typeof parsed>['values'];

function placeOf({ data, ops, 'token-file': path }: Values, env: NodeJS.ProcessEnv): Place {
  if (ops === undefined) {
    if (path !== undefined) throw new UsageError('--token-file goes with --ops');
    return { data: dataPath({ data: data ?? (env['DATA_FILE'] || undefined) }) };
  }
  if (data !== undefined) throw new UsageError('--data and --ops name two servers');
  const url = urlOf(ops);
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError('--ops must be a URL such as http://127.0.0.1:9100/');
  if (path === undefined) throw new UsageError('--ops needs --token-file');
  return { url, token: tokenOf(path) };
}

/** The first token in a file. */
function tokenOf(path: string): string {
  try {
    const [{ text = '' } = {}] = readTokenLines(path, 'token', () => {});
    if (/^[!-~]+$/.test(text)) return text;
  } catch (error) {
    throw error instanceof StartError ? new UsageError(error.message) : error;
  }
  throw new UsageError(`the first line of ${path} must be a token, which has no spaces`);
}

/** The lines of a file that are not blank. */
function linesOf(path: string): string[] {
  try {
    const lines = readFileSync(path, 'utf8')
      .replace(/^\uFEFF/, '')
      .split('\n');
    return lines.map((line) => line.trim()).filter((line) => line !== '');
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${inWords(error)}`);
  }
}

function langOf(given: string | undefined, env: NodeJS.ProcessEnv): 'en' | 'vi' {
  const lang = given ?? (env['CHAT_LANG'] || undefined);
  if (lang === undefined || lang === 'en' || lang === 'vi') return languageOf(lang, env);
  throw new UsageError('--lang must be en or vi');
}
