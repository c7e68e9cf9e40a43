import type { Message } from '../protocol/replies.ts';
import type { Window } from '../protocol/window.ts';

/** One message, and its position in the whole history, 0 the oldest (P-GET-2). */
export type ChatMessage = Message & { position: number };

/** The part of the history that a `get` returned, and how many messages the whole of it had at that moment. */
export type Excerpt = { messages: ChatMessage[]; total: number };

/**
 * Where in the history a client is. Everybody sees one order, and a client's own replies stand in their place in it
 * (P-SEND-4), so counting is enough to know the position of every message, and after a break to tell the messages that
 * were missed from those that were seen.
 */
export class Cursor {
  /** Position of the next message; unknown until the client has looked at the history. */
  #next: number | undefined;
  /** The newest message that the client has. */
  #last: ChatMessage | undefined;
  #isCounting = false;

  /** The client has caught up, and the connection has not been lost since. */
  get isCounting(): boolean {
    return this.#isCounting;
  }

  /**
   * What to ask the server for: at first the newest messages, later those that were missed. The last one that the client
   * has is asked for again, to see whether it is still there and this is still the same history.
   */
  window(backlog: number): Window {
    if (this.#next === undefined) return { limit: backlog };
    return { after: this.#last?.position ?? this.#next };
  }

  /** The connection is lost. Messages count again once the client has caught up. */
  pause(): void {
    this.#isCounting = false;
  }

  /**
   * Takes the messages that `window` asked for, and returns those that are new. Returns `undefined` when the server now
   * has a different history: the cursor is then as good as new, and the history has to be asked for once more.
   */
  catchUp({ messages, total }: Excerpt): readonly ChatMessage[] | undefined {
    if (this.#isElsewhere(messages, total)) {
      this.#next = undefined;
      this.#last = undefined;
      return undefined;
    }
    const next = this.#next ?? 0;
    const missed = messages.filter(({ position }) => position >= next);
    this.#next = total;
    this.#last = missed.at(-1) ?? this.#last;
    this.#isCounting = true;
    return missed;
  }

  /**
   * Takes the message of an event, or of an acknowledgement of one's own, and returns it with its position. Returns
   * `undefined` before the client has caught up: the message is then part of what it is going to catch up with.
   */
  count({ name, content, timestamp }: Message): ChatMessage | undefined {
    if (!this.#isCounting || this.#next === undefined) return undefined;
    this.#last = { name, content, timestamp, position: this.#next };
    this.#next++;
    return this.#last;
  }

  #isElsewhere(messages: readonly ChatMessage[], total: number): boolean {
    if (this.#next === undefined) return false;
    if (total < this.#next) return true;
    const last = this.#last;
    return (
      last !== undefined &&
      !isSame(
        last,
        messages.find(({ position }) => position === last.position),
      )
    );
  }
}

const isSame = (one: Message, other: Message | undefined) =>
  one.name === other?.name && one.content === other.content && one.timestamp === other.timestamp;
