/** The acts that take messages out of the history. */
import { setImmediate } from 'node:timers/promises';
import type { Actor } from '../hosting/keys.ts';
import { ModerationError } from './acts.ts';
import { authorsIn } from './authors.ts';
import type { Handlers, Office } from './office.ts';

/** How many messages of an author are removed together. */
const together = 500;

export function messageActs(office: Office): Handlers<'remove' | 'erase'> {
  const { ledger, policy } = office;

  /** Throws a ModerationError if the author of a message is somebody on whom the actor may not act. */
  function checkAuthor(actor: Actor, position: number): void {
    const { part } = ledger.view({ after: position, before: position + 1 });
    if (part.messages === 0) return;
    const { name } = JSON.parse(`${Buffer.concat([...part.pieces])}`);
    if (name !== '') office.subject(actor, name);
  }

  return {
    async remove(actor, { positions: asked, reason }) {
      const positions = [...new Set(asked)];
      if (!actor.isHost) for (const position of positions) checkAuthor(actor, position);
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
      // In this order: what is archived meanwhile is found twice, and not missed.
      const kept = await authorsIn(ledger, isAuthor);
      const archived = await ledger.archivedBy(isAuthor);
      const positions = [...new Set([...archived, ...kept])];
      if (positions.length === 0) throw new ModerationError('absent', `there is no message of ${nickname}`);
      await office.audited(actor, { act: 'erase', key, reason }, async () => {
        // The files of an archive are written anew each time.
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
