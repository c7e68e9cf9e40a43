/** The acts that find messages in the history, and remove their content. */
import { setImmediate } from 'node:timers/promises';
import type { Actor } from '../hosting/keys.ts';
import type { Message } from '../protocol/replies.ts';
import { ModerationError } from './acts.ts';
import type { Handlers, Office } from './office.ts';
import { authorsIn, newestIn, remembered } from './search.ts';

/** How many messages of an author are removed together. */
const together = 10_000;

export function messageActs(office: Office): Handlers<'messages' | 'remove' | 'erase'> {
  const { ledger, policy } = office;

  /** Throws a ModerationError if a message is by somebody on whom the actor may not act. */
  async function checkAuthors(actor: Actor, positions: readonly number[]): Promise<void> {
    if (actor.isHost) return;
    const isAnothers = (name: string) => office.equalOf(actor, policy.keyOf(name)) !== undefined;
    const { base } = ledger.view({ limit: 0 }).part;
    const theirs = new Set(positions.filter((position) => isAnothers(nameAt(position))));
    if (positions.some((position) => position < base))
      for (const position of await ledger.archivedBy(isAnothers)) theirs.add(position);
    const position = positions.find((one) => theirs.has(one));
    if (position !== undefined)
      throw new ModerationError('forbidden', `the message at ${position} is by another moderator`);
  }

  /** The author of a message that is kept; of any other, an empty text. */
  function nameAt(position: number): string {
    const { part } = ledger.view({ after: position, before: position + 1 });
    return part.messages === 0 ? '' : JSON.parse(`${Buffer.concat([...part.pieces])}`).name;
  }

  return {
    async messages(_, { last, author, text = '' }) {
      const key = author === undefined ? undefined : policy.keyOf(author);
      const isTheirs = remembered((name) => key === undefined || (name !== '' && policy.keyOf(name) === key));
      const wanted = folded(text);
      // A removed message has nothing to show.
      const isWanted = ({ name, content }: Message) =>
        content !== '' && isTheirs(name) && folded(content).includes(wanted);
      return { messages: await newestIn(ledger, isWanted, last) };
    },
    async remove(actor, { positions: asked, reason }) {
      const positions = [...new Set(asked)];
      await checkAuthors(actor, positions);
      const missing = new ModerationError('absent', `there is nothing to remove at ${positions.join(', ')}`);
      const act = { type: 'remove', positions, withName: false } as const;
      const done = await office.do(actor, { act: 'remove', positions, reason }, act, missing);
      const removed = new Set(done.positions);
      return {
        done: true,
        removed: positions.filter((position) => removed.has(position)),
        missing: positions.filter((position) => !removed.has(position)),
      };
    },
    async erase(actor, { nickname, reason }) {
      const key = office.subject(actor, nickname);
      const isAuthor = (name: string) => name !== '' && policy.keyOf(name) === key;
      // In this order, a message that is archived meanwhile is found twice rather than missed.
      const kept = await authorsIn(ledger, isAuthor);
      const archived = await ledger.archivedBy(isAuthor);
      const positions = [...new Set([...archived, ...kept])];
      if (positions.length === 0) throw new ModerationError('absent', `there is no message of ${nickname}`);
      await office.audited(actor, { act: 'erase', key, reason }, async () => {
        // Each call rewrites files of the archive.
        if (archived.length > 0) await ledger.act({ type: 'remove', positions: archived, withName: true });
        for (let at = 0; at < kept.length; at += together) {
          await ledger.act({ type: 'remove', positions: kept.slice(at, at + together), withName: true });
          await setImmediate();
        }
      });
      return { done: true, removed: positions.length };
    },
  };
}

/** A text for comparison without regard to case. */
const folded = (text: string) => text.normalize('NFC').toLowerCase();
