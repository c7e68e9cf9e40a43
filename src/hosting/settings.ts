/**
 * The settings of a chat, in one table of schemas, from which the types of `createChat`'s options, the error messages
 * and `--help` are made. Other settings stand beside their code; options.ts and config.ts join the tables.
 */
import { z } from 'zod';
import { StartError } from '../start-error.ts';

/**
 * Settings by name. The metadata of a schema says what the schema itself does not: `variable`, an environment variable
 * that does not follow from the name; `unset`, a default that is not a constant, in words; `must`, the form of a text;
 * `isPath`, a text that is a path.
 */
export type Settings = Readonly<Record<string, z.ZodType>>;

/** The values of a table's settings. The doc comments of the table apply to them. */
export type Values<Table extends Settings> = { readonly [Name in keyof Table]: z.output<Table[Name]> };

export const whole = (least: number, most: number) => z.int().min(least).max(most);
export const number = (least: number, most: number) => z.number().min(least).max(most);
/** A size in bytes, given as a number or as a text such as `16KiB`. */
export const size = (least: number, most: number) =>
  z.preprocess(inBytes, whole(least, most)).meta({ isSize: true });
export const text = z.string().regex(/^[^\0]+$/);
const units: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Converts a size with a unit to bytes. Anything else is returned as it is, for its schema to check. */
function inBytes(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  const [, count, unit = ''] = /^(\d+)([KMG]iB)$/.exec(given) ?? [];
  return count === undefined ? given : Number(count) * (units[unit] as number);
}

const origins = z
  .string()
  .regex(/^(?:\*|https?:\/\/[\w*.:[\]-]+(?: https?:\/\/[\w*.:[\]-]+)*)?$/)
  .meta({ must: 'origins such as https://blog.example, separated by spaces, or *, in quotes' });

export const chatSettings = {
  /** Address to listen on. Default `127.0.0.1`. */
  host: text.default('127.0.0.1').describe('address to listen on'),
  /** Port to listen on; 0 takes any free one. Default 5000. */
  port: whole(0, 65_535).default(5000).describe('port to listen on; 0 takes any free one'),
  /** History file; created, with its folder, if missing. Default `db/data.json`. */
  data: text.optional().meta({
    description: 'history file; created, with its folder, if missing',
    variable: 'DATA_FILE',
    unset: 'db/data.json',
    isPath: true,
  }),
  /** Largest size of the history file; messages that do not fit are refused. Default 1,073,741,824. */
  maxHistory: size(1024, 2 ** 50)
    .default(2 ** 30)
    .describe('largest size of the history file; messages that do not fit are refused'),
  /** Format of timestamps, and the content limit. Default `documented`. */
  dialect: z
    .enum(['documented', 'published'])
    .default('documented')
    .describe('format of timestamps, and the content limit'),
  /** Seconds from one ping to the next. Default 5. */
  pingInterval: number(0.05, 86_400).default(5).describe('seconds from one ping to the next'),
  /** Seconds to keep a nickname with a resume secret after its connection is lost; 0: not at all. Default 10. */
  resumeSeconds: number(0, 86_400)
    .default(10)
    .describe('seconds to keep a nickname with a resume secret after its connection is lost; 0: not at all'),
  /** Nicknames are told apart by look (RFC 8266) or by code points. Default `nickname`. */
  nicknameComparison: z
    .enum(['nickname', 'exact'])
    .default('nickname')
    .describe('nicknames are told apart by look (RFC 8266) or by code points'),
  /** Longest message, in characters (code points). Default 100, in the published dialect 4000. */
  maxContent: whole(1, 1_000_000).optional().meta({
    description: 'longest message, in characters (code points)',
    unset: '100, in the published dialect 4000',
  }),
  /** Longest nickname, in characters (code points). Default 100. */
  maxName: whole(1, 10_000).default(100).describe('longest nickname, in characters (code points)'),
  /** Longest incoming frame, in bytes; a longer one closes its connection with 1009. Default 65,536. */
  maxPayload: whole(64, 16_777_216)
    .default(65_536)
    .describe('longest incoming frame, in bytes; a longer one closes its connection with 1009'),
  /** Most bytes that wait for a slow reader; more close its connection with 1013. Default 1,048,576. */
  maxBuffered: whole(1024, 1_073_741_824)
    .default(1_048_576)
    .describe('most bytes that wait for a slow reader; more close its connection with 1013'),
  /** Seconds within which a handshake must be complete. Default 10. */
  handshakeTimeout: number(0.1, 3600)
    .default(10)
    .describe('seconds within which a handshake must be complete'),
  /** Seconds over which connections are closed at the end; 0: all at once. Default 0. */
  drain: number(0, 600)
    .default(0)
    .describe('seconds over which connections are closed at the end; 0: all at once'),
  /** Show the chat page at the same address. Default true. */
  page: z.boolean().default(true).describe('show the chat page at the same address'),
  /** Title of the chat page. Default Classic Chatbox. */
  title: z
    .string()
    .regex(/^[^\p{C}]{1,80}$/u)
    .optional()
    .meta({ description: 'title of the chat page', unset: 'Classic Chatbox', must: '1 to 80 characters' }),
  /** Colour of the chat page, of which it takes the hue; it keeps its contrast. Default none. */
  color: z
    .string()
    .regex(/^#[\da-fA-F]{6}$/)
    .optional()
    .meta({
      description: 'colour of the chat page, of which it takes the hue',
      // COLOR is npm's: it says whether there are colours at the terminal.
      variable: 'CHAT_COLOR',
      unset: 'none',
      must: 'a colour such as #0d6f7a, in quotes',
    }),
  /**
   * Whose pages may show the chat page in a frame: origins such as `https://blog.example`, separated by spaces, or
   * `*`. Default none.
   */
  embedOrigins: origins
    .default('')
    .meta({ description: 'whose pages may show the chat page in a frame', unset: 'none' }),
  /** Tell each chat page about the machine of its own connection. Default false. */
  showOwn: z.boolean().default(false).describe('tell each chat page about the machine of its own connection'),
};

/** Checks the given values and adds the defaults. Throws a StartError that names an invalid setting by its source. */
export function complete<Table extends Settings>(
  table: Table,
  given: Readonly<Record<string, unknown>>,
  sources: Readonly<Record<string, string | undefined>> = {},
): Values<Table> {
  const strange = Object.keys(given).find((name) => !Object.hasOwn(table, name));
  if (strange !== undefined) throw new StartError('CONFIG_INVALID', `unknown option ${strange}`);
  const values = Object.entries(table).map(([name, schema]) => {
    const { success, data } = schema.safeParse(given[name]);
    if (success) return [name, data];
    const found = JSON.stringify(masked(given[name]));
    const said = `${sources[name] ?? name} must be ${rangeOf(schema)}, not ${found}`;
    throw new StartError('CONFIG_INVALID', said);
  });
  return Object.fromEntries(values);
}

/** A value as it may be shown: without the password of a URL, even if the URL is not valid because of the password. */
export const masked = (value: unknown) =>
  typeof value === 'string' ? value.replace(/(?<=:\/\/[^:]*:).*(?=@)/s, '***') : value;

/** The allowed values in words: `a whole number from 0 to 65535`. */
export function rangeOf(schema: z.ZodType): string {
  const facts = z.toJSONSchema(schema);
  const { type, enum: choices, minimum, maximum, must = 'a non-empty string', isSize } = facts;
  if (choices !== undefined) return `one of ${choices.join(', ')}`;
  if (type === 'boolean') return 'true or false';
  if (type === 'string') return `${must}`;
  if (isSize) return `a size from ${minimum} to ${maximum} bytes, such as 16KiB`;
  return `a ${type === 'integer' ? 'whole number' : 'number'} from ${minimum} to ${maximum}`;
}
