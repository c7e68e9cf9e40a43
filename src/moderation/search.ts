/** Looks for messages in the history that is kept, a page at a time, so that nothing else has to wait for long. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger, View } from '../ledger/ledger.ts';
import type { Message } from '../protocol/replies.ts';

/** How many messages are looked at together. */
const pageLength = 250;
/** How long everybody else has the processor before the next ones. */
const pauseMs = 1;

export type Placed = { position: number } & Message;

type History = Pick<Ledger, 'view'>;

/** The positions of all messages of an author. */
export async function authorsIn(history: History, isAuthor: (name: string) => boolean): Promise<number[]> {
  const positions: number[] = [];
  const isTheirs = remembered(isAuthor);
  for (let after = 0; ; await sleep(pauseMs)) {
    const { part } = history.view({ after, limit: pageLength });
    if (part.messages === 0) return positions;
    for (const { name, position } of messagesIn(part)) if (isTheirs(name)) positions.push(position);
    after = part.first + part.messages;
  }
}

/** The newest messages that are wanted, at most so many, in their order. */
export async function newestIn(
  history: History,
  isWanted: (message: Message) => boolean,
  most: number,
): Promise<Placed[]> {
  const found: Placed[] = [];
  let { part } = history.view({ limit: pageLength });
  while (part.messages > 0 && found.length < most) {
    found.unshift(...messagesIn(part).filter(isWanted));
    await sleep(pauseMs);
    ({ part } = history.view({ before: part.first, limit: pageLength }));
  }
  return found.slice(-most);
}

/** Asks each name once: most names come again and again. */
export function remembered(isAuthor: (name: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    const is = known.get(name) ?? isAuthor(name);
    known.set(name, is);
    return is;
  };
}

function messagesIn({ pieces, first }: View['part']): Placed[] {
  const messages: Message[] = JSON.parse(`[${Buffer.concat([...pieces])}]`);
  return messages.map((message, index) => ({ position: first + index, ...message }));
}
