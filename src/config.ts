/**
 * All settings in one table, and how the executable reads them: flags win over the environment, that over the config file,
 * and that over defaults.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { fileSettings, readConfigFile } from './hosting/config-file.ts';
import {
  configAsJson,
  configAsText,
  configSchema,
  type Effective,
  type Source,
} from './hosting/config-print.ts';
import { logSettings } from './hosting/log.ts';
import { optionSettings } from './hosting/options.ts';
import { type Row, rowsOf } from './hosting/rows.ts';
import { complete, type Settings, type Values } from './hosting/settings.ts';
import { inspectSettings } from './inspect/bridge.ts';
import { StartError } from './start-error.ts';
import { workerSettings } from './workers/settings.ts';

const settings = { ...optionSettings, ...logSettings, ...inspectSettings, ...workerSettings };

export type Config = Values<typeof settings>;

/** Splits the settings into those of the chat and those of the executable around it. */
export function splitConfig(settings: Config) {
  const { log, logLevel, logContent, lang, inspect, inspectPort, inspectContent, workers, ...config } =
    settings;
  return {
    config,
    around: { log, logLevel, logContent, lang, inspect, inspectPort, inspectContent, workers },
  };
}

/** Commands that read what follows them themselves. */
const commands = ['machines', 'doctor', 'check', 'data', 'recording', 'admin'] as const;
type Word = (typeof commands)[number];
const isCommand = (word: string | undefined): word is Word => commands.some((command) => command === word);

/** What the command line asks the executable to do. */
export type Command =
  | { type: 'run'; config: Config }
  | { [Type in Word]: { type: Type; args: readonly string[] } }[Word]
  | { type: 'print'; text: string };

const fileRows = rowsOf(fileSettings);
const rows = rowsOf(settings);

/** Reads the command line and what it names (README, "Settings"). Throws a StartError that says what is wrong. */
export function readCommand(argv: readonly string[], env: NodeJS.ProcessEnv, version: string): Command {
  const [word, ...args] = argv;
  if (isCommand(word)) return { type: word, args };
  if (word === 'config') return { type: 'print', text: configText(args, env) };
  const flags = readFlags(argv);
  if ('help' in flags) return { type: 'print', text: helpText() };
  if ('version' in flags) return { type: 'print', text: version };
  return { type: 'run', config: readConfig(argv, env) };
}

/** Reads all settings anew: the flags, the environment, and the config file that they name. Throws a StartError. */
export function readConfig(argv: readonly string[], env: NodeJS.ProcessEnv): Config {
  return readValues(readFlags(argv), env).config;
}

/** What `config print` and `config schema` print. */
function configText([word, ...args]: readonly string[], env: NodeJS.ProcessEnv): string {
  if (word === 'schema' && args.length === 0) return configSchema(rows);
  if (word !== 'print')
    throw new StartError('CONFIG_INVALID', 'config takes print or schema (--help lists the options)');
  const flags = readFlags(args, { json: { type: 'boolean' } });
  if ('help' in flags) return helpText();
  const { effective } = readValues(flags, env);
  return flags['json'] ? configAsJson(effective) : configAsText(effective);
}

type Flags = Readonly<Record<string, unknown>>;

function readValues(flags: Flags, env: NodeJS.ProcessEnv): { config: Config; effective: Effective[] } {
  const place = completeFrom(fileSettings, fileRows, (row) => givenOf(row, flags, env));
  const { config: path } = place.values;
  const file = path === undefined ? {} : readConfigFile(path, rows);
  const { values, effective } = completeFrom(settings, rows, (row) => {
    const given = givenOf(row, flags, env);
    if (path === undefined || given.value !== undefined || !Object.hasOwn(file, row.name)) return given;
    return { value: file[row.name], source: { kind: 'file', name: path } };
  });
  return { config: values, effective: [...place.effective, ...effective] };
}

type Given = { value: unknown; source: Source };

/** What flag and environment give to a setting. */
function givenOf({ flag, variable, facts }: Row, flags: Flags, env: NodeJS.ProcessEnv): Given {
  const raw = flags[flag] ?? (env[variable] || undefined);
  const value = typeof raw === 'string' ? fromText(raw, facts['type']) : raw;
  if (raw === undefined) return { value, source: { kind: 'default' } };
  const given = value === false ? `--no-${flag}` : `--${flag}`;
  return {
    value,
    source: flag in flags ? { kind: 'flag', name: given } : { kind: 'variable', name: variable },
  };
}

/** Completes the settings of a table with what is given to each. Throws a StartError that says where a bad value stands. */
function completeFrom<Table extends Settings>(
  table: Table,
  tableRows: readonly Row[],
  find: (row: Row) => Given,
): { values: Values<Table>; effective: Effective[] } {
  const found = tableRows.map((row) => ({ row, ...find(row) }));
  const given = Object.fromEntries(found.map(({ row, value }) => [row.name, value]));
  const places = Object.fromEntries(
    found.map(({ row, source: { kind, name } }) => [
      row.name,
      kind === 'file' ? `${name}: ${row.name}` : name,
    ]),
  );
  const values: Values<Table> = complete(table, given, places);
  const effective = found.map(({ row, source }) => ({ row, value: values[row.name], source }));
  return { values, effective };
}

const truth = z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'], case: 'sensitive' });

/** Converts the text of a flag or variable. Invalid text is returned as it is, for its schema to refuse. */
function fromText(raw: string, type: unknown): unknown {
  if (type === 'boolean') return truth.safeParse(raw).data ?? raw;
  const isNumber = type !== 'string' && /^-?(?:\d+\.?\d*|\.\d+)$/.test(raw);
  return isNumber ? Number(raw) : raw;
}

type FlagForms = Record<string, { type: 'string' | 'boolean'; short?: string }>;

function readFlags(argv: readonly string[], more: FlagForms = {}): Flags {
  const options: FlagForms = {
    ...more,
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean', short: 'v' },
  };
  for (const { flag, facts } of [...fileRows, ...rows])
    options[flag] = { type: facts['type'] === 'boolean' ? 'boolean' : 'string' };
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: false, allowNegative: true }).values;
  } catch (error) {
    // Only the first sentence says what is wrong; the rest is advice on quoting.
    const [sentence] = (error as Error).message.split(/\. (?=[A-Z])|\n/);
    throw new StartError('CONFIG_INVALID', `${sentence} (--help lists the options)`);
  }
}

const usage = `Usage: classic-chatbox-server [options]
       classic-chatbox-server config print [--json] [options]
       classic-chatbox-server config schema
       classic-chatbox-server machines [--help]
       classic-chatbox-server doctor URL [--help]
       classic-chatbox-server check URL [--help]
       classic-chatbox-server data COMMAND [--help]
       classic-chatbox-server recording FILE [--help]
       classic-chatbox-server admin ACT [--help]

A flag wins over its environment variable, and that over the config file. An empty variable counts as not set. The keys
of the config file are the flags in camel case: {"port": 8000, "maxContent": 200}. config print shows the values in
effect and where each comes from, config schema the JSON Schema of the file.

  -h, --help
      print this and exit
  -v, --version
      print the version and exit`;

function helpText(): string {
  const texts = [...fileRows, ...rows].map(({ flag, variable, range, facts }) => {
    const { type, description, default: constant, unset = constant } = facts;
    const form =
      type === 'boolean' ? `takes no value, --no-${flag} turns it off; ${variable} is ${range}` : range;
    return `  --${flag}  (${variable})\n      ${description}\n      ${form}; default: ${unset}`;
  });
  return [usage, ...texts].join('\n');
}
