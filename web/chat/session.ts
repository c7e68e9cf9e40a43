import type { ChatClient, ChatMessage, Status } from '../../src/client/client.ts';
import { Clock } from './time.ts';
import { Transcript } from './transcript.ts';
import type { Limits } from './words.ts';

const pageLength = 200;
/** Milliseconds after which a change is drawn even where there are no frames, in a hidden tab. */
const drawWithin = 100;

/** What the page knows, beside what its client does: the transcript, and how far it has been read. */
export class Session {
  readonly client: ChatClient;
  transcript = new Transcript();
  limits: Limits = { maxName: 100, maxContent: 100 };
  /** What is being written; it outlives the loss of a connection and of a nickname. */
  draft = '';
  /** The newest part of the history is here. */
  isSynced = false;
  isLoading = false;
  /** Messages of others that came while nobody looked. */
  unread = 0;
  /** The reader has just said something, and wants to see it. */
  isEndWanted = false;
  /** A nickname has been asked for, and there is no answer yet. */
  isJoining = false;
  /** Is the list laid out? In a window that is closed it is not. */
  isListShown = () => true;
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
      // How the connection is shows at once, however short it is so.
      if (status !== this.#status) this.#draw();
      this.#status = status;
    });
    client.on('messages', (messages) => this.#hear(messages));
    client.on('notice', (notice) => {
      // While it catches up, what happened comes before what was said.
      if (client.state.status !== 'registered') return;
      this.transcript.notice(notice);
      this.#change();
    });
    client.on('reset', () => {
      this.transcript = new Transcript(this.transcript.clock);
      this.isSynced = false;
      this.unread = 0;
      this.#change();
    });
    document.addEventListener('visibilitychange', () => {
      // A phone that slept has not counted the seconds until the next try.
      if (!document.hidden && client.state.status === 'waiting') client.reconnect();
      this.#change();
    });
  }

  /** Calls back after changes, once a frame, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Asks for a nickname, instead of the one that was asked for before. Rejects with a ChatError. */
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

  send(content: string): void {
    this.client.send(content);
    this.transcript.unmark();
    this.isEndWanted = true;
    this.#change();
  }

  /** Loads the page of the history above, if there is one. If that fails, it can be asked for again. */
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

  /** Forgets old rows when there are very many and nobody reads them; returns their keys. */
  forget(): ReturnType<Transcript['forget']> {
    if (!this.#isAtEnd || this.isLoading) return [];
    const gone = this.transcript.forget();
    if (gone.length > 0) this.#change();
    return gone;
  }

  /** The list shows its end, or does not; whoever sees the end has read everything. */
  look(isAtEnd: boolean): void {
    const isNews = isAtEnd !== this.#isAtEnd;
    this.#isAtEnd = isAtEnd;
    const isRead = isAtEnd && !document.hidden && this.unread > 0;
    if (isRead) this.unread = 0;
    if (isNews || isRead) this.#change();
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  #hear(messages: readonly ChatMessage[]): void {
    const isReading = this.#isAtEnd && !document.hidden && this.isListShown();
    for (const message of messages) {
      const isOwn = message.name === this.client.state.nickname;
      if (this.isSynced && !isOwn && !isReading) {
        if (this.unread === 0) this.transcript.mark();
        this.unread++;
      } else if (this.unread === 0) this.transcript.unmark();
      this.transcript.append(message, isOwn);
    }
    this.#change();
  }

  #change(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const draw = () => this.#draw();
    requestAnimationFrame(draw);
    setTimeout(draw, drawWithin);
  }

  #draw(): void {
    if (!this.#isDue) return;
    this.#isDue = false;
    for (const listener of this.#listeners) listener();
  }
}
