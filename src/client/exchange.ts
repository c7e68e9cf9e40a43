/**
 * What a client asks the server for and says to it, over one connection after the other, and what it makes of the answers
 * and events. Who may ask when is the machine's to know: it calls `claim`, `sync` and `flush`, and is told what came of it.
 */
import type { Event } from '../protocol/replies.ts';
import type { Window } from '../protocol/window.ts';
import { type ChatMessage, Cursor } from './cursor.ts';
import type { ClientEvent } from './machine.ts';
import { Outbox } from './outbox.ts';
import { ChatError, lost, refusalOf } from './refusal.ts';
import { type Answer, isGotten, positioned, type Wire, type WireOptions } from './wire.ts';

/** What others did, besides talking. */
export type Notice = Extract<Event, { datatype: 'register' | 'change' | 'leave' }>;

/** What another client, after a reload say, needs to take the nickname over unnoticed (P-RES-2). The secret is one. */
export type Resume = { readonly nickname: string; readonly secret: string };

export type ExchangeOptions = {
  /** Opens a connection. */
  open: (options: WireOptions) => Wire;
  /** How many messages of the history to ask for at first. */
  backlog: number;
  resume: Resume | undefined;
  /** Messages, each once and in order. */
  onMessages: (messages: readonly ChatMessage[]) => void;
  onNotice: (notice: Notice) => void;
  /** The server has a different history. */
  onReset: () => void;
  /** `online` or the outbox has changed. */
  onChange: () => void;
};

/** The close code of a peer that was sent more than it takes (RFC 6455 §7.4.1). */
const tooLargeCode = 1009;
/** The close codes after which a client does not come back by itself: abuse, taken over, kicked, banned and the like. */
const isFinal = (code: number) => code === 1008 || (code >= 4000 && code < 4100);

type Asking = { resolve: (messages: ChatMessage[]) => void; reject: (error: ChatError) => void };

export class Exchange {
  readonly outbox = new Outbox();
  /** All nicknames in use, in order of registration. */
  online: readonly string[] = [];
  /** What the server gave last; undefined where it gives nothing of the kind. */
  resume: Resume | undefined;
  /** The close code of the last connection, until there is another. */
  closeCode: number | undefined;
  readonly #options: ExchangeOptions;
  readonly #cursor = new Cursor();
  readonly #asking = new Set<Asking>();
  #wire: Wire | undefined;
  /** Former connections that are still open: until it is taken over, the nickname may be held by one of them. */
  #ghosts: Wire[] = [];
  #tell: (event: ClientEvent) => void = () => {};

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.resume = options.resume;
  }

  /** Connects, and tells the machine of what happens; returns how to disconnect. */
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

  /** The nickname is gone, and what waits was to be said under it. */
  forget(): void {
    this.resume = undefined;
    this.outbox.failAll('waiting');
    this.#layGhosts();
  }

  /** Asks for a nickname, or for one's own back; ends in `named` or `refused`. */
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

  /** Asks for the newest messages, or after a loss for those that were missed; ends in `synced`. */
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
      this.outbox.reconcile(missed, answer.name);
      this.online = answer.data.online;
      if (missed.length > 0) this.#options.onMessages(missed);
      this.#tell({ type: 'synced' });
      this.#options.onChange();
    });
  }

  /** Sends what waits in the outbox. */
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

  /** The connection is gone, and with it every answer that was to come. Does nothing when it was dropped before. */
  #drop(isTooLarge: boolean): void {
    const wire = this.#wire;
    if (wire === undefined) return;
    this.#wire = undefined;
    if (this.resume !== undefined && wire.isOpen) {
      // A browser can send no close frame that the server would not take for a goodbye (P-RES-3).
      wire.abandon();
      this.#ghosts.push(wire);
    } else wire.close();
    // Before it has caught up, nothing was sent over this connection.
    if (this.#cursor.isCounting) this.outbox.lose(isTooLarge);
    this.#cursor.pause();
    for (const { reject } of this.#asking) reject(new ChatError(lost));
    this.#asking.clear();
  }

  /** Closes the former connections: they hold nothing, or nothing that is wanted any longer. */
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
    if (isStored) this.#show(this.#cursor.count(answer));
  }

  #show(message: ChatMessage | undefined): void {
    if (message !== undefined) this.#options.onMessages([message]);
  }
}

/** Who is online once this has happened. */
function onlineAfter(online: readonly string[], notice: Notice): readonly string[] {
  if (notice.datatype === 'register') return [...online, notice.name];
  if (notice.datatype === 'leave') return online.filter((name) => name !== notice.name);
  return renamed(online, notice.oldname, notice.newname);
}

const renamed = (online: readonly string[], oldname: string | undefined, newname: string) =>
  online.map((name) => (name === oldname ? newname : name));
