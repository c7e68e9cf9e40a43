/**
 * The rows of the list: the loaded part of the history, later messages and notices, and finally the outgoing messages.
 * They are in two arrays that grow at their ends, so that the cost of adding a page of older messages depends on the
 * length of the page and not on that of the list.
 */
import type { ChatMessage, Notice, Outgoing } from '../../src/client/client.ts';
import { parseTimestamp } from '../../src/protocol/timestamp.ts';
import { isSameDay } from './time.ts';

export type MessageRow = {
  readonly kind: 'message';
  readonly key: number;
  readonly message: ChatMessage;
  /** `undefined` if the timestamp has an unknown format. */
  readonly date: Date | undefined;
  readonly isOwn: boolean;
  /** Whether the message is the first of a group by one author. */
  readonly isHead: boolean;
  readonly opensDay: boolean;
};
export type OutgoingRow = {
  readonly kind: 'outgoing';
  readonly key: string;
  readonly outgoing: Outgoing;
  readonly isHead: boolean;
};
export type Row =
  | MessageRow
  | OutgoingRow
  | { readonly kind: 'notice'; readonly key: string; readonly notice: Notice }
  | { readonly kind: 'unread' | 'beginning'; readonly key: string };

const unread: Row = { kind: 'unread', key: 'unread' };
const beginning: Row = { kind: 'beginning', key: 'beginning' };
/** Messages of one author belong to a group if each comes within this time of the one before. */
const groupMs = 5 * 60_000;
/** More rows than the first number are reduced to the second; the same goes for notices. */
const mostRows = 5000;
const keptRows = 2000;
const mostNotices = 400;
const keptNotices = 200;

export class Transcript {
  /** Incremented with each change. */
  version = 0;
  /** Ordered from the newest to the oldest. */
  #older: Row[] = [];
  #newer: Row[] = [];
  #outgoing: readonly OutgoingRow[] = [];
  #outbox: readonly Outgoing[] = [];
  /**
   * The oldest loaded message, unless it is the first of all. Its look depends on the message before it, so it is shown
   * only once that one is loaded. So no row changes when older ones are added above it.
   */
  #oldest: { message: ChatMessage; isOwn: boolean } | undefined;
  #notices = 0;
  /** When the last message came by the reader's clock, since the server may be in another time zone. */
  #heardAt = 0;
  #isMarked = false;

  get count(): number {
    return this.#older.length + this.#newer.length + this.#outgoing.length;
  }

  /** The position of the oldest loaded message; 0 if it is the first of all, `undefined` without messages. */
  get first(): number | undefined {
    return this.#oldest?.message.position ?? (this.count > 0 ? 0 : undefined);
  }

  /** The index of the row that marks the first unread message; -1 if there is none. */
  get marker(): number {
    return this.#isMarked ? this.#older.length + this.#newer.lastIndexOf(unread) : -1;
  }

  row(index: number): Row | undefined {
    const newer = index - this.#older.length;
    if (newer < 0) return this.#older[this.#older.length - 1 - index];
    return this.#newer[newer] ?? this.#outgoing[newer - this.#newer.length];
  }

  append(message: ChatMessage, isOwn: boolean): void {
    if (message.position === 0) this.#older.push(beginning);
    const last = this.#newer.at(-1) ?? this.#older[0];
    if (message.position > 0 && last === undefined && this.#oldest === undefined)
      this.#oldest = { message, isOwn };
    else {
      const isNext = last === undefined || last.kind === 'message';
      this.#newer.push(rowOf(message, isOwn, this.#lastMessage(), isNext));
    }
    this.#heardAt = Date.now();
    this.#group();
  }

  /** Adds a page of the history above, without messages that are already there. */
  prepend(messages: readonly ChatMessage[], nickname: string | undefined): void {
    const first = this.first ?? Number.POSITIVE_INFINITY;
    const page = messages.filter(({ position }) => position < first);
    if (page.length === 0) return;
    for (const message of page.toReversed()) {
      const isOwn = message.name === nickname;
      if (this.#oldest !== undefined) this.#older.push(this.#rowOfOldest(message));
      this.#oldest = { message, isOwn };
    }
    if (this.#oldest?.message.position === 0) {
      this.#older.push(this.#rowOfOldest(undefined), beginning);
      this.#oldest = undefined;
    }
    this.version++;
  }

  notice(notice: Notice): void {
    this.#newer.push({ kind: 'notice', key: `n${++this.#notices}`, notice });
    this.version++;
  }

  /**
   * Removes the oldest rows if there are very many, and all but the last notices. Returns the keys of the removed rows.
   * A removed message can be added again with `prepend`.
   */
  forget(): Row['key'][] {
    const notices = this.#newer.filter(({ kind }) => kind === 'notice');
    const isLong = this.count > mostRows;
    if (!isLong && notices.length <= mostNotices) return [];
    const gone = new Set<Row>(notices.slice(0, -keptNotices));
    this.#newer = this.#newer.filter((row) => !gone.has(row));
    if (isLong) for (const row of this.#trim()) gone.add(row);
    this.version++;
    return [...gone].map(({ key }) => key);
  }

  /** Removes the excess rows. The last of them becomes the oldest loaded message. */
  #trim(): Row[] {
    const rows = [...this.#older.toReversed(), ...this.#newer];
    const at = rows.findIndex((row, index) => index >= rows.length - keptRows && isMessage(row));
    const oldest = rows[at];
    if (oldest === undefined || !isMessage(oldest)) return [];
    const gone = rows.slice(0, at + 1);
    if (gone.includes(unread)) this.#isMarked = false;
    this.#oldest = { message: oldest.message, isOwn: oldest.isOwn };
    this.#older = [];
    this.#newer = rows.slice(at + 1);
    return gone;
  }

  /** Marks later messages as unread. */
  mark(): void {
    this.unmark();
    this.#isMarked = true;
    this.#newer.push(unread);
    this.version++;
  }

  unmark(): void {
    if (!this.#isMarked) return;
    this.#newer.splice(this.#newer.lastIndexOf(unread), 1);
    this.#isMarked = false;
    this.version++;
  }

  /** Sets the outgoing messages. */
  queue(outbox: readonly Outgoing[]): void {
    if (outbox === this.#outbox) return;
    this.#outbox = outbox;
    this.#group();
  }

  /** Groups the outgoing messages as they will be grouped once they are sent. */
  #group(): void {
    const last = this.#newer.at(-1) ?? this.#older[0];
    const follows = last?.kind === 'message' && last.isOwn && Date.now() - this.#heardAt < groupMs;
    this.#outgoing = this.#outbox.map((outgoing, index) => ({
      kind: 'outgoing',
      key: `o${outgoing.id}`,
      outgoing,
      isHead: index === 0 && !follows,
    }));
    this.version++;
  }

  #lastMessage(): Pick<MessageRow, 'message' | 'date'> | undefined {
    const row = this.#newer.findLast(isMessage) ?? this.#older.find(isMessage);
    if (row !== undefined || this.#oldest === undefined) return row;
    return { message: this.#oldest.message, date: parseTimestamp(this.#oldest.message.timestamp) };
  }

  /**
   * The row of the oldest message, once the message before it is known; `before` is `undefined` for the first of all.
   */
  #rowOfOldest(before: ChatMessage | undefined): MessageRow {
    const { message, isOwn } = this.#oldest as { message: ChatMessage; isOwn: boolean };
    const previous = before && { message: before, date: parseTimestamp(before.timestamp) };
    return rowOf(message, isOwn, previous, true);
  }
}

function isMessage(row: Row): row is MessageRow {
  return row.kind === 'message';
}

/** The row of a message. `isNext`: it directly follows the message before it. */
function rowOf(
  message: ChatMessage,
  isOwn: boolean,
  previous: Pick<MessageRow, 'message' | 'date'> | undefined,
  isNext: boolean,
): MessageRow {
  const date = parseTimestamp(message.timestamp);
  const opensDay = date !== undefined && (previous?.date === undefined || !isSameDay(previous.date, date));
  const isSameAuthor = previous?.message.name === message.name;
  const isHead = opensDay || !isNext || !isSameAuthor || !isNear(previous?.date, date);
  return { kind: 'message', key: message.position, message, date, isOwn, isHead, opensDay };
}

function isNear(one: Date | undefined, other: Date | undefined): boolean {
  return one?.getTime() === other?.getTime() || Math.abs(Number(one) - Number(other)) < groupMs;
}
