import { setImmediate } from 'node:timers/promises';
import type { Ledger } from '../ledger/ledger.ts';

/** How many messages are looked at together. */
const pageLength = 250;

/** The positions of all messages of an author that are kept. Looks through the history a page at a time. */
export async function authorsIn(
  ledger: Pick<Ledger, 'view'>,
  isAuthor: (name: string) => boolean,
): Promise<number[]> {
  const positions: number[] = [];
  /** Most names come again and again. */
  const known = new Map<string, boolean>();
  const isTheirs = (name: string) => {
    const is = known.get(name) ?? isAuthor(name);
    return known.set(name, is) && is;
  };
  for (let after = 0; ; await setImmediate()) {
    const { part } = ledger.view({ after, limit: pageLength });
    if (part.messages === 0) return positions;
    const messages: { name: string }[] = JSON.parse(`[${Buffer.concat([...part.pieces])}]`);
    for (const [index, { name }] of messages.entries())
      if (isTheirs(name)) positions.push(part.first + index);
    after = part.first + part.messages;
  }
}
