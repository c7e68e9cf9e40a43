import { createHash } from 'node:crypto';
import { runData } from '../../src/data/data.ts';
import { jsonOf } from '../../src/ledger/message.ts';
import type { Message } from '../../src/protocol/replies.ts';

export type DataOptions = {
  env?: NodeJS.ProcessEnv;
  isTerminal?: boolean;
  signal?: AbortSignal;
  now?: Date;
  columns?: number;
  /** Called with what is written to standard output without being a line of the result. */
  onWritten?: (bytes: Uint8Array) => void;
  /** Called with what is written to standard error, before the command goes on. All progress is written there. */
  onSaid?: (text: string) => void;
};

/** What the command `data` has printed, and what it has written to standard error. */
export type Told = { code: number; printed: string[]; said: string };

/** Runs `data` in this process. Rejects like it does. */
export async function runIn(args: readonly string[], options: DataOptions = {}): Promise<Told> {
  const { env = {}, isTerminal = true, signal = new AbortController().signal, onSaid = () => {} } = options;
  const { now = new Date(), columns = 80, onWritten = () => {} } = options;
  const printed: string[] = [];
  let said = '';
  let timeMs = 0;
  const code = await runData(args, {
    print: (line) => printed.push(line),
    write: async (bytes) => onWritten(bytes),
    screen: {
      write(text) {
        said += text;
        onSaid(text);
      },
      isTerminal,
      // So much time passes with each page that all of them are shown.
      now: () => (timeMs += 10_000),
    },
    env,
    ...{ signal, now, columns },
  });
  return { code, printed, said };
}

/** Runs `data copy` in this process. Rejects like it does. */
export const runCopy = (args: readonly string[], options?: DataOptions) => runIn(['copy', ...args], options);

/** Runs `data export` in this process. Rejects like it does. Resolves also to the text on standard output. */
export async function runExport(args: readonly string[], options?: DataOptions) {
  const parts: Uint8Array[] = [];
  const onWritten = (bytes: Uint8Array) => void parts.push(bytes);
  const told = await runIn(['export', ...args], { ...options, onWritten });
  return { ...told, text: Buffer.concat(parts).toString() };
}

/** What `data copy` must print of a history with these messages. */
export function figuresOf(messages: readonly Message[]): string {
  const lines = messages.map((message) => `${jsonOf(message)}\n`).join('');
  const sha256 = createHash('sha256').update(lines).digest('hex');
  return `messages ${messages.length}, bytes ${Buffer.byteLength(lines)}, SHA-256 ${sha256}`;
}

/** A history as the server writes it. */
export const writtenForm = (messages: readonly Message[]) =>
  messages.length === 0 ? '[]' : `[${messages.map(jsonOf).join('\n,')}\n]`;

/** Does something once, when this is being said for the first time. */
export function when(text: string, act: () => void): Required<Pick<DataOptions, 'onSaid'>> {
  let isOver = false;
  const onSaid = (said: string) => {
    if (isOver || !said.includes(text)) return;
    isOver = true;
    act();
  };
  return { onSaid };
}
