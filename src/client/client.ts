/**
 * A chat client for browsers and Node, without a framework: `createChatClient({ url })`, then `register`, `send`, and
 * events. After a loss it comes back by itself, takes its nickname back before anybody sees it leave, and asks for just
 * what it missed. It shows every message once and in the server's order, and sends every message once.
 */
import { createActor, fromCallback } from 'xstate';
import type { Window } from '../protocol/window.ts';
import type { ChatMessage } from './cursor.ts';
import { Emitter } from './emitter.ts';
import { Exchange, type Notice, type Resume } from './exchange.ts';
import { clientMachine } from './machine.ts';
import type { Outgoing, Sent } from './outbox.ts';
import { ChatError, lost, type Refusal } from './refusal.ts';
import { type Status, statusOf } from './status.ts';
import { type WebSocketConstructor, Wire } from './wire.ts';

export type { ChatMessage, Notice, Outgoing, Refusal, Resume, Sent, Status, WebSocketConstructor };
export { ChatError };

/** The current state; a new object after each change. */
export type ChatState = {
  readonly status: Status;
  readonly nickname: string | undefined;
  /** Why the last nickname that was asked for was refused. */
  readonly refusal: Refusal | undefined;
  /** Close code of the last connection, until the next one is opened: why the client is `stopped`. */
  readonly closeCode: number | undefined;
  /** The option `resume` for another client, which continues as this one, if the server offers that. Keep it secret. */
  readonly resume: Resume | undefined;
  /** All nicknames in use, in order of registration. */
  readonly online: readonly string[];
  readonly outbox: readonly Outgoing[];
};

export type ChatEvents = {
  /** `state` has changed. */
  state: ChatState;
  /** Messages, each once and in order: the newest of the history, then new ones, and after a break the missed ones. */
  messages: readonly ChatMessage[];
  /** A message of this client's own is stored, and comes next in `messages`; its `id` was that in `outbox`. */
  sent: Sent;
  notice: Notice;
  /** The server now has a different history: discard the messages that you have. */
  reset: undefined;
};

export type ChatClientOptions = {
  /** Address of the server, `ws://…` or `wss://…`. */
  url: string;
  /** How many messages of the history to show at first. Default 100. */
  backlog?: number;
  /** The `state.resume` of an earlier client. This one takes its nickname over, and nobody sees it leave and join. */
  resume?: Resume | undefined;
  /** The WebSocket class. Default: the platform's. */
  WebSocket?: WebSocketConstructor;
};

export type ChatClient = {
  readonly state: ChatState;
  /** Calls the listener with each event of this type, until the returned function is called. */
  on: Emitter<ChatEvents>['on'];
  /**
   * Takes a nickname, or changes it. Rejects with a ChatError, among others `NotNow` while another nickname is being
   * requested, and `Replaced` when a newer call came before the request could be sent.
   */
  register: (nickname: string) => Promise<void>;
  /** Puts a message into `state.outbox` until the server has it. Throws a ChatError without a nickname. */
  send: (content: string) => void;
  /** Sends a failed message again. */
  retry: (id: number) => void;
  /** Removes a failed message. */
  discard: (id: number) => void;
  /** Sets the seconds between two pings, if they are known before the first ping comes. */
  expectPings: (seconds: number) => void;
  /** Messages of the history, oldest first. Rejects with a ChatError, `ConnectionLost` while not registered. */
  history: (window: Window) => Promise<ChatMessage[]>;
  /** Tries to connect again at once, while `waiting` or `stopped`. */
  reconnect: () => void;
  /** Says goodbye, and shuts the client down. */
  close: () => void;
};

/** What browsers have and Node may not have. */
type Platform = {
  WebSocket?: WebSocketConstructor;
  addEventListener?: (type: 'online', listener: () => void) => void;
  removeEventListener?: (type: 'online', listener: () => void) => void;
};

/** Connects. Throws a SyntaxError if `url` is not the address of a WebSocket. */
export function createChatClient({
  url,
  backlog = 100,
  resume,
  WebSocket = platformWebSocket(),
}: ChatClientOptions): ChatClient {
  checkAddress(url);
  const emitter = new Emitter<ChatEvents>();
  const exchange = new Exchange({
    open: (options) => new Wire(WebSocket, url, options),
    backlog,
    resume,
    onMessages: (messages) => emitter.emit('messages', messages),
    onSent: (sent) => emitter.emit('sent', sent),
    onNotice: (notice) => emitter.emit('notice', notice),
    onReset: () => emitter.emit('reset', undefined),
    onChange: () => update(),
  });
  const { outbox } = exchange;
  const actor = createActor(
    clientMachine.provide({
      actors: { socket: fromCallback(({ sendBack }) => exchange.connect(sendBack)) },
      actions: {
        claim: (_, { nickname }) => exchange.claim(nickname),
        sync: () => exchange.sync(),
        flush: ({ context }) => exchange.flush(context.nickname),
      },
    }),
    { input: { nickname: resume?.nickname } },
  );
  let registering: { resolve: () => void; reject: (error: ChatError) => void } | undefined;
  let state = stateNow();
  actor.subscribe(update);

  function stateNow(): ChatState {
    const { value, context } = actor.getSnapshot();
    const { nickname, refusal } = context;
    const { closeCode, resume, online } = exchange;
    return { status: statusOf(value), nickname, refusal, closeCode, resume, online, outbox: outbox.list };
  }

  function update(): void {
    const { nickname, wanted, refusal } = actor.getSnapshot().context;
    if (state.nickname !== undefined && nickname === undefined) exchange.forget();
    const now = stateNow();
    const isNews = (Object.keys(now) as (keyof ChatState)[]).some((key) => now[key] !== state[key]);
    if (isNews) state = now;
    if (wanted === undefined && (refusal !== undefined || isIdle())) settleRegistration(refusal);
    if (isNews) emitter.emit('state', now);
  }

  /** Registered, and no change is under way: what is sent now is sent under the nickname that is shown. */
  function isIdle(): boolean {
    return actor.getSnapshot().matches({ linked: { registered: 'idle' } });
  }

  function settleRegistration(refusal?: Refusal): void {
    const pending = registering;
    registering = undefined;
    if (refusal === undefined) pending?.resolve();
    else pending?.reject(new ChatError(refusal));
  }

  /** Puts a message into the outbox, and sends it at once if that is possible. */
  function post(content: string, id?: number): void {
    outbox.post(content, id);
    if (isIdle()) exchange.flush(state.nickname);
    else update();
  }

  const reconnect = () => {
    if (state.status !== 'closed') actor.send({ type: 'retry' });
  };
  const onOnline = () => {
    if (state.status === 'waiting') reconnect();
  };
  const platform = globalThis as Platform;
  platform.addEventListener?.('online', onOnline);

  actor.start();
  return {
    get state() {
      return state;
    },
    on: (type, listener) => emitter.on(type, listener),
    register(nickname) {
      if (state.status === 'closed' || actor.getSnapshot().hasTag('asking'))
        return Promise.reject(new ChatError({ reason: 'NotNow' }));
      settleRegistration({ reason: 'Replaced' });
      return new Promise((resolve, reject) => {
        registering = { resolve, reject };
        actor.send({ type: 'register', nickname });
      });
    },
    send(content) {
      if (state.nickname === undefined) throw new ChatError({ reason: 'UnknownRegister' });
      post(content);
    },
    retry(id) {
      const failed = outbox.takeFailed(id);
      if (failed !== undefined) post(failed.content, id);
    },
    discard(id) {
      if (outbox.takeFailed(id) !== undefined) update();
    },
    expectPings(seconds) {
      if (state.status !== 'closed') actor.send({ type: 'ping', seconds });
    },
    history(window) {
      if (state.status !== 'registered') return Promise.reject(new ChatError(lost));
      return exchange.history(window);
    },
    reconnect,
    close() {
      platform.removeEventListener?.('online', onOnline);
      if (state.status === 'closed') return;
      actor.send({ type: 'close' });
      settleRegistration(lost);
    },
  };
}

function checkAddress(url: string): void {
  const { protocol = '', hash = '' } = URL.canParse(url) ? new URL(url) : {};
  if (!/^wss?:$/.test(protocol) || hash !== '')
    throw new SyntaxError(`${url} is not the address of a WebSocket`);
}

function platformWebSocket(): WebSocketConstructor {
  const { WebSocket } = globalThis as Platform;
  if (WebSocket === undefined) throw new TypeError('this platform has no WebSocket: pass one');
  return WebSocket;
}
