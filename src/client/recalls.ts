import type { Window } from '../protocol/window.ts';
import type { ChatMessage } from './cursor.ts';
import { ChatError, lost, refusalOf } from './refusal.ts';
import { isGotten, positioned, type Wire } from './wire.ts';

/** `removed`: the positions of the messages that have been removed since the request. */
type Recall = { reject: (error: ChatError) => void; readonly removed: Set<number> };

/** The requests for parts of the history whose answers have not come, or have not been seen by the caller. */
export class Recalls {
  readonly #open = new Set<Recall>();

  /** Fetches messages, oldest first. Rejects with a ChatError. */
  async ask(wire: Wire | undefined, window: Window): Promise<ChatMessage[]> {
    const recall: Recall = { reject: () => {}, removed: new Set() };
    this.#open.add(recall);
    try {
      const messages = await new Promise<ChatMessage[]>((resolve, reject) => {
        recall.reject = reject;
        wire?.request({ data: 'get', ...window }, (answer) => {
          if (isGotten(answer)) resolve(positioned(answer).messages);
          else reject(new ChatError(refusalOf(answer)));
        });
      });
      // A removal may have come in the same chunk as the answer, and so before anybody has seen the answer.
      return messages.map((one) => (recall.removed.has(one.position) ? { ...one, content: '' } : one));
    } finally {
      this.#open.delete(recall);
    }
  }

  /** A message has been removed. */
  remove(position: number): void {
    for (const { removed } of this.#open) removed.add(position);
  }

  /** No answer will come any more. */
  lose(): void {
    for (const { reject } of this.#open) reject(new ChatError(lost));
  }
}
