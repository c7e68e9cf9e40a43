/** What the command `check` is asked to do. */
import { parseArgs } from 'node:util';
import type { Lang } from '../doctor/finding.ts';
import { readTarget } from '../doctor/target.ts';
import { languageOf } from '../hosting/log.ts';

export const usage = `Usage: classic-chatbox-server check ws://HOST:PORT/ [RULE…]

Judges a server of the protocol from outside, whatever it is written in. A RULE is an id or the beginning of one
(P-NAME, P-EVT-1); without any, all rules are judged. It registers nicknames, and leaves messages in the history.

  --start COMMAND  start the server, and kill it and start it again for the rules of storage
  --data FILE      the server's data file, for --start: one that does not exist yet, or is empty
  --watch [FILE]   check again whenever the file changes; without one, any file that COMMAND names
  --strict         what is loose fails: the order of keys, deep nesting
  --timeout S      how long a reply may take, in seconds; default: 2
  --seed N         repeat what was left to chance; default: a new one
  --list           list the rules, and check nothing
  --json           print one JSON object
  --junit FILE     write a report for a CI system
  --badge FILE     write a badge, as SVG
  --record FILE    write the first exchange that failed, as a recording for the lab
  --lang en|vi     default: that of the log

Exit code: 0 if every rule that was judged is kept, 1 if not, 2 if the server is unreachable or the command is wrong.`;

export type Start = { command: string; data: string };

export type Look = {
  type: 'check';
  url: string;
  /** The address as it may be printed, without a token. */
  shown: string;
  rules: readonly string[];
  start: Start | undefined;
  /** The files after whose changes to check again; none if those are that the command names. */
  watched: readonly string[] | undefined;
  seed: number | undefined;
  timeoutMs: number;
  isStrict: boolean;
  isJson: boolean;
  files: { junit: string | undefined; badge: string | undefined; record: string | undefined };
  lang: Lang;
};

export type Order = { type: 'help' } | { type: 'list'; rules: readonly string[]; lang: Lang } | Look;

const options = {
  help: { type: 'boolean', short: 'h' },
  start: { type: 'string' },
  data: { type: 'string' },
  watch: { type: 'string', multiple: true },
  strict: { type: 'boolean', default: false },
  timeout: { type: 'string', default: '2' },
  seed: { type: 'string' },
  list: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  junit: { type: 'string' },
  badge: { type: 'string' },
  record: { type: 'string' },
  lang: { type: 'string' },
} as const;

/** Reads the arguments, with the ids of all rules that can be judged. Returns what is wrong with them, in words. */
export function readOrder(
  args: readonly string[],
  known: readonly string[],
  env: NodeJS.ProcessEnv,
): Order | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(withFiles(args, known));
  } catch (error) {
    return (error as Error).message;
  }
  const { values, positionals } = parsed;
  if (values.help) return { type: 'help' };
  const given = values.lang ?? (env['CHAT_LANG'] || undefined);
  if (given !== undefined && given !== 'en' && given !== 'vi') return `--lang is en or vi, not ${given}`;
  const lang = languageOf(given, env);
  const [address, ...words] = values.list ? ['', ...positionals] : positionals;
  const unknown = words.find((word) => !known.some((id) => isMeant(id, word)));
  if (unknown !== undefined) return `there is no rule ${unknown} to judge (--list)`;
  const rules = words.length === 0 ? known : known.filter((id) => words.some((word) => isMeant(id, word)));
  if (values.list) return { type: 'list', rules, lang };
  const target = readTarget(address ?? '');
  if (target === undefined) return 'an address is needed: ws://HOST:PORT/';
  const { start: command, data } = values;
  if ((command === undefined) !== (data === undefined)) return '--start and --data belong together';
  const watched = values.watch?.filter((file) => file !== '');
  if (watched?.length === 0 && command === undefined) return '--watch needs a file, or --start';
  const [timeout, seed] = [Number(values.timeout), Number(values.seed ?? 0)];
  if (!(timeout > 0 && timeout <= 600)) return '--timeout is a number of seconds, at most 600';
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    return '--seed is a whole number below 4294967296';
  return {
    ...{ type: 'check', url: target.socket.href, shown: target.shown.replace(/^http/, 'ws'), rules, lang },
    start: command === undefined || data === undefined ? undefined : { command, data },
    seed: values.seed === undefined ? undefined : seed,
    timeoutMs: timeout * 1000,
    ...{ watched, isStrict: values.strict, isJson: values.json },
    files: { junit: values.junit, badge: values.badge, record: values.record },
  };
}

const parse = (args: readonly string[]) => parseArgs({ args: [...args], options, allowPositionals: true });

/** A `--watch` that no file follows becomes `--watch=`. */
const withFiles = (args: readonly string[], known: readonly string[]) =>
  args.map((arg, index) => {
    const next = args[index + 1] ?? '-';
    const isFile = !next.startsWith('-') && !next.includes('://') && !known.some((id) => isMeant(id, next));
    return arg === '--watch' && !isFile ? '--watch=' : arg;
  });

/** `P-NAME` means all rules on names, and `P-NAME-1` does not mean `P-NAME-10`. */
const isMeant = (id: string, word: string) => {
  const upper = word.toUpperCase();
  return id === upper || id.startsWith(`${upper}-`);
};
