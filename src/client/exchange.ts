/**
 * What a client asks of the server, over one connection after the other, and what it makes of the answers and events. The
 * machine knows when something may be asked: it calls `claim`, `sync` and `flush`, and is told what came of each.
 */
import type { Event } from '../protocol/replies.ts';
import type { Window } from '../protocol/window.ts';
import { type ChatMessage, Cursor } from './cursor.ts';
import type { ClientEvent } from './machine.ts';
import { Outbox, type Sent } from './outbox.ts';
import { ChatError, lost, refusalOf } from './refusal.ts';
import { type Answer, isGotten, positioned, type Wire, type WireOptions } from './wire.ts';

/** What others did, apart from talking. */
export type Notice = Extract<Event, { datatype: 'register' | 'change' | 'leave' }>;

/** What another client needs to take the nickname over unnoticed (P-RES-2). Must be kept secret. */
export type Resume = { readonly nickname: string; readonly secret: string };

export type ExchangeOptions = {
  /** Opens a connection. */
  open: (options: WireOptions) => Wire;
  /** How many messages of the history to ask for at first. */
  backlog: number;
  /** What an earlier client has left behind. */
  resume: Resume | undefined;
  /** Messages, each once and in order. */
  onMessages: (messages: readonly ChatMessage[]) => void;
  /** One's own message is stored; comes before `onMessages` has it. */
  onSent: (sent: Sent) => void;
  onNotice: (notice: Notice) => void;
  /** The server now has a different history. */
  onReset: () => void;
  /** `online` or the outbox has changed. */
  onChange: () => void;
};

/** The close code for a frame that was too large (RFC 6455 §7.4.1). */
const tooLargeCode = 1009;
/** Does the server not want the client to come back by itself? Abuse, taken over, kicked, banned, and the like. */
const isFinal = (code: number) => code === 1008 || (code >= 4000 && code < 4100);

type Asking = { resolve: (messages: ChatMessage[]) => void; reject: (error: ChatError) => void };

export class Exchange {
  readonly outbox = new Outbox();
  /** All nicknames in use, in order of registration. */
  online: readonly string[] = [];
  /** The newest secret that the server gave, if it gives any. */
  resume: Resume | undefined;
  /** The close code of the last connection, until the next one is opened. */
  closeCode: number | undefined;
  readonly #options: ExchangeOptions;
  readonly #cursor = new Cursor();
  readonly #asking = new Set<Asking>();
  #wire: Wire | undefined;
  /** Earlier connections that are still open. One of them may hold the nickname until it has been taken over. */
  #ghosts: Wire[] = [];
  #tell: (event: ClientEvent) => void = () => {};

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.resume = options.resume;
  }

  /** Connects, and tells the machine what happens. The returned function disconnects. */
  connect(tell: (event: ClientEvent) => void): () => void {
    this.#tell = tell;
    this.#wire = this.#options.open({
      onOpen: () => tell({ type: 'open' }),
      onEvent: (event) => this.#take(event),
      onLost: (code) => {
        const isTooLarge = code === tooLargeCode;
        if (isFinal(code)) this.resume = undefined;
        this.closeCode = code;
        this.#drop(isTooLarge);
        tell(isFinal(code) ? { type: 'stop' } : { type: 'lost', isTooLarge });
      },
    });
    this.closeCode = undefined;
    return () => this.#drop(false);
  }

  /** The nickname is gone, so nothing that was to be said under it is said. */
  forget(): void {
    this.resume = undefined;
    this.outbox.failAll('waiting');
    this.#layGhosts();
  }

  /** Asks for a nickname, or takes one's own back; ends in `named` or `refused`. */
  claim(nickname: string): void {
    const resume = this.resume?.secret ?? true;
    this.#wire?.request({ data: 'name', name: nickname, resume }, (answer) => {
      if (answer.status === true) {
        const secret = 'resume' in answer ? answer.resume : undefined;
        this.resume = secret === undefined ? undefined : { nickname, secret };
        this.#layGhosts();
        if ('newname' in answer) this.online = renamed(this.online, answer.oldname, nickname);
        this.#tell({ type: 'named', nickname });
      } else this.#tell({ type: 'refused', refusal: refusalOf(answer) });
    });
  }

  /** Asks for the newest messages, or after a loss for the missed ones; ends in `synced`. */
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
        this.#options.onReset();
        this.sync();
        return;
      }
      const sent = this.outbox.reconcile(missed, answer.name);
      this.online = answer.data.online;
      for (const one of sent) this.#options.onSent(one);
      if (missed.length > 0) this.#options.onMessages(missed);
      this.#tell({ type: 'synced' });
      this.#options.onChange();
    });
  }

  /** Sends what is waiting in the outbox. */
  flush(nickname: string | undefined): void {
    for (const { id, content } of this.outbox.takeUp(nickname))
      this.#wire?.request({ data: 'send', content }, (answer) => this.#acknowledge(id, answer));
    this.#options.onChange();
  }

  /** Messages of the history, oldest first. Rejects with a ChatError. */
  history(window: Window): Promise<ChatMessage[]> {
    return new Promise((resolve, reject) => {
      const asking = { resolve, reject };
      this.#asking.add(asking);
      this.#wire?.request({ data: 'get', ...window }, (answer) => {
        this.#asking.delete(asking);
        if (isGotten(answer)) resolve(positioned(answer).messages);
        else reject(new ChatError(refusalOf(answer)));
      });
    });
  }

  /** The connection is lost or given up, and its outstanding answers with it. Does nothing the second time. */
  #drop(isTooLarge: boolean): void {
    const wire = this.#wire;
    if (wire === undefined) return;
    this.#wire = undefined;
    if (this.resume !== undefined && wire.isOpen) {
      // The server would take any close frame that a browser can send for a goodbye (P-RES-3).
      wire.abandon();
      this.#ghosts.push(wire);
    } else wire.close();
    // Until it has caught up, a client sends no messages, so this connection cost none of them anything.
    if (this.#cursor.isCounting) this.outbox.lose(isTooLarge);
    this.#cursor.pause();
    for (const { reject } of this.#asking) reject(new ChatError(lost));
    this.#asking.clear();
  }

  /** Closes the earlier connections, which hold nothing any more, or nothing that is still wanted. */
  #layGhosts(): void {
    for (const ghost of this.#ghosts) ghost.close();
    this.#ghosts = [];
  }

  #take(event: Event): void {
    if (event.type === 'ping') this.#tell({ type: 'ping', seconds: event.timeout });
    else if (event.datatype === 'message') this.#show(this.#cursor.count(event));
    else {
      this.online = onlineAfter(this.online, event);
      this.#options.onChange();
      this.#options.onNotice(event);
    }
  }

  #acknowledge(id: number, answer: Answer): void {
    const isStored = answer.status === true && 'content' in answer;
    if (isStored) this.outbox.remove(id);
    else this.outbox.fail(id, refusalOf(answer));
    this.#options.onChange();
    if (isStored) this.#show(this.#cursor.count(answer), id);
  }

  /** With the id of the outgoing message that it was. */
  #show(message: ChatMessage | undefined, id?: number): void {
    if (message === undefined) return;
    if (id !== undefined) this.#options.onSent({ id, message });
    this.#options.onMessages([message]);
  }
}

/** Who is online after this event. */
function onlineAfter(online: readonly string[], notice: Notice): readonly string[] {
  if (notice.datatype === 'register') return [...online, notice.name];
  if (notice.datatype === 'leave') return online.filter((name) => name !== notice.name);
  return renamed(online, notice.oldname, notice.newname);
}

const renamed = (online: readonly string[], oldname: string | undefined, newname: string) =>
  online.map((name) => (name === oldname ? newname : name));
