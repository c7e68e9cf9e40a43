/** What the cases of the storage rules ask of a server that `check` has started, and how they say what went wrong. */
import type { Words } from '../doctor/finding.ts';
import type { Bench } from './bench.ts';
import { demand, history } from './cases/send-and-get.ts';
import { Fault, NotJudged } from './fault.ts';
import { type Frame, fieldsOf } from './frame.ts';
import type { Hosted } from './hosted.ts';
import type { Started } from './launch.ts';
import type { Peer } from './peer.ts';

/** A message as the history and the data file have it. */
export type Stored = { name: string; content: string; timestamp: string };

/** The server of the bench, which only `--start` gives. */
export function hostedOf({ run: { server } }: Bench): Hosted {
  if (server === undefined)
    throw new NotJudged({ en: 'needs --start and --data', vi: 'cần --start và --data' });
  return server;
}

/** What is started, in a word or two, for the faults that come of it; and why it may not start. */
type About = { what: string; likely?: Words };

/** Starts the server on a file with this text, which must succeed. */
export async function begin(bench: Bench, text: string | undefined, about: About): Promise<Hosted> {
  const server = hostedOf(bench);
  expectStart(await server.startWith(text), server.lines, about);
  return server;
}

/** The server as it runs, whatever is in its file; it is started if it does not run. */
export async function running(bench: Bench): Promise<Hosted> {
  const server = hostedOf(bench);
  return server.isRunning ? server : begin(bench, undefined, { what: 'no file' });
}

/** Starts the server again after a SIGKILL, which must succeed. */
export async function again(server: Hosted): Promise<void> {
  expectStart(await server.restart(), server.lines, { what: 'SIGKILL' });
}

export function expectStart(started: Started, lines: readonly string[], { what, likely }: About): void {
  if (started === 'accepting') return;
  throw new Fault({
    expected: { en: 'the server starts and accepts connections', vi: 'máy chủ khởi động và nhận kết nối' },
    received: outcomeOf(started, lines),
    signature: `start after ${what}`,
    likely,
  });
}

/** How a start went, in words, with the last lines of its output. */
export function outcomeOf(started: Started, lines: readonly string[]): Words {
  const { en, vi } = outcomes[started];
  const said = lines.slice(-3).join('\n');
  return said === '' ? { en, vi } : { en: `${en}\n${said}`, vi: `${vi}\n${said}` };
}

const outcomes: Record<Started, Words> = {
  accepting: { en: 'it accepts connections', vi: 'máy chủ nhận kết nối' },
  exited: { en: 'it exited', vi: 'máy chủ đã thoát' },
  silent: {
    en: 'it runs, but accepts no connection at this URL',
    vi: 'máy chủ vẫn chạy nhưng không nhận kết nối ở URL này',
  },
  occupied: {
    en: 'another program answers at this URL',
    vi: 'một chương trình khác đang trả lời ở URL này',
  },
};

/** The whole history, by a plain `get` of a new member. */
export async function historyOf(bench: Bench): Promise<readonly unknown[]> {
  return (await history(await bench.member())).message;
}

/** Sends a message and resolves to it as the reply describes it. */
export const say = async (member: Peer, content: string): Promise<Stored> =>
  storedIn(await member.say(content));

/** The message that a reply to `send` acknowledges. */
export function storedIn(reply: Frame): Stored {
  const { name, content, timestamp } = fieldsOf(reply);
  return { name: `${name}`, content: `${content}`, timestamp: `${timestamp}` };
}

/** The messages in the data file. Throws a Fault if it is not an array of messages. */
export function messagesIn({ file }: Hosted): Stored[] {
  const text = file.read() || '[]';
  const value = parsed(text);
  if (Array.isArray(value) && value.every(isStored)) return value;
  throw new Fault({
    expected: {
      en: 'the data file is a JSON array of {"name","content","timestamp"}',
      vi: 'tệp dữ liệu là một mảng JSON gồm các {"name","content","timestamp"}',
    },
    received: shortened(text),
    signature: 'data file',
  });
}

/** Demands these messages. `what`: what the faults that come of one mistake have in common. */
export function expectSame(
  what: string,
  received: readonly unknown[],
  expected: readonly Stored[],
  likely?: Words,
): void {
  demand(what, expected, received.map(plain), likely);
}

/** A message with its keys in the contract's order: the order is judged elsewhere. */
function plain(message: unknown): unknown {
  const { name, content, timestamp, ...more } = Object(message) as Stored;
  return { name, content, timestamp, ...more };
}

const isStored = (value: unknown) =>
  ['name', 'content', 'timestamp'].every((key) => typeof Object(value)[key] === 'string');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The end of a long text is where a write was cut. */
const shortened = (text: string) => (text.length > 400 ? `… ${text.slice(-400)}` : text);
