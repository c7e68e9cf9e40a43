/** The acts of moderation: their names and their parameters, as JSON. One table for the shell, the page and programs. */
import { z } from 'zod';
import { durationForm } from '../hosting/duration.ts';

const text = z.string().min(1).max(4000);
const nickname = z.string().min(1).max(10_000);
const reason = z
  .string()
  .max(200)
  .regex(/^\P{Cc}*$/u, 'it must be one line, without control characters')
  .default('');
const duration = z
  .string()
  .regex(new RegExp(`^${durationForm}$`), 'it must be a length of time, such as 10m, 2h or 7d');
/** How long: `10m`, `2h`, `7d`; without it, for good. */
const term = duration.optional();

const mask = z
  .string()
  .regex(/^[\da-z]{1,12}$/, 'it must be what list shows for an address, never the address itself');

const noTarget = 'it takes one of nickname, pattern and mask';
const target = z.union(
  [z.strictObject({ nickname }), z.strictObject({ pattern: nickname }), z.strictObject({ mask })],
  noTarget,
);

const acts = {
  list: z.strictObject({}),
  status: z.strictObject({}),
  kick: z.strictObject({ nickname, reason }),
  ban: z.union(
    target.options.map((one) => one.extend({ for: term, reason })),
    noTarget,
  ),
  unban: target,
  bans: z.strictObject({}),
  mute: z.strictObject({ nickname, for: term, reason }),
  unmute: z.strictObject({ nickname }),
  mutes: z.strictObject({}),
  messages: z.strictObject({
    last: z.int().min(1).max(200).default(20),
    author: nickname.optional(),
    text: text.optional(),
  }),
  remove: z.strictObject({ positions: z.array(z.int().min(0)).min(1).max(1000), reason }),
  erase: z.strictObject({ nickname, reason }),
  readonly: z.strictObject({ on: z.boolean() }),
  newcomers: z.strictObject({ wait: duration.nullable() }),
  announce: z.strictObject({ text }),
  words: z.strictObject({ words: z.array(z.string().min(1).max(200)).max(50_000) }),
};

export type ActName = keyof typeof acts;
/** The parameters of an act. */
export type Order<Name extends ActName> = z.input<(typeof acts)[Name]>;
/** The same with its defaults. */
export type Read<Name extends ActName> = z.output<(typeof acts)[Name]>;

/** What a list says of a member. `mask` stands for its address. */
export type Member = {
  nickname: string;
  mask: string;
  /** The state of its connection, such as `registered.idle`. */
  state: string;
  /** When it registered, in ISO 8601. */
  since: string;
  /** For how many milliseconds its requests have waited because of limits. */
  delayed: number;
  /** How many bytes wait to go out to it. */
  waiting: number;
};

type Status = {
  /** Who asks. */
  as: string;
  readonly: boolean;
  /** How long newcomers may only read, such as `5m`. */
  newcomers: string | null;
  members: number;
  /** The number of messages, including expired ones, and the position of the first that is left (P-MOD-2). */
  messages: number;
  base: number;
  bans: number;
  mutes: number;
  words: number;
};

/** The terms of a ban or mute as they are shown: times in ISO 8601, `until: null` for good. */
export type Terms = { until: string | null; reason: string; by: string; since: string };

type ShownBan = ({ nickname: string } | { pattern: string } | { mask: string }) & Terms;
type ShownMute = { nickname: string } & Terms;

/** A message that can be removed, as the history has it. */
type Removable = { position: number; name: string; content: string; timestamp: string };

/** The results of acts that return something. */
type Found = {
  list: { members: Member[] };
  status: Status;
  bans: { bans: ShownBan[] };
  mutes: { mutes: ShownMute[] };
  messages: { messages: Removable[] };
  remove: { done: true; removed: number[]; missing: number[] };
  erase: { done: true; removed: number };
};

/** What each act resolves to. */
export type Results = {
  [Name in ActName]: Name extends keyof Found ? Found[Name] : { done: true };
};

export const isAct = (name: string): name is ActName => Object.hasOwn(acts, name);

/** Why something was not done. `absent`: there is nothing to act on. */
export class ModerationError extends Error {
  readonly code: 'invalid' | 'absent' | 'forbidden' | 'failed';

  constructor(code: ModerationError['code'], message: string) {
    super(message);
    this.name = 'ModerationError';
    this.code = code;
  }
}

/** Reads the parameters of an act. Throws a ModerationError if they are not valid. */
export function readOrder<Name extends ActName>(name: Name, given: unknown): Read<Name> {
  const { success, data, error } = acts[name].safeParse(given);
  if (success) return data as Read<Name>;
  const [issue] = error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new ModerationError('invalid', `${name}: ${place === '' ? '' : `${place}: `}${issue?.message}`);
}
