/**
 * A chat client for browsers and Node, without a framework: `createChatClient({ url })`, then `register`, `send`, and
 * events. If the connection is lost, it reconnects by itself, takes its nickname back before anybody sees it leave, and
 * fetches only the missed messages. It shows each message once and in the server's order, and sends each message once.
 */
import { createActor, fromCallback, type InspectionEvent } from 'xstate';
import type { Window } from '../protocol/window.ts';
import type { ChatMessage } from './cursor.ts';
import { Emitter } from './emitter.ts';
import { type Announcement, Exchange, type ExchangeEvents, type Notice, type Resume } from './exchange.ts';
import { clientMachine } from './machine.ts';
import type { Outgoing, Sent } from './outbox.ts';
import { onOnline, platformWebSocket } from './platform.ts';
import { ChatError, lost, type Refusal } from './refusal.ts';
import { type ChatState, isSame, type Status, stateOf } from './state.ts';
import { type WebSocketConstructor, Wire } from './wire.ts';

export type {
  Announcement,
  ChatMessage,
  ChatState,
  Notice,
  Outgoing,
  Refusal,
  Resume,
  Sent,
  Status,
  WebSocketConstructor,
};
export { ChatError };

export type ChatEvents = ExchangeEvents & {
  /** The new state after a change. */
  state: ChatState;
  /** A message of this client has failed. It stays in `state.outbox` until `retry` or `discard`. */
  failed: Outgoing;
};

type Inspector = (event: InspectionEvent) => void;

export type ChatClientOptions = {
  /** The address of the server, `ws://…` or `wss://…`. */
  url: string;
  /** How many messages of the history to fetch at first. Default 100. */
  backlog?: number;
  /** The server's limit for a message, in characters. A longer message fails at once. Default: the server decides. */
  maxContent?: number;
  /** The `state.resume` of an earlier client. This one takes over its nickname, and nobody sees a leave and a join. */
  resume?: Resume | undefined;
  /** The WebSocket class. Default: the platform's. */
  WebSocket?: WebSocketConstructor | undefined;
  /** Told every step of the client's state machine, as XState's inspection events. */
  inspect?: Inspector | undefined;
};

export type ChatClient = {
  readonly state: ChatState;
  /** Calls the listener with each event of this type until the returned function is called. */
  on: Emitter<ChatEvents>['on'];
  /**
   * Takes a nickname, or changes it. Rejects with a ChatError. Among its reasons are `NotNow` while another request is
   * under way, and `Replaced` if a newer call came before the request could be sent.
   */
  register: (nickname: string) => Promise<void>;
  /**
   * Puts a message into `state.outbox` until the server has stored it, and returns it. The event `sent` or `failed` with
   * its id follows. Throws a ChatError without a nickname.
   */
  send: (content: string) => Outgoing;
  /** Sends a failed message again. */
  retry: (id: number) => void;
  /** Removes a failed message. */
  discard: (id: number) => void;
  /** Sets the seconds between two pings, if they are known before the first ping. */
  expectPings: (seconds: number) => void;
  /** Sets `maxContent` for later messages. */
  limitContent: (characters: number) => void;
  /** Fetches messages of the history, oldest first. Rejects with a ChatError, `ConnectionLost` while not registered. */
  history: (window: Window) => Promise<ChatMessage[]>;
  /** Reconnects at once while `waiting` or `stopped`. */
  reconnect: () => void;
  /** Leaves the chat and shuts the client down. Messages that the server has not acknowledged fail. */
  close: () => void;
};

/**
 * Creates a client and connects. Throws a SyntaxError if `url` is not the address of a WebSocket, and throws what the
 * WebSocket class throws, for example because the browser does not allow the connection. If the class throws on a later
 * attempt, the attempt counts as a lost connection.
 */
export function createChatClient({
  url,
  backlog = 100,
  maxContent = Number.POSITIVE_INFINITY,
  resume,
  WebSocket = platformWebSocket(),
  inspect,
}: ChatClientOptions): ChatClient {
  checkAddress(url);
  const emitter = new Emitter<ChatEvents>({
    state: new Set(),
    messages: new Set(),
    notice: new Set(),
    announcement: new Set(),
    removed: new Set(),
    sent: new Set(),
    failed: new Set(),
    reset: new Set(),
  });
  const exchange = new Exchange({
    open: (options) => new Wire(WebSocket, url, options),
    backlog,
    maxContent,
    resume,
    emitter,
    onChange: update,
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
    { input: { nickname: resume?.nickname }, ...(inspect && { inspect }) },
  );
  let registering: { resolve: () => void; reject: (error: ChatError) => void } | undefined;
  const stateNow = () => stateOf(actor.getSnapshot(), exchange);
  let state = stateNow();
  actor.subscribe(update);

  function update(): void {
    const { nickname, wanted, refusal } = actor.getSnapshot().context;
    if (state.nickname !== undefined && nickname === undefined) exchange.forget();
    const [before, now] = [state, stateNow()];
    const isNews = !isSame(before, now);
    if (isNews) state = now;
    if (wanted === undefined && (refusal !== undefined || isIdle())) settleRegistration(refusal);
    if (isNews) emitter.emit('state', now);
    const known = new Set(before.outbox);
    for (const outgoing of now.outbox)
      if (outgoing.state === 'failed' && !known.has(outgoing)) emitter.emit('failed', outgoing);
  }

  /** Registered with no change under way, so a message is sent under the nickname in `state`. */
  function isIdle(): boolean {
    return actor.getSnapshot().matches({ linked: { registered: 'idle' } });
  }

  function settleRegistration(refusal?: Refusal): void {
    const pending = registering;
    registering = undefined;
    if (refusal === undefined) pending?.resolve();
    else pending?.reject(new ChatError(refusal));
  }

  /** Puts a message into the outbox, and sends it at once if possible. */
  function post(content: string, id?: number): Outgoing {
    const outgoing = outbox.post(content, id);
    if (isIdle()) exchange.flush(state.nickname);
    else update();
    return outgoing;
  }

  const reconnect = () => {
    if (state.status !== 'closed') actor.send({ type: 'retry' });
  };

  actor.start();
  if (exchange.obstacle !== undefined) {
    actor.stop();
    throw exchange.obstacle;
  }
  const stopListening = onOnline(() => {
    if (state.status === 'waiting') reconnect();
  });
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
      return post(content);
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
    limitContent(characters) {
      outbox.maxContent = characters;
    },
    history(window) {
      if (state.status !== 'registered') return Promise.reject(new ChatError(lost));
      return exchange.history(window);
    },
    reconnect,
    close() {
      stopListening();
      if (state.status === 'closed') return;
      outbox.failAll('sending');
      actor.send({ type: 'close' });
      settleRegistration(lost);
    },
  };
}

function checkAddress(url: string): void {
  try {
    const { protocol, hash } = new URL(url);
    if (/^wss?:$/.test(protocol) && hash === '') return;
  } catch {
    // It is no URL at all.
  }
  throw new SyntaxError(`${url} is not the address of a WebSocket`);
}
