import type { Message } from '../protocol/replies.ts';
import { isRemoved } from '../protocol/text.ts';
import type { Window } from '../protocol/window.ts';

/** A message and its position in the history; 0 is the oldest (P-GET-2). */
export type ChatMessage = Message & { position: number };

/** The messages that a `get` returned, and the length of the whole history at that moment. */
export type Excerpt = { messages: ChatMessage[]; total: number };

/** What a client learns when it catches up: the messages that it does not have, and which of its own are gone. */
export type News = { missed: readonly ChatMessage[]; removed: readonly number[] };

/**
 * The place of a client in the history. Everybody sees one order, in which a client's own replies have their places
 * (P-SEND-4). So counting gives the position of every message, and tells missed messages from seen ones after a
 * reconnect.
 */
export class Cursor {
  /** The position of the next message; unknown until the client has fetched the history. */
  #next: number | undefined;
  /** The newest message that the client has. */
  #last: ChatMessage | undefined;
  /** What has come on this connection before the client has caught up. */
  #early: Message[] = [];
  /** The positions of those that have been removed since. */
  readonly #removedEarly = new Set<number>();
  #isCounting = false;

  /** Whether the client has caught up and has not lost the connection since. */
  get isCounting(): boolean {
    return this.#isCounting;
  }

  /**
   * The window to request: at first the newest messages, later the missed ones. It includes the last message that the
   * client has, to check that the history is still the same.
   */
  window(backlog: number): Window {
    if (this.#next === undefined) return { limit: backlog };
    return { after: this.#last?.position ?? this.#next };
  }

  /** Called when the connection is lost. Counting continues once the client has caught up. */
  pause(): void {
    this.#isCounting = false;
    this.#early = [];
    this.#removedEarly.clear();
  }

  /**
   * Takes the messages that `window` asked for. Returns `undefined` if the server now has a different history, or keeps
   * the last message that the client has no longer (P-MOD-2), so that some may be missing in between; the cursor is then
   * reset, and the history must be requested again.
   */
  catchUp({ messages, total }: Excerpt): News | undefined {
    const next = this.#next ?? 0;
    const last = this.#last;
    const there = messages.find(({ position }) => position === last?.position);
    if (total < next || (last !== undefined && !isStill(last, there))) {
      this.#next = undefined;
      this.#last = undefined;
      return undefined;
    }
    // Messages that came before the reply are in the history, but perhaps not in so short a backlog.
    const first = messages[0]?.position ?? total;
    const earliest = total - this.#early.length;
    const missed = this.#early
      .slice(0, Math.max(0, first - earliest))
      .map((message, index): ChatMessage => ({ ...message, position: earliest + index }))
      .map((message) => (this.#removedEarly.has(message.position) ? { ...message, content: '' } : message))
      .concat(messages)
      .filter(({ position }) => position >= next);
    const isLastGone = last !== undefined && there !== undefined && isRemoved(there) && !isRemoved(last);
    this.#next = total;
    this.#last = missed.at(-1) ?? there;
    this.#isCounting = true;
    return { missed, removed: isLastGone ? [last.position] : [] };
  }

  /** Takes the removal of a message. Returns whether the client may have the message. */
  remove(position: number): boolean {
    if (this.#next === undefined || position >= this.#next) {
      this.#removedEarly.add(position);
      return false;
    }
    if (position === this.#last?.position) this.#last = { ...this.#last, content: '' };
    return true;
  }

  /**
   * Takes a message from an event, or from the acknowledgement of an own message, and returns it with its position.
   * Returns `undefined` before the client has caught up, because catching up will return the message.
   */
  count({ name, content, timestamp }: Message): ChatMessage | undefined {
    const position = this.#next;
    const message = { name, content, timestamp };
    if (!this.#isCounting || position === undefined) {
      this.#early.push(message);
      return undefined;
    }
    this.#next = position + 1;
    this.#last = { ...message, position };
    return this.#last;
  }
}

/** Whether a message is still the one that it was, although it may have been removed (P-MOD-1). */
function isStill(message: Message, now: Message | undefined): boolean {
  if (now?.timestamp !== message.timestamp) return false;
  return isRemoved(now)
    ? now.name === message.name || now.name === ''
    : now.name === message.name && now.content === message.content;
}
