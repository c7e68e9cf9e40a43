/**
 * The requests of a client over successive connections, and the handling of replies and events. The machine decides
 * when to send a request: it calls `claim`, `sync` and `flush`, and is told the result of each.
 */
import type { Event } from '../protocol/replies.ts';
import type { Window } from '../protocol/window.ts';
import { type ChatMessage, Cursor } from './cursor.ts';
import type { Emitter } from './emitter.ts';
import type { ClientEvent } from './machine.ts';
import { Outbox, type Sent } from './outbox.ts';
import { Recalls } from './recalls.ts';
import { refusalOf } from './refusal.ts';
import { type Answer, isGotten, positioned, type Wire, type WireOptions } from './wire.ts';

/** An event of other members, except messages. */
export type Notice = Extract<Event, { datatype: 'register' | 'change' | 'leave' }>;

/** What the host says to all members (P-MOD-4). It is in no history. */
export type Announcement = { readonly content: string; readonly timestamp: string };

/** What another client needs to take over the nickname unnoticed (P-RES-2). Must be kept secret. */
export type Resume = { readonly nickname: string; readonly secret: string };

/** The events of a client that the server causes. */
export type ExchangeEvents = {
  /** Messages, each once and in order: first the newest of the history, later new ones, and missed ones. */
  messages: readonly ChatMessage[];
  notice: Notice;
  announcement: Announcement;
  /** The message at this position has been removed: its content is empty from now on (P-MOD-1). */
  removed: { readonly position: number };
  /** The server has stored a message of this client. It comes with the next `messages`. */
  sent: Sent;
  /** The server now has a different history, or only a later part of it: discard all messages. */
  reset: undefined;
};

export type ExchangeOptions = {
  /** Opens a connection. */
  open: (options: WireOptions) => Wire;
  /** How many messages of the history to fetch at first. */
  backlog: number;
  /** The limit for a message, in characters. */
  maxContent: number;
  /** The `resume` of an earlier client. */
  resume: Resume | undefined;
  emitter: Emitter<ExchangeEvents>;
  /** Called when `online` or the outbox has changed. */
  onChange: () => void;
};

/** The close code after a frame that was too large (RFC 6455 §7.4.1). */
const tooLargeCode = 1009;
/** Whether the server does not want the client to reconnect by itself: taken over, kicked, banned, and the like. */
const isFinal = (code: number) => code === 1008 || (code >= 4000 && code < 4100);

export class Exchange {
  readonly outbox: Outbox;
  /** All nicknames in use, in order of registration. */
  online: readonly string[] = [];
  /** The newest secret from the server, if it has given one. */
  resume: Resume | undefined;
  /** The close code of the last connection, until the next one is opened. */
  closeCode: number | undefined;
  /** What the server said in it, if it said anything. */
  closeReason: string | undefined;
  /** What the WebSocket class threw instead of connecting. */
  obstacle: unknown;
  readonly #options: ExchangeOptions;
  readonly #emitter: Emitter<ExchangeEvents>;
  readonly #cursor = new Cursor();
  readonly #recalls = new Recalls();
  /** What the host has said before this client has caught up. */
  #early: Announcement[] = [];
  #wire: Wire | undefined;
  /** Earlier connections that are still open. One of them may hold the nickname until this client has taken it over. */
  #ghosts: Wire[] = [];
  #tell: (event: ClientEvent) => void = () => {};

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#emitter = options.emitter;
    this.outbox = new Outbox(options.maxContent);
    this.resume = options.resume;
  }

  /** Connects, and tells the machine what happens. The returned function disconnects. Neither throws. */
  connect(tell: (event: ClientEvent) => void): () => void {
    this.#tell = tell;
    this.closeCode = undefined;
    this.closeReason = undefined;
    try {
      this.#wire = this.#options.open({
        onOpen: () => tell({ type: 'open' }),
        onEvent: (event) => this.#take(event),
        onDue: (isDue) => tell({ type: isDue ? 'asked' : 'answered' }),
        onLost: (code, reason) => this.#lose(code, reason),
      });
    } catch (error) {
      this.obstacle = error;
      tell({ type: 'lost' });
    }
    return () => this.#drop(false);
  }

  #lose(code: number, reason: string): void {
    const isTooLarge = code === tooLargeCode;
    if (isFinal(code)) this.resume = undefined;
    this.closeCode = code;
    this.closeReason = reason || undefined;
    this.#drop(isTooLarge);
    this.#tell(isFinal(code) ? { type: 'stop' } : { type: 'lost', isTooLarge });
  }

  /** Called when the nickname is lost, so messages that wait to be sent under it fail. */
  forget(): void {
    this.resume = undefined;
    this.outbox.failAll('waiting');
    this.#layGhosts();
  }

  /** Requests a nickname, or takes the own one back. The machine is told `named` or `refused`. */
  claim(nickname: string): void {
    const resume = this.resume?.secret ?? true;
    this.#wire?.request({ data: 'name', name: nickname, resume }, (answer) => {
      if (answer.status === true) {
        const secret = 'resume' in answer ? answer.resume : undefined;
        this.resume = secret === undefined ? undefined : { nickname, secret };
        this.#layGhosts();
        if ('newname' in answer) this.online = renamed(this.online, answer.oldname, nickname);
        this.#tell({ type: 'named', nickname });
      } else {
        // An earlier connection that still holds the nickname does so with a secret that this client does not know.
        this.#layGhosts();
        this.#tell({ type: 'refused', refusal: refusalOf(answer) });
      }
    });
  }

  /** Fetches the newest messages, or the missed ones after a reconnect. The machine is told `synced`. */
  sync(): void {
    const window = this.#cursor.window(this.#options.backlog);
    this.#wire?.request({ data: 'get', ...window }, (answer) => {
      if (!isGotten(answer)) {
        this.#tell({ type: 'lost' });
        return;
      }
      const news = this.#cursor.catchUp(positioned(answer));
      if (news === undefined) {
        this.outbox.failAll('sending');
        this.#emitter.emit('reset', undefined);
        this.sync();
        return;
      }
      const { missed, removed } = news;
      const stored = this.outbox.reconcile(missed, answer.name);
      this.online = answer.data.online;
      for (const sent of stored) this.#emitter.emit('sent', sent);
      for (const position of removed) this.#emitter.emit('removed', { position });
      if (missed.length > 0) this.#emitter.emit('messages', missed);
      for (const announcement of this.#early.splice(0)) this.#emitter.emit('announcement', announcement);
      this.#tell({ type: 'synced' });
      this.#options.onChange();
    });
  }

  /** Sends the messages that wait in the outbox. */
  flush(nickname: string | undefined): void {
    for (const { id, content } of this.outbox.takeUp(nickname))
      this.#wire?.request({ data: 'send', content }, (answer) => this.#acknowledge(id, answer));
    this.#options.onChange();
  }

  /** Fetches messages of the history, oldest first. Rejects with a ChatError. */
  history(window: Window): Promise<ChatMessage[]> {
    return this.#recalls.ask(this.#wire, window);
  }

  /** Gives the connection up, and with it all outstanding replies. Does nothing if there is none. */
  #drop(isTooLarge: boolean): void {
    const wire = this.#wire;
    if (wire === undefined) return;
    this.#wire = undefined;
    if (this.resume !== undefined && wire.isOpen) {
      // The server takes every close frame that a browser can send for a goodbye (P-RES-3).
      wire.abandon();
      this.#ghosts.push(wire);
    } else wire.close();
    // A client sends no messages until it has caught up, so an earlier loss does not count for any message.
    if (this.#cursor.isCounting) this.outbox.lose(isTooLarge);
    this.#cursor.pause();
    this.#recalls.lose();
  }

  /** Closes the earlier connections. They hold no nickname any more, or none that is still wanted. */
  #layGhosts(): void {
    for (const ghost of this.#ghosts) ghost.close();
    this.#ghosts = [];
  }

  #take(event: Event): void {
    if (event.type === 'ping') this.#tell({ type: 'ping', seconds: event.timeout });
    else if (event.datatype === 'message') this.#show(this.#cursor.count(event));
    else if (event.datatype === 'remove') this.#remove(event.position);
    else if (event.datatype === 'notice') this.#announce(event);
    else {
      this.online = onlineAfter(this.online, event);
      this.#options.onChange();
      this.#emitter.emit('notice', event);
    }
  }

  #remove(position: number): void {
    this.#recalls.remove(position);
    if (this.#cursor.remove(position)) this.#emitter.emit('removed', { position });
  }

  /** What the host says has its place among the messages, so it waits until those before it are here. */
  #announce({ content, timestamp }: Announcement): void {
    const announcement = { content, timestamp };
    if (this.#cursor.isCounting) this.#emitter.emit('announcement', announcement);
    else this.#early.push(announcement);
  }

  #acknowledge(id: number, answer: Answer): void {
    const isStored = answer.status === true && 'content' in answer;
    if (isStored) this.outbox.remove(id);
    else this.outbox.fail(id, refusalOf(answer));
    this.#options.onChange();
    const message = isStored ? this.#cursor.count(answer) : undefined;
    if (message !== undefined) this.#emitter.emit('sent', { id, message });
    this.#show(message);
  }

  #show(message: ChatMessage | undefined): void {
    if (message !== undefined) this.#emitter.emit('messages', [message]);
  }
}

/** The list of nicknames in use after an event. */
function onlineAfter(online: readonly string[], notice: Notice): readonly string[] {
  if (notice.datatype === 'register') return [...online, notice.name];
  if (notice.datatype === 'leave') return online.filter((name) => name !== notice.name);
  return renamed(online, notice.oldname, notice.newname);
}

const renamed = (online: readonly string[], oldname: string | undefined, newname: string) =>
  online.map((name) => (name === oldname ? newname : name));
