import type { ComponentChildren } from 'preact';
import { type ChatClient, ChatError, type ChatMessage, type Status } from '../../src/client/client.ts';
import { isRemoved } from '../../src/protocol/text.ts';
import type { Window } from '../../src/protocol/window.ts';
import { mayBeGhost } from './comeback.ts';
import { Ignored } from './ignored.ts';
import { keepOwn, keepRead, recallOwn, recallRead } from './kept.ts';
import { mentionOf } from './mention.ts';
import type { Selected } from './selected.ts';
import { recall, remember } from './storage.ts';
import { Clock } from './time.ts';
import { type Read, type Row, Transcript } from './transcript.ts';
import type { Limits, Words } from './words.ts';

const pageLength = 200;
/** The length of a page when very many messages are wanted. */
export const farLength = 1000;
/**
 * When so many messages or fewer were missed, they are loaded up to where the reader had come, and some before that. The
 * transcript keeps more rows.
 */
const mostMissed = 4500;
const contextLength = 200;
/** Milliseconds between two claims of a nickname that one's own ghost holds. */
const ghostPauseMs = 1000;
/** A change is drawn within this time even if there are no animation frames, as in a hidden tab. */
const drawWithinMs = 100;

/** Draws what acts on a message, on a member, or on the room. */
export type Tools = (words: Words, target?: { name: string; position?: number }) => ComponentChildren;

/** The state of the page beyond that of its client: the transcript, and how far it has been read. */
export class Session {
  readonly client: ChatClient;
  readonly ignored = new Ignored(() => this.#change());
  transcript = new Transcript();
  limits: Limits = { maxName: 100, maxContent: 100 };
  /** What is being written; it outlives the loss of a connection and of a nickname, and a reload. */
  draft = recall('sessionStorage', 'draft') ?? '';
  /** The newest part of the history is here. */
  isSynced = false;
  isLoading = false;
  /** How many messages of others have not been seen. */
  unread = 0;
  /** How many of them mean the reader. */
  mentions = 0;
  /** What the host calls the room, and how many were online when the server was last asked. */
  room: { readonly title?: string | undefined; readonly online?: number | undefined } = {};
  /** The server has no room for this connection. */
  isFull = false;
  /** Why the server does not let this page in: 401 without another invite link, 403 because of a ban. */
  turnedAway: number | undefined;
  /** The reader has just said something, and wants to see it. */
  isEndWanted = false;
  /** What was missed has just come, and the reader wants to see where it begins. */
  isMarkWanted = false;
  /** The message that a search has led to. */
  found: ChatMessage | undefined;
  /** Whether that message has still to be brought into view, and perhaps to be loaded. */
  isSeeking = false;
  /** A nickname has been asked for, and there is no answer yet. */
  isJoining = false;
  /** The nickname is still held by a connection that this browser has left behind, and is asked for again. */
  isHaunted = false;
  /** For so long a connection that is gone may hold its nickname (P-EVT-4, P-RES-3). */
  ghostSeconds = 20;
  /** Is the list laid out? In a window that is closed it is not. */
  isListShown = () => true;
  /** The rows that the reader has selected. The first and the last one stay in the document. */
  selected = (): Selected => ({ first: -1, last: -1 });
  /** Hears of the last message of some that have come unread, and whether one of them means the reader. */
  onUnread: (last: ChatMessage, isMention: boolean) => void = () => {};
  /** The last message that the reader has seen. */
  #seen: Read | undefined;
  /** The rows that the reader has unfolded. */
  readonly unfolded = new Set<Row['key']>();
  /** What a moderator has besides, for a message or a member, or above the conversation. */
  tools: Tools | undefined;
  /** What has been said here: the positions, and the timestamps as a sign that it is the same history. */
  readonly #own = recallOwn();
  #isAtEnd = true;
  #isDue = false;
  /** Unread messages have been removed, perhaps very many at once. They are counted when it is drawn. */
  #isMiscounted = false;
  #wish: Promise<void> | undefined;
  #status: Status | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(client: ChatClient) {
    this.client = client;
    client.on('state', ({ status, outbox }) => {
      if (status === 'registered' && status !== this.#status)
        void (this.isSynced ? this.#check() : this.#open());
      if (this.#isFar) this.loadOlder();
      this.transcript.queue(outbox);
      this.#change();
      // Every status is shown at once, even a short one.
      if (status !== this.#status) this.#draw();
      this.#status = status;
    });
    client.on('sent', ({ message }) => void this.#own.set(message.position, message.timestamp));
    client.on('messages', (messages) => this.#hear(messages));
    client.on('notice', (notice) => {
      // While the client catches up, notices come before the messages that preceded them.
      if (client.state.status !== 'registered') return;
      this.transcript.notice(notice);
      this.#change();
    });
    client.on('announcement', (announcement) => {
      this.transcript.announce(announcement);
      this.#change();
    });
    client.on('removed', ({ position }) => this.#remove(position));
    client.on('reset', () => {
      this.transcript = new Transcript(this.transcript.clock);
      this.isSynced = false;
      this.#lose();
      this.#read();
      this.#seen = undefined;
      this.#own.clear();
      this.#change();
    });
    document.addEventListener('visibilitychange', () => {
      // The timer of the next attempt does not run while a phone sleeps.
      if (!document.hidden && client.state.status === 'waiting') client.reconnect();
      if (document.hidden) keepRead(this.#seen);
      keepOwn(document.hidden ? this.#own : undefined);
      remember('sessionStorage', 'draft', this.draft);
      this.#change();
    });
  }

  /** Calls the listener after changes, once per animation frame, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Requests a nickname in place of an earlier request. Rejects with a ChatError. */
  join(nickname: string): Promise<void> {
    const wish = this.#claim(nickname, () => this.#wish === wish);
    const settle = () => {
      if (this.#wish === wish) this.giveUp();
    };
    this.#wish = wish;
    this.isJoining = true;
    this.isHaunted = false;
    this.#change();
    wish.then(settle, settle);
    return wish;
  }

  /** Asks for no nickname any more. */
  giveUp(): void {
    this.#wish = undefined;
    this.isJoining = false;
    this.isHaunted = false;
    this.#change();
  }

  /** Asks again as long as it may be one's own ghost that holds the nickname, and nothing else has been asked for. */
  async #claim(nickname: string, isWanted: () => boolean): Promise<void> {
    for (;;) {
      try {
        return await this.client.register(nickname);
      } catch (error) {
        const isTaken = error instanceof ChatError && error.refusal.reason === 'NameAlreadyUsed';
        if (!isTaken || !isWanted() || !mayBeGhost(nickname, this.ghostSeconds)) throw error;
      }
      this.isHaunted = true;
      this.#change();
      await new Promise((resolve) => setTimeout(resolve, ghostPauseMs));
      if (!isWanted()) throw new ChatError({ reason: 'Replaced' });
    }
  }

  /** It is of no use to try again. */
  turnAway(status: number): void {
    this.turnedAway = status;
    this.client.close();
    this.#change();
  }

  /** What the server allows, as it says now. */
  limit(limits: Partial<Limits>): void {
    this.limits = { ...this.limits, ...limits };
    this.#change();
  }

  /** The time zone of the server's timestamps, as it says now. */
  locate(zone: string): void {
    if (zone === this.transcript.clock.zone) return;
    this.transcript.clock = new Clock(zone);
    this.#change();
  }

  /** Remembers it while the row is out of sight. */
  unfold(key: Row['key'], isOpen: boolean): void {
    if (isOpen) this.unfolded.add(key);
    else this.unfolded.delete(key);
  }

  equip(tools: Tools): void {
    this.tools = tools;
    this.#change();
  }

  describe(room: Session['room']): void {
    this.room = room;
    this.#change();
  }

  send(content: string): void {
    this.client.send(content);
    this.transcript.unmark();
    this.#lose();
    this.isEndWanted = true;
    this.#change();
  }

  /** Goes to a message, however far back in the history it is. */
  seek(message: ChatMessage): void {
    this.found = message;
    this.isSeeking = true;
    if (this.#isFar) this.loadOlder();
    this.#change();
  }

  /** What a search has led to matters no more. */
  #lose(): void {
    this.found = undefined;
    this.isSeeking = false;
  }

  /** Whether the message that is sought has still to be loaded. The oldest loaded one has no row yet. */
  get #isFar(): boolean {
    return this.isSeeking && (this.found?.position ?? 0) <= (this.transcript.first || -1);
  }

  /** Loads the preceding page of the history, if there is one. Can be called again if that fails. */
  loadOlder(): void {
    const { transcript } = this;
    if (this.isLoading || !transcript.first || this.client.state.status !== 'registered') return;
    void this.#load({ before: transcript.first, limit: this.#isFar ? farLength : pageLength });
  }

  /** Puts a part of the history above. If that fails, nothing has changed, and what is sought still is. */
  async #load(window: Window): Promise<void> {
    const { transcript, client } = this;
    this.isLoading = true;
    this.#change();
    const messages = await client.history(window).catch(() => undefined);
    this.isLoading = false;
    const { before = 0, limit = before, after = before - limit } = window;
    const isFirst = messages !== undefined && (messages[0]?.position ?? before) > Math.max(0, after);
    transcript.prepend(messages ?? [], (message) => this.isOwn(message), isFirst);
    if (messages?.length === 0) this.isSeeking = false;
    else if (messages && this.#isFar) this.loadOlder();
    this.#change();
  }

  /** Takes the text of a message away, wherever it is. */
  #remove(position: number): void {
    this.transcript.remove(position);
    if (this.found?.position === position) this.#lose();
    this.#isMiscounted = true;
    this.#change();
  }

  /** What was removed while the page was away goes too. */
  async #check(): Promise<void> {
    let after = this.transcript.first;
    while (after !== undefined) {
      const messages = await this.client.history({ after, limit: farLength }).catch(() => []);
      for (const message of messages) if (isRemoved(message)) this.#remove(message.position);
      after = messages.length < farLength ? undefined : after + farLength;
    }
  }

  /** Has it been said here, under whatever nickname? */
  isOwn({ position, timestamp }: ChatMessage): boolean {
    return this.#own.get(position) === timestamp;
  }

  /** Is it for the reader to read: somebody else's, who is not ignored, and not removed? */
  isNews(message: ChatMessage): boolean {
    return !this.isOwn(message) && !this.ignored.has(message.name) && !isRemoved(message);
  }

  /** Removes old rows if there are very many and nobody is reading or selecting them. Returns their keys. */
  forget(): ReturnType<Transcript['forget']> {
    const { first, last } = this.selected();
    if (!this.#isAtEnd || this.isLoading || this.isSeeking || first < last) return [];
    const gone = this.transcript.forget();
    if (gone.length > 0) this.#change();
    return gone;
  }

  /** The list shows its end, or does not, and this is the last message in view. Who sees the end has read everything. */
  look(isAtEnd: boolean, last: ChatMessage | undefined): void {
    // Where it stands now is not where it is going to.
    if (this.isMarkWanted) return;
    if (!document.hidden && last !== undefined && last.position > (this.#seen?.position ?? -1))
      this.#seen = last;
    const isNews = isAtEnd !== this.#isAtEnd;
    this.#isAtEnd = isAtEnd;
    const isRead = isAtEnd && !document.hidden && this.unread > 0;
    if (isRead) this.#read();
    if (isNews || isRead) this.#change();
  }

  /** Finds where a message means the reader. */
  get mention(): RegExp {
    return mentionOf(this.client.state);
  }

  /** What a badge says: how many are unread, with an `@` if somebody means the reader; nothing if there are none. */
  get badge(): string {
    if (this.unread === 0) return '';
    return this.mentions > 0 ? `@ ${this.unread}` : `${this.unread}`;
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  #read(): void {
    this.unread = 0;
    this.mentions = 0;
  }

  #count({ content }: ChatMessage): void {
    this.unread++;
    if (this.mention.test(content)) this.mentions++;
  }

  /** Counts the messages behind the mark, which goes if there are none. */
  #recount(): void {
    this.#read();
    for (const message of this.transcript.unreadMessages())
      if (!this.ignored.has(message.name)) this.#count(message);
    if (this.unread === 0) this.transcript.unmark();
  }

  #hear(messages: readonly ChatMessage[]): void {
    const isAtEnd = this.#isAtEnd && !document.hidden && this.isListShown();
    const wasMissed = this.client.state.status === 'syncing';
    const isReading = isAtEnd && !wasMissed;
    const { mentions } = this;
    let last: ChatMessage | undefined;
    for (const message of messages) {
      const isOwn = this.isOwn(message);
      if (this.isSynced && !isReading && this.isNews(message)) {
        if (this.unread === 0) this.transcript.mark();
        this.#count(message);
        last = message;
      } else if (this.unread === 0) this.transcript.unmark();
      this.transcript.append(message, isOwn);
    }
    if (last !== undefined) this.onUnread(last, this.mentions > mentions);
    this.isMarkWanted ||= isAtEnd && wasMissed && this.unread > 0;
    this.#change();
  }

  /** The newest of the history is here: what has come since the last visit is marked, as far back as it reaches. */
  async #open(): Promise<void> {
    this.isSynced = true;
    const read = recallRead();
    const { transcript } = this;
    if (read === undefined) return;
    transcript.markAfter(read);
    const { first = 0 } = transcript;
    if (read.position < first && first - read.position <= mostMissed)
      await this.#load({ after: Math.max(0, read.position - contextLength), before: first });
    this.#recount();
    this.isMarkWanted = this.unread > 0;
    this.#change();
  }

  #change(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const draw = () => this.#draw();
    requestAnimationFrame(draw);
    setTimeout(draw, drawWithinMs);
  }

  #draw(): void {
    if (!this.#isDue) return;
    this.#isDue = false;
    if (this.#isMiscounted && this.unread > 0) this.#recount();
    this.#isMiscounted = false;
    for (const listener of this.#listeners) listener();
  }
}
