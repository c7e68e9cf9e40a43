/**
 * A client of the chat for browsers and Node, without a framework: `createChatClient({ url })`, then `register`, `send`,
 * and events. It comes back by itself after a loss, takes its nickname back, and asks for exactly what it missed: it
 * shows every message once and in the server's order, and sends every message once.
 */
import { createActor, fromCallback } from 'xstate';
import type { Event, Message } from '../protocol/replies.ts';
import type { Window } from '../protocol/window.ts';
import { clientMachine, type Refusal, type Status, statusOf } from './machine.ts';
import { lost, Outbox, type Outgoing } from './outbox.ts';
import {
  type Answer,
  type ChatMessage,
  isGotten,
  positioned,
  refusalOf,
  type WebSocketConstructor,
  Wire,
} from './wire.ts';

export type { ChatMessage, Outgoing, Refusal, Status, WebSocketConstructor };

/** What others did, besides talking. */
export type Notice = Extract<Event, { datatype: 'register' | 'change' | 'leave' }>;

/** How things stand; a new object at each change. */
export type ChatState = {
  readonly status: Status;
  readonly nickname: string | undefined;
  /** Why the last claim of a nickname was refused. */
  readonly refusal: Refusal | undefined;
  /** All nicknames in use, in order of registration. */
  readonly online: readonly string[];
  readonly outbox: readonly Outgoing[];
};

export type ChatEvents = {
  /** `state` has changed. */
  state: ChatState;
  /** Messages, each once and in order: at first the newest of the history, then what is said, then what was missed. */
  messages: readonly ChatMessage[];
  notice: Notice;
  /** The server's history is another than it was: what was shown is not in it. */
  reset: undefined;
};

export type ChatClientOptions = {
  /** Address of the server, `ws://…` or `wss://…`. */
  url: string;
  /** How many messages of the history to show at first. Default 100. */
  backlog?: number;
  /** The WebSocket class. Default: the platform's. */
  WebSocket?: WebSocketConstructor;
};

/** A request that came to nothing; `message` is the reason. */
export class ChatError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.error === undefined ? refusal.reason : `${refusal.reason}: ${refusal.error}`);
    this.name = 'ChatError';
    this.refusal = refusal;
  }
}

export type ChatClient = {
  readonly state: ChatState;
  /** Hears of an event until the returned function is called. */
  on: <Type extends keyof ChatEvents>(type: Type, listener: (event: ChatEvents[Type]) => void) => () => void;
  /**
   * Takes a nickname, or changes it. Rejects with a ChatError: `NotNow` while another is being asked for, `Replaced` when
   * another was wished for before this one could be.
   */
  register: (nickname: string) => Promise<void>;
  /** Says something: it stands in `outbox` until the server has it. Throws a ChatError without a nickname. */
  send: (content: string) => void;
  /** Sends a failed message again. */
  retry: (id: number) => void;
  /** Forgets a failed message. */
  discard: (id: number) => void;
  /** Tells it the seconds between two pings, where that is known before the first ping tells. */
  expectPings: (seconds: number) => void;
  /** Messages of the history, oldest first. Rejects with a ChatError, `ConnectionLost` among them. */
  history: (window: Window) => Promise<ChatMessage[]>;
  /** Tries at once to connect again. */
  reconnect: () => void;
  /** Ends it for good. */
  close: () => void;
};

type Pending<Value> = { resolve: (value: Value) => void; reject: (error: ChatError) => void };

/** What a browser has and Node may not. */
type Platform = {
  WebSocket?: WebSocketConstructor;
  addEventListener?: (type: 'online', listener: () => void) => void;
  removeEventListener?: (type: 'online', listener: () => void) => void;
};

/** Connects. Throws a SyntaxError if `url` is not that of a WebSocket. */
export function createChatClient({
  url,
  backlog = 100,
  WebSocket = platformWebSocket(),
}: ChatClientOptions): ChatClient {
  checkAddress(url);
  const listeners: { [Type in keyof ChatEvents]: Set<(event: ChatEvents[Type]) => void> } = {
    state: new Set(),
    messages: new Set(),
    notice: new Set(),
    reset: new Set(),
  };
  let wire: Wire | undefined;
  /** Position of the next message; unknown before the first look at the history. */
  let next: number | undefined;
  /** Between a registration and the history asked for behind it, events are in that history already. */
  let isCounting = false;
  let online: readonly string[] = [];
  const outbox = new Outbox();
  /** The newest message that was shown. */
  let last: ChatMessage | undefined;
  let registering: Pending<void> | undefined;
  const asking = new Set<Pending<ChatMessage[]>>();

  const socket = fromCallback(({ sendBack }) => {
    const opened = new Wire(WebSocket, url, {
      onOpen: () => sendBack({ type: 'open' }),
      onEvent: (event) => take(event),
      onLost: (isTooLarge) => {
        outbox.lose(isTooLarge);
        sendBack({ type: 'lost', isTooLarge });
      },
    });
    wire = opened;
    return () => {
      opened.close();
      if (wire === opened) drop();
    };
  });

  const actor = createActor(
    clientMachine.provide({
      actors: { socket },
      actions: {
        claim: (_, { nickname }) => claim(nickname),
        sync: () => sync(),
        flush: ({ context }) => flush(context.nickname),
      },
    }),
  );

  let state = stateNow();
  actor.subscribe(update);

  /** A listener that throws is an uncaught error, and nobody else's concern. */
  function emit<Type extends keyof ChatEvents>(type: Type, event: ChatEvents[Type]): void {
    for (const listener of listeners[type]) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  function stateNow(): ChatState {
    const snapshot = actor.getSnapshot();
    const { nickname, refusal } = snapshot.context;
    return { status: statusOf(snapshot.value), nickname, refusal, online, outbox: outbox.list };
  }

  function update(): void {
    // What waits was to be said under a nickname that is gone.
    if (state.nickname !== undefined && actor.getSnapshot().context.nickname === undefined)
      outbox.failAll('waiting');
    const now = stateNow();
    const isNews = (Object.keys(now) as (keyof ChatState)[]).some((key) => now[key] !== state[key]);
    if (isNews) state = now;
    const { wanted, refusal } = actor.getSnapshot().context;
    if (wanted === undefined && refusal !== undefined) settleRegistration(refusal);
    else if (wanted === undefined && isIdle()) settleRegistration();
    if (isNews) emit('state', now);
  }

  /** Registered, and nothing is being asked for: what is sent now is sent under the nickname that is shown. */
  function isIdle(): boolean {
    return actor.getSnapshot().matches({ linked: { registered: 'idle' } });
  }

  function settleRegistration(refusal?: Refusal): void {
    const pending = registering;
    registering = undefined;
    if (refusal === undefined) pending?.resolve();
    else pending?.reject(new ChatError(refusal));
  }

  /** The connection is gone, and with it every answer that was to come. */
  function drop(): void {
    wire = undefined;
    isCounting = false;
    for (const { reject } of asking) reject(new ChatError(lost));
    asking.clear();
  }

  function take(event: Event): void {
    if (event.type === 'ping') actor.send({ type: 'ping', seconds: event.timeout });
    else if (event.datatype === 'message') {
      const { name, content, timestamp } = event;
      if (isCounting) show([{ name, content, timestamp, position: next ?? 0 }]);
    } else {
      online = onlineAfter(online, event);
      update();
      emit('notice', event);
    }
  }

  function show(messages: readonly ChatMessage[]): void {
    const newest = messages.at(-1);
    if (newest === undefined) return;
    last = newest;
    next = newest.position + 1;
    emit('messages', messages);
  }

  function claim(nickname: string | undefined): void {
    const oldname = state.nickname;
    wire?.request({ data: 'name', name: nickname }, (answer) => {
      if (answer.status !== true) {
        actor.send({ type: 'refused', refusal: refusalOf(answer) });
        return;
      }
      if (isCounting) online = online.map((name) => (name === oldname ? String(nickname) : name));
      actor.send({ type: 'named', nickname: String(nickname) });
    });
  }

  /**
   * Asks for the newest messages, or after a loss for those that it has not seen; and for the last that it has, to see
   * that it is still there and this the same history.
   */
  function sync(): void {
    const known = last;
    const window: Window = next === undefined ? { limit: backlog } : { after: known?.position ?? next };
    wire?.request({ data: 'get', ...window }, (answer) => {
      if (!isGotten(answer)) {
        wire?.close();
        return;
      }
      const { messages, total } = positioned(answer);
      const there = messages.find(({ position }) => position === known?.position);
      if (next !== undefined && (total < next || (known !== undefined && !isSame(known, there)))) {
        next = undefined;
        last = undefined;
        outbox.failAll('sending');
        emit('reset', undefined);
        sync();
        return;
      }
      const missed = messages.filter(({ position }) => position >= (next ?? 0));
      outbox.reconcile(missed, state.nickname);
      online = answer.data.online;
      show(missed);
      next = total;
      isCounting = true;
      actor.send({ type: 'synced' });
      update();
    });
  }

  /** Sends what waits in the outbox. */
  function flush(nickname: string | undefined): void {
    for (const { id, content } of outbox.takeUp(nickname))
      wire?.request({ data: 'send', content }, (answer) => acknowledge(id, answer));
    update();
  }

  function acknowledge(id: number, answer: Answer): void {
    if (answer.status === true && 'content' in answer) {
      const { name, content, timestamp } = answer;
      outbox.remove(id);
      update();
      show([{ name, content, timestamp, position: next ?? 0 }]);
    } else {
      outbox.fail(id, refusalOf(answer));
      update();
    }
  }

  /** Puts a message into the outbox, and sends it if that can be now; else it is sent when it can. */
  function post(content: string, id?: number): void {
    outbox.post(content, id);
    if (isIdle()) flush(state.nickname);
    else update();
  }

  const reconnect = () => {
    if (state.status !== 'closed') actor.send({ type: 'retry' });
  };
  const platform = globalThis as Platform;
  platform.addEventListener?.('online', reconnect);

  actor.start();
  return {
    get state() {
      return state;
    },
    on(type, listener) {
      listeners[type].add(listener);
      return () => void listeners[type].delete(listener);
    },
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
      return new Promise((resolve, reject) => {
        const pending = { resolve, reject };
        asking.add(pending);
        wire?.request({ data: 'get', ...window }, (answer) => {
          asking.delete(pending);
          if (isGotten(answer)) resolve(positioned(answer).messages);
          else reject(new ChatError(refusalOf(answer)));
        });
      });
    },
    reconnect,
    close() {
      platform.removeEventListener?.('online', reconnect);
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

/** Who is online once this has happened. */
function onlineAfter(online: readonly string[], notice: Notice): readonly string[] {
  if (notice.datatype === 'register') return [...online, notice.name];
  if (notice.datatype === 'leave') return online.filter((name) => name !== notice.name);
  return online.map((name) => (name === notice.oldname ? notice.newname : name));
}

const isSame = (one: Message, other: Message | undefined) =>
  one.name === other?.name && one.content === other.content && one.timestamp === other.timestamp;
