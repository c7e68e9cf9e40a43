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
import { ChatError, lost, refusalOf } from './refusal.ts';
import { type Answer, isGotten, positioned, type Wire, type WireOptions } from './wire.ts';

/** An event of other members, except messages. */
export type Notice = Extract<Event, { datatype: 'register' | 'change' | 'leave' }>;

/** What another client needs to take over the nickname unnoticed (P-RES-2). Must be kept secret. */
export type Resume = { readonly nickname: string; readonly secret: string };

/** The events of a client that the server causes. */
export type ExchangeEvents = {
  /** Messages, each once and in order: first the newest of the history, later new ones, and missed ones. */
  messages: readonly ChatMessage[];
  notice: Notice;
  /** The server has stored a message of this client. It comes with the next `messages`. */
  sent: Sent;
  /** The server now has a different history: discard all messages. */
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
  /** What the WebSocket class threw instead of connecting. */
  obstacle: unknown;
  readonly #options: ExchangeOptions;
  readonly #emitter: Emitter<ExchangeEvents>;
  readonly #cursor = new Cursor();
  /** Each rejects a promise of `history` that is outstanding. */
  readonly #rejects = new Set<(error: ChatError) => void>();
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
    try {
      this.#wire = this.#options.open({
        onOpen: () => tell({ type: 'open' }),
        onEvent: (event) => this.#take(event),
        onDue: (isDue) => tell({ type: isDue ? 'asked' : 'answered' }),
        onLost: (code) => this.#lose(code),
      });
    } catch (error) {
      this.obstacle = error;
      tell({ type: 'lost' });
    }
    return () => this.#drop(false);
  }

  #lose(code: number): void {
    const isTooLarge = code === tooLargeCode;
    if (isFinal(code)) this.resume = undefined;
    this.closeCode = code;
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
      const missed = this.#cursor.catchUp(positioned(answer));
      if (missed === undefined) {
        this.outbox.failAll('sending');
        this.#emitter.emit('reset', undefined);
        this.sync();
        return;
      }
      const stored = this.outbox.reconcile(missed, answer.name);
      this.online = answer.data.online;
      for (const sent of stored) this.#emitter.emit('sent', sent);
      if (missed.length > 0) this.#emitter.emit('messages', missed);
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
    return new Promise((resolve, reject) => {
      this.#rejects.add(reject);
      this.#wire?.request({ data: 'get', ...window }, (answer) => {
        this.#rejects.delete(reject);
        if (isGotten(answer)) resolve(positioned(answer).messages);
        else reject(new ChatError(refusalOf(answer)));
      });
    });
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
    for (const reject of this.#rejects) reject(new ChatError(lost));
    this.#rejects.clear();
  }

  /** Closes the earlier connections. They hold no nickname any more, or none that is still wanted. */
  #layGhosts(): void {
    for (const ghost of this.#ghosts) ghost.close();
    this.#ghosts = [];
  }

  #take(event: Event): void {
    if (event.type === 'ping') this.#tell({ type: 'ping', seconds: event.timeout });
    else if (event.datatype === 'message') this.#show(this.#cursor.count(event));
    else if (event.datatype !== 'remove' && event.datatype !== 'notice') {
      this.online = onlineAfter(this.online, event);
      this.#options.onChange();
      this.#emitter.emit('notice', event);
    }
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
