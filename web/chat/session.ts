import type { ChatClient, ChatMessage, Status } from '../../src/client/client.ts';
import { Ignored } from './ignored.ts';
import { mentionOf } from './mention.ts';
import { Transcript } from './transcript.ts';
import type { Limits } from './words.ts';

const pageLength = 200;
/** A change is drawn within this time even if there are no animation frames, as in a hidden tab. */
const drawWithinMs = 100;

/** The state of the page beyond that of its client: the transcript, and how far it has been read. */
export class Session {
  readonly client: ChatClient;
  readonly ignored = new Ignored(() => this.#change());
  transcript = new Transcript();
  limits: Limits = { maxName: 100, maxContent: 100 };
  /** The text in the composer. It survives the loss of a connection and of a nickname. */
  draft = '';
  /** Whether the newest part of the history has been loaded. */
  isSynced = false;
  isLoading = false;
  /** How many messages of others have not been seen. */
  unread = 0;
  /** How many of them mean the reader. */
  mentions = 0;
  /** What the host calls the room, and how many were online when the server was last asked. */
  room: { readonly title?: string; readonly online?: number } = {};
  /** The reader has just said something, and wants to see it. */
  isEndWanted = false;
  /** Whether a nickname has been requested and not been answered yet. */
  isJoining = false;
  /** Whether the list is laid out. It is not in a closed window. */
  isListShown = () => true;
  /** Hears of the last message of some that have come unread, and whether one of them means the reader. */
  onUnread: (last: ChatMessage, isMention: boolean) => void = () => {};
  #isAtEnd = true;
  #isDue = false;
  #wish: Promise<void> | undefined;
  #status: Status | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(client: ChatClient) {
    this.client = client;
    client.on('state', ({ status, outbox }) => {
      if (status === 'registered') this.isSynced = true;
      this.transcript.queue(outbox);
      this.#change();
      // Every status is shown at once, even a short one.
      if (status !== this.#status) this.#draw();
      this.#status = status;
    });
    client.on('messages', (messages) => this.#hear(messages));
    client.on('notice', (notice) => {
      // While the client catches up, notices come before the messages that preceded them.
      if (client.state.status !== 'registered') return;
      this.transcript.notice(notice);
      this.#change();
    });
    client.on('reset', () => {
      this.transcript = new Transcript();
      this.isSynced = false;
      this.#read();
      this.#change();
    });
    document.addEventListener('visibilitychange', () => {
      // The timer of the next attempt does not run while a phone sleeps.
      if (!document.hidden && client.state.status === 'waiting') client.reconnect();
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
    const wish = this.client.register(nickname);
    const settle = () => {
      if (this.#wish !== wish) return;
      this.isJoining = false;
      this.#change();
    };
    this.#wish = wish;
    this.isJoining = true;
    this.#change();
    wish.then(settle, settle);
    return wish;
  }

  /** Sets the server's limits. */
  limit(limits: Partial<Limits>): void {
    this.limits = { ...this.limits, ...limits };
    this.#change();
  }

  describe(room: Session['room']): void {
    this.room = room;
    this.#change();
  }

  send(content: string): void {
    this.client.send(content);
    this.transcript.unmark();
    this.isEndWanted = true;
    this.#change();
  }

  /** Loads the preceding page of the history, if there is one. Can be called again if that fails. */
  loadOlder(): void {
    const { transcript } = this;
    if (this.isLoading || !transcript.first || this.client.state.status !== 'registered') return;
    this.isLoading = true;
    this.#change();
    const settle = (messages: readonly ChatMessage[]) => {
      this.isLoading = false;
      transcript.prepend(messages, this.client.state.nickname);
      this.#change();
    };
    this.client.history({ before: transcript.first, limit: pageLength }).then(settle, () => settle([]));
  }

  /** Removes old rows if there are very many and nobody is reading them. Returns their keys. */
  forget(): ReturnType<Transcript['forget']> {
    if (!this.#isAtEnd || this.isLoading) return [];
    const gone = this.transcript.forget();
    if (gone.length > 0) this.#change();
    return gone;
  }

  /** Called with whether the list shows its end. A reader who sees the end has read everything. */
  look(isAtEnd: boolean): void {
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

  #hear(messages: readonly ChatMessage[]): void {
    const isReading = this.#isAtEnd && !document.hidden && this.isListShown();
    const { mentions } = this;
    let last: ChatMessage | undefined;
    for (const message of messages) {
      const isOwn = message.name === this.client.state.nickname;
      if (this.isSynced && !isOwn && !isReading && !this.ignored.has(message.name)) {
        if (this.unread === 0) this.transcript.mark();
        this.unread++;
        if (this.mention.test(message.content)) this.mentions++;
        last = message;
      } else if (this.unread === 0) this.transcript.unmark();
      this.transcript.append(message, isOwn);
    }
    if (last !== undefined) this.onUnread(last, this.mentions > mentions);
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
    for (const listener of this.#listeners) listener();
  }
}
