import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { NicknameComparison } from './protocol/text.ts';
import { contentLimit, type Dialect } from './protocol/timestamp.ts';
import { StartError } from './start-error.ts';

/** What a chat needs to know, however it is started. Texts are counted in code points. */
export type ChatConfig = {
  /** Address to listen on. Default `127.0.0.1`. */
  readonly host: string;
  /** Port to listen on; 0 takes any free one. Default 5000. */
  readonly port: number;
  /** File of the history; made with its folder if missing. Default `db/data.json`. */
  readonly data: string;
  /** Form of the timestamps, and the content limit. Default `documented`. */
  readonly dialect: Dialect;
  /** Seconds from one ping to the next. Default 5. */
  readonly pingInterval: number;
  /** How nicknames are told apart: by look (RFC 8266) or by code points. Default `nickname`. */
  readonly nicknameComparison: NicknameComparison;
  /** Most characters of a message. Default 100, in the published dialect 4000. */
  readonly maxContent: number;
  /** Most characters of a nickname. Default 100. */
  readonly maxName: number;
  /** Most bytes of a frame that is received; a longer one closes with 1009. Default 65,536. */
  readonly maxPayload: number;
  /** Most bytes that wait for a slow reader; more close with 1013. Default 1,048,576. */
  readonly maxBuffered: number;
  /** Seconds until a handshake must be complete. Default 10. */
  readonly handshakeTimeout: number;
  /** Shows the chat page at the same address. Default true. */
  readonly page: boolean;
  /** Origins whose pages may show the chat page in a frame, separated by spaces; `*` for all. Default none. */
  readonly embedOrigins: string;
};

/** What the executable needs to know besides. */
export type Config = ChatConfig & {
  /** Form of the log; where it is missing, pretty at a terminal and else JSON. */
  readonly log: 'pretty' | 'json' | 'silent' | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** The text of messages is logged too. */
  readonly logContent: boolean;
  /** Language of the pretty log; where it is missing, the locale's. */
  readonly lang: 'en' | 'vi' | undefined;
  /** Shows the actors on a port of this machine; and on which; and what people wrote too. */
  readonly inspect: boolean;
  readonly inspectPort: number;
  readonly inspectContent: boolean;
};

/** A setting: its variable, what it must be, and its default, or in words where that depends. */
type Setting = {
  variable: string;
  about: string;
  must: string;
  schema: z.ZodType;
  default?: unknown;
  shown?: string;
};

const whole = (least: number, most: number) => ({
  must: `a whole number from ${least} to ${most}`,
  schema: z.int().min(least).max(most),
});
const number = (least: number, most: number) => ({
  must: `a number from ${least} to ${most}`,
  schema: z.number().min(least).max(most),
});
const oneOf = (...values: string[]) => ({ must: `one of ${values.join(', ')}`, schema: z.enum(values) });
const text = { must: 'a text', schema: z.string().regex(/^[^\0]+$/) };
const flag = { must: 'true or false', schema: z.boolean() };

const origins = {
  must: 'origins such as https://blog.example, separated by spaces, or *',
  schema: z.string().regex(/^(?:\*|https?:\/\/[\w*.:[\]-]+(?: https?:\/\/[\w*.:[\]-]+)*)?$/),
};

const chatSettings: Record<keyof ChatConfig, Setting> = {
  host: { variable: 'HOST', about: 'address to listen on', ...text, default: '127.0.0.1' },
  port: {
    variable: 'PORT',
    about: 'port to listen on; 0 takes any free one',
    ...whole(0, 65_535),
    default: 5000,
  },
  data: {
    variable: 'DATA_FILE',
    about: 'file of the history; made with its folder if missing',
    ...text,
    default: 'db/data.json',
  },
  dialect: {
    variable: 'DIALECT',
    about: 'form of the timestamps, and the content limit',
    ...oneOf('documented', 'published'),
    default: 'documented',
  },
  pingInterval: {
    variable: 'PING_INTERVAL',
    about: 'seconds from one ping to the next',
    ...number(0.05, 86_400),
    default: 5,
  },
  nicknameComparison: {
    variable: 'NICKNAME_COMPARISON',
    about: 'nicknames are told apart by look (RFC 8266) or by code points',
    ...oneOf('nickname', 'exact'),
    default: 'nickname',
  },
  maxContent: {
    variable: 'MAX_CONTENT',
    about: 'most characters of a message',
    ...whole(1, 1_000_000),
    shown: '100, in the published dialect 4000',
  },
  maxName: {
    variable: 'MAX_NAME',
    about: 'most characters of a nickname',
    ...whole(1, 10_000),
    default: 100,
  },
  maxPayload: {
    variable: 'MAX_PAYLOAD',
    about: 'most bytes of a frame that is received; a longer one closes with 1009',
    ...whole(64, 16_777_216),
    default: 65_536,
  },
  maxBuffered: {
    variable: 'MAX_BUFFERED',
    about: 'most bytes that wait for a slow reader; more close with 1013',
    ...whole(1024, 1_073_741_824),
    default: 1_048_576,
  },
  handshakeTimeout: {
    variable: 'HANDSHAKE_TIMEOUT',
    about: 'seconds until a handshake must be complete',
    ...number(0.1, 3600),
    default: 10,
  },
  page: { variable: 'PAGE', about: 'show the chat page at the same address', ...flag, default: true },
  embedOrigins: {
    variable: 'EMBED_ORIGINS',
    about: 'whose pages may show the chat page in a frame',
    ...origins,
    default: '',
    shown: 'nobody else',
  },
};

const settings: Record<keyof Config, Setting> = {
  ...chatSettings,
  log: {
    variable: 'LOG',
    about: 'form of the log',
    ...oneOf('pretty', 'json', 'silent'),
    shown: 'pretty at a terminal, else json',
  },
  logLevel: {
    variable: 'LOG_LEVEL',
    about: 'least level that is logged',
    ...oneOf('debug', 'info', 'warn', 'error'),
    default: 'info',
  },
  logContent: { variable: 'LOG_CONTENT', about: 'log the text of messages too', ...flag, default: false },
  lang: {
    variable: 'CHAT_LANG',
    about: 'language of the pretty log',
    ...oneOf('en', 'vi'),
    shown: "the locale's, else en",
  },
  inspect: {
    variable: 'INSPECT',
    about: 'show the actors and their states on a port of this machine',
    ...flag,
    default: false,
  },
  inspectPort: {
    variable: 'INSPECT_PORT',
    about: 'port of the inspector; 0 takes any free one',
    ...whole(0, 65_535),
    default: 5001,
  },
  inspectContent: {
    variable: 'INSPECT_CONTENT',
    about: 'the inspector shows nicknames and messages too',
    ...flag,
    default: false,
  },
};

/** Completes a program's options. Throws a StartError that names the first bad one. */
export function chatConfig(options: Partial<ChatConfig> = {}): ChatConfig {
  return complete(chatSettings, options, (key) => key) as ChatConfig;
}

/** What the command line asks for. */
export type Command =
  | { type: 'run'; config: Config }
  | { type: 'machines'; args: readonly string[] }
  | { type: 'print'; text: string };

/** Reads the flags and the environment; a flag wins (README, "Settings"). Throws a StartError that names the bad one. */
export function readCommand(argv: readonly string[], env: NodeJS.ProcessEnv, version: string): Command {
  if (argv[0] === 'machines') return { type: 'machines', args: argv.slice(1) };
  const flags = readFlags(argv);
  for (const name of ['help', 'version']) {
    if (flags[name] === false)
      throw new StartError('CONFIG_INVALID', `Unknown option '--no-${name}' (--help lists the options)`);
  }
  if (flags['help'] === true) return { type: 'print', text: helpText() };
  if (flags['version'] === true) return { type: 'print', text: version };
  const given: Record<string, unknown> = {};
  const sources: Record<string, string> = {};
  for (const [key, { variable, schema }] of Object.entries(settings)) {
    const flagName = flagOf(key);
    const raw = flags[flagName] ?? (env[variable] || undefined);
    if (raw === undefined) continue;
    given[key] = typeof raw === 'string' ? fromText(raw, schema) : raw;
    sources[key] = flags[flagName] === undefined ? variable : `--${flagName}`;
  }
  return { type: 'run', config: complete(settings, given, (key) => sources[key] ?? key) as Config };
}

function complete(table: Record<string, Setting>, given: object, nameOf: (key: string) => string): object {
  const config: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    const setting = Object.hasOwn(table, key) ? table[key] : undefined;
    if (setting === undefined) throw new StartError('CONFIG_INVALID', `unknown option ${key}`);
    if (value !== undefined && !setting.schema.safeParse(value).success) {
      throw new StartError(
        'CONFIG_INVALID',
        `${nameOf(key)} must be ${setting.must}, not ${JSON.stringify(value)}`,
      );
    }
    config[key] = value;
  }
  for (const [key, setting] of Object.entries(table)) config[key] ??= setting.default;
  config['maxContent'] ??= contentLimit[config['dialect'] as Dialect];
  return Object.freeze(config);
}

/** What a flag's or variable's text stands for; the text itself where that is not plain, to be refused by its schema. */
function fromText(raw: string, schema: z.ZodType): unknown {
  if (schema instanceof z.ZodNumber) return /^-?(?:\d+\.?\d*|\.\d+)$/.test(raw) ? Number(raw) : raw;
  if (schema instanceof z.ZodBoolean) return { true: true, 1: true, false: false, 0: false }[raw] ?? raw;
  return raw;
}

function readFlags(argv: readonly string[]): Record<string, unknown> {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean', short: 'v' },
  };
  for (const [key, { schema }] of Object.entries(settings)) {
    options[flagOf(key)] = { type: schema instanceof z.ZodBoolean ? 'boolean' : 'string' };
  }
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: false, allowNegative: true }).values;
  } catch (error) {
    // The first sentence says what is wrong; the rest is advice on quoting.
    const [sentence] = (error as Error).message.split(/\. (?=[A-Z])|\n/);
    throw new StartError('CONFIG_INVALID', `${sentence} (--help lists the options)`);
  }
}

const flagOf = (key: string) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function helpText(): string {
  const lines = Object.entries(settings).flatMap(
    ([key, { variable, about, must, shown, default: value }]) => [
      `  --${flagOf(key)}  (${variable})`,
      `      ${about}`,
      `      ${must}; default: ${shown ?? value}`,
    ],
  );
  return [
    'Usage: classic-chatbox-server [options]',
    '       classic-chatbox-server machines [--help]',
    '',
    'A flag wins over its environment variable.',
    '',
    ...lines,
  ].join('\n');
}
