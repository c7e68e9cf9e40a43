/** The command `admin`: moderates a chat while its server runs. */
import { harmless } from '../hosting/line.ts';
import { inWords } from '../system-error.ts';
import { type Order, readOrder, UsageError } from './order.ts';
import { ask, NoServer, type Reply } from './reach.ts';
import { jsonLinesOf, linesOf } from './shown.ts';
import { words } from './words.ts';

const usage = `Usage: classic-chatbox-server admin [--data FILE] ACT …
       classic-chatbox-server admin --ops URL --token-file FILE ACT …

Moderates a chat while its server runs. Whoever may write the data file needs no token. From elsewhere, use a
token with the operations port or the chat's own address.

  list                          the members: nickname, masked address, state, since when
  status                        the switches, and the numbers of members, messages, bans and so on
  kick NICK                     close a member's connection
  ban NICK                      keep a nickname out
  ban --address MASK            keep an address out, by its mask in the list
  ban --pattern GLOB            keep nicknames out: * stands for any characters, ? for one
  unban NICK|MASK|GLOB          end a ban, written as bans shows it
  bans                          the bans
  mute NICK, unmute NICK        stop a member from writing; let it write again
  mutes                         the mutes
  messages [TEXT]               the newest messages, or those with this text, and their positions
  remove POSITION…              remove the content of messages
  erase NICK                    remove all that somebody has said, and the name
  readonly on|off               let only moderators write, or everybody
  newcomers wait 5m|off         let newcomers only read for this long
  announce TEXT                 say something to all members
  words FILE                    refuse messages with a word of this file, which has one on each line

  --for         how long a ban or mute lasts: 10m, 2h, 7d; default: for good
  --reason      why, for the member whom it concerns and for the audit file
  --last        how many messages are shown at most, up to 200; default: 20
  --author      only messages of this nickname
  --data        the data file of the server; default: DATA_FILE, else db/data.json
  --ops         address of the operations port, such as http://127.0.0.1:9100/, or of the chat
  --token-file  file that begins with the token to use
  --json        print JSON, an object a line
  --lang        en or vi; default: that of the log

A nickname that begins with a hyphen goes after --, as in: kick -- -An

Exit code: 0 done, 1 not done, 2 if the command is wrong, 3 if no server is running there.`;

/** Acts that go through the history and its archives. */
const slowActs: ReadonlySet<string> = new Set(['messages', 'remove', 'erase']);
/** Longer than a server takes, in milliseconds. */
const limitOf = (act: string) => (slowActs.has(act) ? 600_000 : 10_000);

export type Surroundings = {
  print: (line: string) => void;
  complain: (line: string) => void;
  env: NodeJS.ProcessEnv;
  /** How long the server may take to answer, in milliseconds. */
  limitMs?: number;
};

/** Resolves to the exit code. */
export async function runAdmin(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { print, complain, env } = surroundings;
  try {
    const order = readOrder(args, env);
    if (order !== 'help') return await carryOut(order, surroundings);
    print(usage);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      complain(harmless(`${error.message} (admin --help says more)`));
      return 2;
    }
    complain(harmless(error instanceof NoServer ? `no server is there: ${error.message}` : inWords(error)));
    return error instanceof NoServer ? 3 : 1;
  }
}

async function carryOut(
  order: Order,
  { print, complain, limitMs = limitOf(order.act) }: Surroundings,
): Promise<number> {
  const { act, isJson, lang } = order;
  const { status, body } = await (act === 'unban' ? unban(order, limitMs) : ask(order, limitMs));
  const isDone = status === 200 && !(Array.isArray(body['missing']) && body['missing'].length > 0);
  if (isJson) for (const line of jsonLinesOf(body)) print(line);
  else if (status === 200) for (const line of linesOf(act, body, lang)) print(line);
  else complain(harmless(`${words[lang].notDone}: ${body['error']}`));
  if (status === 400) return 2;
  return isDone ? 0 : 1;
}

/** Ends the ban that `bans` shows with the word that was given, whether it is a nickname, a mask or a pattern. */
async function unban(order: Order, limitMs: number): Promise<Reply> {
  const { nickname: word } = order.args;
  if (word === undefined) return ask(order, limitMs);
  const { body } = await ask({ ...order, act: 'bans', args: {} }, limitMs);
  const bans = Array.isArray(body['bans']) ? body['bans'] : [];
  const kind = ['mask', 'pattern'].find((field) => bans.some((ban) => Object(ban)[field] === word));
  return ask({ ...order, args: { [kind ?? 'nickname']: word } }, limitMs);
}
