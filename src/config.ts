/** All settings in one table, and how the executable reads them: flags win over the environment, and that over defaults. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { logSettings } from './hosting/log.ts';
import { optionSettings } from './hosting/options.ts';
import { complete, rangeOf, type Values } from './hosting/settings.ts';
import { inspectSettings } from './inspect/bridge.ts';
import { StartError } from './start-error.ts';

const settings = { ...optionSettings, ...logSettings, ...inspectSettings };

export type Config = Values<typeof settings>;

/** Splits the settings into those of the chat and those of the executable around it. */
export function splitConfig(settings: Config) {
  const { log, logLevel, logContent, lang, inspect, inspectPort, inspectContent, ...config } = settings;
  return { config, around: { log, logLevel, logContent, lang, inspect, inspectPort, inspectContent } };
}

/** What the command line asks the executable to do. */
export type Command =
  | { type: 'run'; config: Config }
  | { type: 'machines'; args: readonly string[] }
  | { type: 'print'; text: string };

/** The settings with their names on the command line and in the environment. */
const rows = Object.entries(settings).map(([name, schema]) => {
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const { variable = flag.replaceAll('-', '_').toUpperCase(), ...facts } = z.toJSONSchema(schema);
  return { name, flag, variable: `${variable}`, facts, range: rangeOf(schema) };
});

/** Reads the flags and the environment (README, "Settings"). Throws a StartError that names an invalid one. */
export function readCommand(argv: readonly string[], env: NodeJS.ProcessEnv, version: string): Command {
  if (argv[0] === 'machines') return { type: 'machines', args: argv.slice(1) };
  const flags = readFlags(argv);
  if ('help' in flags) return { type: 'print', text: helpText() };
  if ('version' in flags) return { type: 'print', text: version };
  const given: Record<string, unknown> = {};
  const sources: Record<string, string> = {};
  for (const { name, flag, variable, facts } of rows) {
    const raw = flags[flag] ?? (env[variable] || undefined);
    given[name] = typeof raw === 'string' ? fromText(raw, facts.type) : raw;
    sources[name] = flag in flags ? `--${flag}` : variable;
  }
  return { type: 'run', config: complete(settings, given, sources) };
}

const truth = z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'], case: 'sensitive' });

/** Converts the text of a flag or variable. Invalid text is returned as it is, for its schema to refuse. */
function fromText(raw: string, type: unknown): unknown {
  if (type === 'boolean') return truth.safeParse(raw).data ?? raw;
  const isNumber = type !== 'string' && /^-?(?:\d+\.?\d*|\.\d+)$/.test(raw);
  return isNumber ? Number(raw) : raw;
}

function readFlags(argv: readonly string[]): Record<string, unknown> {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean', short: 'v' },
  };
  for (const { flag, facts } of rows)
    options[flag] = { type: facts.type === 'boolean' ? 'boolean' : 'string' };
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: false, allowNegative: true }).values;
  } catch (error) {
    // Only the first sentence says what is wrong; the rest is advice on quoting.
    const [sentence] = (error as Error).message.split(/\. (?=[A-Z])|\n/);
    throw new StartError('CONFIG_INVALID', `${sentence} (--help lists the options)`);
  }
}

const usage = `Usage: classic-chatbox-server [options]
       classic-chatbox-server machines [--help]

A flag wins over its environment variable, and an empty variable counts as not set.

  -h, --help
      print this and exit
  -v, --version
      print the version and exit`;

function helpText(): string {
  const texts = rows.map(({ flag, variable, range, facts }) => {
    const { type, description, default: constant, unset = constant } = facts;
    const form =
      type === 'boolean' ? `takes no value, --no-${flag} turns it off; ${variable} is ${range}` : range;
    return `  --${flag}  (${variable})\n      ${description}\n      ${form}; default: ${unset}`;
  });
  return [usage, ...texts].join('\n');
}
