import { type ChatClient, ChatError, type ChatMessage, type Status } from '../../src/client/client.ts';
import type { Window } from '../../src/protocol/window.ts';
import { mayBeGhost } from './comeback.ts';
import { recall, remember } from './storage.ts';
import { Clock } from './time.ts';
import { type Read, type Row, Transcript } from './transcript.ts';
import type { Limits } from './words.ts';

const pageLength = 200;
/** When so many messages or fewer were missed, they are loaded up to where the reader had come, and some before that. */
const mostMissed = 2000;
const contextLength = 200;
/** Milliseconds between two claims of a nickname that one's own ghost holds. */
const ghostPauseMs = 1000;
/** So many of one's own messages are known again after a reload. */
const mostOwn = 2000;
/** Milliseconds after which a change is drawn even where there are no frames, in a hidden tab. */
const drawWithin = 100;

/** What the page knows, beside what its client does: the transcript, and how far it has been read. */
export class Session {
  readonly client: ChatClient;
  transcript = new Transcript();
  limits: Limits = { maxName: 100, maxContent: 100 };
  /** What is being written; it outlives the loss of a connection and of a nickname, and a reload. */
  draft = recall('sessionStorage', 'draft') ?? '';
  /** The newest part of the history is here. */
  isSynced = false;
  isLoading = false;
  /** Messages of others that came while nobody looked. */
  unread = 0;
  /** The reader has just said something, and wants to see it. */
  isEndWanted = false;
  /** What was missed has just come, and the reader wants to see where it begins. */
  isMarkWanted = false;
  /** A nickname has been asked for, and there is no answer yet. */
  isJoining = false;
  /** The nickname is still held by a connection that this browser has left behind, and is asked for again. */
  isHaunted = false;
  /** For so long a connection that is gone may hold its nickname (P-EVT-4, P-RES-3). */
  ghostSeconds = 20;
  /** Is the list laid out? In a window that is closed it is not. */
  isListShown = () => true;
  /** The last message that the reader has seen. */
  #read: Read | undefined;
  /** The rows that the reader has unfolded. */
  readonly unfolded = new Set<Row['key']>();
  /** What has been said here: the positions, and the timestamps as a sign that it is the same history. */
  readonly #own = recallOwn();
  #isAtEnd = true;
  #isDue = false;
  #wish: Promise<void> | undefined;
  #status: Status | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(client: ChatClient) {
    this.client = client;
    client.on('state', ({ status, outbox }) => {
      if (status === 'registered' && !this.isSynced) void this.#open();
      this.transcript.queue(outbox);
      this.#change();
      // How the connection is shows at once, however short it is so.
      if (status !== this.#status) this.#draw();
      this.#status = status;
    });
    client.on('sent', ({ message }) => void this.#own.set(message.position, message.timestamp));
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
      this.#read = undefined;
      this.#own.clear();
      this.#change();
    });
    document.addEventListener('visibilitychange', () => {
      // A phone that slept has not counted the seconds until the next try.
      if (!document.hidden && client.state.status === 'waiting') client.reconnect();
      if (document.hidden) keepRead(this.#read);
      keepOwn(document.hidden ? this.#own : undefined);
      remember('sessionStorage', 'draft', this.draft);
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
    const wish = this.#claim(nickname, () => this.#wish === wish);
    const settle = () => {
      if (this.#wish !== wish) return;
      this.isJoining = false;
      this.isHaunted = false;
      this.#change();
    };
    this.#wish = wish;
    this.isJoining = true;
    this.isHaunted = false;
    this.#change();
    wish.then(settle, settle);
    return wish;
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
    void this.#load({ before: transcript.first, limit: pageLength });
  }

  /** Puts a part of the history above. If that fails, nothing has changed. */
  async #load(window: Window): Promise<void> {
    const { transcript, client } = this;
    this.isLoading = true;
    this.#change();
    const messages = await client.history(window).catch(() => []);
    this.isLoading = false;
    transcript.prepend(messages, (message) => this.isOwn(message));
    this.#change();
  }

  /** Has it been said here, under whatever nickname? */
  isOwn({ position, timestamp }: ChatMessage): boolean {
    return this.#own.get(position) === timestamp;
  }

  /** Forgets old rows when there are very many and nobody reads them; returns their keys. */
  forget(): ReturnType<Transcript['forget']> {
    if (!this.#isAtEnd || this.isLoading) return [];
    const gone = this.transcript.forget();
    if (gone.length > 0) this.#change();
    return gone;
  }

  /** The list shows its end, or does not, and this is the last message in view. Who sees the end has read everything. */
  look(isAtEnd: boolean, last: ChatMessage | undefined): void {
    // Where it stands now is not where it is going to.
    if (this.isMarkWanted) return;
    if (!document.hidden && last !== undefined && last.position > (this.#read?.position ?? -1))
      this.#read = last;
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
    const isAtEnd = this.#isAtEnd && !document.hidden && this.isListShown();
    const wasMissed = this.client.state.status === 'syncing';
    const isReading = isAtEnd && !wasMissed;
    for (const message of messages) {
      const isOwn = this.isOwn(message);
      if (this.isSynced && !isOwn && !isReading) {
        if (this.unread === 0) this.transcript.mark();
        this.unread++;
      } else if (this.unread === 0) this.transcript.unmark();
      this.transcript.append(message, isOwn);
    }
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
    this.unread = transcript.countUnread();
    this.isMarkWanted = this.unread > 0;
    if (!this.isMarkWanted) transcript.unmark();
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

/** How far this tab has been read, or another one of this browser. */
function recallRead(): Read | undefined {
  const kept = recall('sessionStorage', 'read') ?? recall('localStorage', 'read');
  const [, position, timestamp = ''] = /^(\d+) (.*)$/.exec(kept ?? '') ?? [];
  return position === undefined ? undefined : { position: Number(position), timestamp };
}

function keepRead(read: Read | undefined): void {
  for (const storage of ['sessionStorage', 'localStorage'] as const)
    remember(storage, 'read', read && `${read.position} ${read.timestamp}`);
}

/** Only while the page is hidden: a tab that is duplicated is somebody else, and has said nothing yet. */
function keepOwn(own: ReadonlyMap<number, string> | undefined): void {
  remember('sessionStorage', 'own', own && JSON.stringify([...own].slice(-mostOwn)));
}

function recallOwn(): Map<number, string> {
  const own = recall('sessionStorage', 'own');
  remember('sessionStorage', 'own', undefined);
  return new Map(own === null ? [] : (JSON.parse(own) as [number, string][]));
}
