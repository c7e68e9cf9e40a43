import type { Event, Message, Reply } from '../protocol/replies.ts';
import type { Excerpt } from './cursor.ts';

/** The part of a browser's WebSocket that the client uses. The WebSocket of the `ws` package has it too. */
export type WebSocketLike = {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  readonly readyState: number;
  send(data: string): void;
  close(code?: number): void;
};
export type WebSocketConstructor = new (url: string) => WebSocketLike;

/** The reply to a successful `get`. A server without the extension leaves out `total` and `first` (P-GET-2). */
export type Gotten = {
  type: 'get';
  status: true;
  name: string;
  timestamp: string;
  data: { message: Message[]; online: string[]; total?: number; first?: number };
};
/** Any reply. */
export type Answer = Reply | Gotten;

/** The `readyState` of an open WebSocket. */
const open = 1;
/** The normal close code (RFC 6455 §7.4.1), which the server takes for a goodbye (P-RES-3). */
const goodbye = 1000;
/** The close code of a connection that ended without a close frame (RFC 6455 §7.4.1). */
const abnormal = 1006;

export type WireOptions = {
  onOpen: () => void;
  /** Called with each event, including pings. */
  onEvent: (event: Event) => void;
  /** Called when a reply is due from now on, and when one has come: whether another one is due. */
  onDue: (isDue: boolean) => void;
  /** Called when the socket cannot send, or was closed, unless this client closed it. */
  onLost: (code: number, reason: string) => void;
};

/**
 * One WebSocket. Replies come in the order of the requests (P-REQ-7), so each can be matched with its request. Replies
 * and events are passed on at once and in the order of their arrival, because positions are counted in that order
 * (P-SEND-4).
 */
export class Wire {
  readonly #socket: WebSocketLike;
  readonly #waiting: ((answer: Answer) => void)[] = [];
  readonly #onDue: (isDue: boolean) => void;
  readonly #onLost: WireOptions['onLost'];
  #isOver = false;

  /** Throws what the WebSocket class throws. */
  constructor(WebSocket: WebSocketConstructor, url: string, { onOpen, onEvent, onDue, onLost }: WireOptions) {
    this.#onDue = onDue;
    this.#socket = new WebSocket(url);
    this.#socket.onopen = () => {
      if (!this.#isOver) onOpen();
    };
    this.#socket.onmessage = ({ data }: { data: unknown }) => {
      if (this.#isOver) return;
      const value = parse(data);
      if (value === undefined) return;
      if (isEvent(value)) onEvent(value);
      else this.#answer(value);
    };
    this.#socket.onerror = () => {};
    this.#onLost = onLost;
    this.#socket.onclose = ({ code, reason }: { code: number; reason: string }) => this.#lose(code, reason);
  }

  /** Sends a request. `onAnswer` is called with its reply, unless the connection is lost first. */
  request(request: object, onAnswer: (answer: Answer) => void): void {
    if (this.#isOver) return;
    if (this.#waiting.push(onAnswer) === 1) this.#onDue(true);
    try {
      this.#socket.send(JSON.stringify(request));
    } catch {
      this.#lose(abnormal);
    }
  }

  /** Closes the socket with a goodbye and ignores what still comes. */
  close(): void {
    this.#isOver = true;
    this.#socket.close(goodbye);
  }

  #lose(code: number, reason = ''): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onLost(code, reason);
  }

  #answer(answer: Answer): void {
    const onAnswer = this.#waiting.shift();
    this.#onDue(this.#waiting.length > 0);
    onAnswer?.(answer);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === open;
  }

  /** Ignores what still comes, but leaves the socket open. */
  abandon(): void {
    this.#isOver = true;
  }
}

function isEvent(value: Event | Answer): value is Event {
  return 'type' in value && (value.type === 'receive' || value.type === 'ping');
}

/** Parses a frame. Returns `undefined` if it is not a JSON object. */
function parse(data: unknown): Event | Answer | undefined {
  try {
    const value = JSON.parse(String(data));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

export const isGotten = (answer: Answer): answer is Gotten => 'data' in answer && answer.status === true;

/** The messages of a `get` with their positions. A server without the extension always sends the whole history. */
export function positioned({ data: { message, first = 0, total = message.length } }: Gotten): Excerpt {
  return { messages: message.map((one, index) => ({ ...one, position: first + index })), total };
}
