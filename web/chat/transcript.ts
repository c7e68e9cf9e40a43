/**
 * The rows of the list: the loaded part of the history, later messages and notices, and finally the outgoing messages.
 * They are in two arrays that grow at their ends, so that the cost of adding a page of older messages depends on the
 * length of the page and not on that of the list.
 */
import type { Announcement, ChatMessage, Notice, Outgoing } from '../../src/client/client.ts';
import { isRemoved } from '../../src/protocol/text.ts';
import { Clock } from './time.ts';

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
/** What happened between two messages. Comings and goings in a row are one, of which the last are told one by one. */
export type NoticeRow = {
  readonly kind: 'notice';
  readonly key: string;
  readonly notices: readonly Notice[];
  readonly joined: number;
  readonly left: number;
};
/** What the host has said to everybody. */
type AnnouncementRow = Announcement & { readonly kind: 'announcement'; readonly key: string };
export type Row =
  | MessageRow
  | OutgoingRow
  | NoticeRow
  | AnnouncementRow
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
const toldNotices = 200;

/** The last message that has been read: its position, and a sign that it is the same history. */
export type Read = Pick<ChatMessage, 'position' | 'timestamp'>;

export class Transcript {
  /** Incremented with each change. */
  version = 0;
  #clock: Clock;
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
  /** How far it had been read before; undefined once that is marked, or if it is not known. */
  #read: Read | undefined;
  #notices = 0;
  /** When the last message came by the reader's clock, since the server may be in another time zone. */
  #heardAt = 0;
  #isMarked = false;

  constructor(clock = new Clock()) {
    this.#clock = clock;
  }

  get clock(): Clock {
    return this.#clock;
  }

  /** From now on the times are read by another clock, those of the rows that are there too. */
  set clock(clock: Clock) {
    this.#clock = clock;
    const rows = [...this.#older.toReversed(), ...this.#newer];
    let previous = this.#oldest?.message;
    this.#older = [];
    this.#newer = rows.map((row, index) => {
      if (!isMessage(row)) return row;
      const before = rows[index - 1];
      const made = this.#rowOf(row.message, row.isOwn, previous, before === undefined || isMessage(before));
      previous = row.message;
      return made;
    });
    this.#group();
  }

  get count(): number {
    return this.#older.length + this.#newer.length + this.#outgoing.length;
  }

  /** The position of the oldest loaded message; 0 if it is the first of all, `undefined` without messages. */
  get first(): number | undefined {
    return this.#oldest?.message.position ?? (this.count > 0 ? 0 : undefined);
  }

  /** The index of the row that marks the first unread message; -1 if there is none. */
  get marker(): number {
    if (!this.#isMarked) return -1;
    const older = this.#older.indexOf(unread);
    return older >= 0 ? this.#older.length - 1 - older : this.#older.length + this.#newer.lastIndexOf(unread);
  }

  row(index: number): Row | undefined {
    const newer = index - this.#older.length;
    if (newer < 0) return this.#older[this.#older.length - 1 - index];
    return this.#newer[newer] ?? this.#outgoing[newer - this.#newer.length];
  }

  /** The index of the row with this key, as a number or in digits; -1 if there is none. */
  indexOf(key: Row['key']): number {
    const wanted = /^\d/.test(`${key}`) ? Number(key) : key;
    let index = this.count - 1;
    while (index >= 0 && this.row(index)?.key !== wanted) index--;
    return index;
  }

  append(message: ChatMessage, isOwn: boolean): void {
    if (message.position === 0) this.#older.push(beginning);
    const last = this.#newer.at(-1) ?? this.#older[0];
    if (message.position > 0 && last === undefined && this.#oldest === undefined)
      this.#oldest = { message, isOwn };
    else {
      const isNext = last === undefined || last.kind === 'message';
      this.#newer.push(this.#rowOf(message, isOwn, this.#lastMessage(), isNext));
    }
    this.#heardAt = Date.now();
    this.#group();
  }

  /**
   * Adds a page of the history above, without messages that are already there. `isFirst`: the history has none before
   * them, because they are the first ones or the others have expired.
   */
  prepend(messages: readonly ChatMessage[], isOwn: (message: ChatMessage) => boolean, isFirst = false): void {
    const first = this.first ?? Number.POSITIVE_INFINITY;
    const page = messages.filter(({ position }) => position < first);
    for (const message of page.toReversed()) {
      if (this.#oldest !== undefined) this.#older.push(...this.#rowsOfOldest(message));
      this.#oldest = { message, isOwn: isOwn(message) };
    }
    if (this.#oldest !== undefined && (isFirst || this.#oldest.message.position === 0)) {
      this.#older.push(...this.#rowsOfOldest(undefined), beginning);
      this.#oldest = undefined;
    }
    this.version++;
  }

  /** Takes the text of a message away, and its author's name. */
  remove(position: number): void {
    const isOldest = this.#oldest?.message.position === position;
    const index = this.indexOf(position);
    if (!isOldest && index < 0) return;
    if (this.#oldest !== undefined && isOldest)
      this.#oldest = { ...this.#oldest, message: withoutText(this.#oldest.message) };
    this.#replace(index, (row) => ({ ...row, message: withoutText(row.message), isHead: false }));
    this.#replace(index + 1, (row) => ({ ...row, isHead: true }));
    this.version++;
  }

  /** Replaces the row at an index if it is that of a message. */
  #replace(index: number, change: (row: MessageRow) => MessageRow): void {
    const row = this.row(index);
    if (row === undefined || !isMessage(row)) return;
    const newer = index - this.#older.length;
    if (newer < 0) this.#older[this.#older.length - 1 - index] = change(row);
    else this.#newer[newer] = change(row);
  }

  announce(announcement: Announcement): void {
    this.#newer.push({ ...announcement, kind: 'announcement', key: `n${++this.#notices}` });
    this.version++;
  }

  notice(notice: Notice): void {
    const last = this.#newer.at(-1);
    const isNext = last?.kind === 'notice' && isTraffic(last.notices[0]) && isTraffic(notice);
    const { key, notices, joined, left } = isNext
      ? last
      : { key: `n${++this.#notices}`, notices: [], joined: 0, left: 0 };
    if (isNext) this.#newer.pop();
    this.#newer.push({
      kind: 'notice',
      key,
      notices: [...notices, notice].slice(-toldNotices),
      joined: joined + Number(notice.datatype === 'register'),
      left: left + Number(notice.datatype === 'leave'),
    });
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
    const isNotMark = (row: Row) => row !== unread;
    this.#older = this.#older.filter(isNotMark);
    this.#newer = this.#newer.filter(isNotMark);
    this.#isMarked = false;
    this.version++;
  }

  /** What comes behind this message has not been read. If it is not loaded yet, that is marked once it is. */
  markAfter(read: Read): void {
    if (this.#oldest !== undefined && read.position < this.#oldest.message.position) {
      this.#read = read;
      return;
    }
    const rows = [...this.#older.toReversed(), ...this.#newer];
    const isOldest = this.#oldest !== undefined && isThis(this.#oldest.message, read);
    const at = isOldest ? 0 : rows.findIndex((row) => isMessage(row) && isThis(row.message, read)) + 1;
    const next = rows[at];
    if ((at === 0 && !isOldest) || next === undefined) return;
    this.#older = [];
    this.#newer = rows.with(at, isMessage(next) ? { ...next, isHead: true } : next).toSpliced(at, 0, unread);
    this.#isMarked = true;
    this.version++;
  }

  /** The messages of others that stand behind the mark. */
  unreadMessages(): ChatMessage[] {
    const { marker } = this;
    if (marker < 0) return [];
    const rows = Array.from({ length: this.count - marker }, (_, index) => this.row(marker + index));
    return rows.flatMap((row) =>
      row !== undefined && isMessage(row) && !row.isOwn && !isRemoved(row.message) ? [row.message] : [],
    );
  }

  /** The day that the row belongs to. Above the first message there is none. */
  dayAt(index: number): Date | undefined {
    for (let at = Math.min(index, this.count - 1); at >= 0; at--) {
      const row = this.row(at);
      if (row !== undefined && isMessage(row)) return row.date;
    }
    return undefined;
  }

  /** The last message in the rows up to this one. */
  messageAt(index: number): ChatMessage | undefined {
    for (let at = Math.min(index, this.count - 1); at >= 0; at--) {
      const row = this.row(at);
      if (row !== undefined && isMessage(row)) return row.message;
    }
    return this.#oldest?.message;
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

  #lastMessage(): ChatMessage | undefined {
    const row = this.#newer.findLast(isMessage) ?? this.#older.find(isMessage);
    return row === undefined ? this.#oldest?.message : row.message;
  }

  /**
   * The rows of the oldest message, from below, once the message before it is known; `before` is `undefined` for the first
   * of all.
   */
  #rowsOfOldest(before: ChatMessage | undefined): Row[] {
    const { message, isOwn } = this.#oldest as { message: ChatMessage; isOwn: boolean };
    const isUnread = before !== undefined && this.#read !== undefined && isThis(before, this.#read);
    const row = this.#rowOf(message, isOwn, before, !isUnread);
    if (!isUnread) return [row];
    this.unmark();
    this.#read = undefined;
    this.#isMarked = true;
    return [row, unread];
  }

  /** The row of a message. `isNext`: it directly follows the message before it. */
  #rowOf(
    message: ChatMessage,
    isOwn: boolean,
    previous: ChatMessage | undefined,
    isNext: boolean,
  ): MessageRow {
    const date = this.#clock.read(message.timestamp);
    const before = previous && this.#clock.read(previous.timestamp);
    const opensDay = date !== undefined && (before === undefined || !this.#clock.isSameDay(before, date));
    const isFollowing =
      isNext &&
      !opensDay &&
      previous !== undefined &&
      !isRemoved(previous) &&
      previous.name === message.name &&
      isNear(before, date);
    const isHead = !isFollowing && !isRemoved(message);
    return { kind: 'message', key: message.position, message, date, isOwn, isHead, opensDay };
  }
}

const withoutText = (message: ChatMessage): ChatMessage => ({ ...message, name: '', content: '' });

function isMessage(row: Row): row is MessageRow {
  return row.kind === 'message';
}

const isTraffic = (notice: Notice | undefined) => notice !== undefined && notice.datatype !== 'change';

function isThis(message: ChatMessage, { position, timestamp }: Read): boolean {
  return message.position === position && message.timestamp === timestamp;
}

function isNear(one: Date | undefined, other: Date | undefined): boolean {
  return one?.getTime() === other?.getTime() || Math.abs(Number(one) - Number(other)) < groupMs;
}
