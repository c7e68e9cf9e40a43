import type { Event, Message, Reply } from '../protocol/replies.ts';
import type { ChatMessage } from './cursor.ts';

/** The part of a browser's WebSocket that is used here; the `ws` package's has it too. */
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

/** A done `get`; a server without the extension leaves `total` and `first` out (P-GET-2). */
export type Gotten = {
  type: 'get';
  status: true;
  name: string;
  timestamp: string;
  data: { message: Message[]; online: string[]; total?: number; first?: number };
};
/** Whatever answers a request. */
export type Answer = Reply | Gotten;

/** `readyState` of an open WebSocket. */
const open = 1;
/** The close code of who is done (RFC 6455 §7.4.1): to the server, a goodbye (P-RES-3). */
const goodbye = 1000;

export type WireOptions = {
  onOpen: () => void;
  /** What others did, or a ping. */
  onEvent: (event: Event) => void;
  /** The socket was closed, though not from here; `code` is the close code. */
  onLost: (code: number) => void;
};

/**
 * One WebSocket: each request is paired with its reply, which come in one order (P-REQ-7), and events are told apart.
 * Everything is handed on at once and in the order in which it came, for positions are counted by it (P-SEND-4).
 */
export class Wire {
  readonly #socket: WebSocketLike;
  readonly #waiting: ((answer: Answer) => void)[] = [];
  #isOver = false;

  /** Throws a SyntaxError if `url` is not that of a WebSocket. */
  constructor(WebSocket: WebSocketConstructor, url: string, { onOpen, onEvent, onLost }: WireOptions) {
    this.#socket = new WebSocket(url);
    this.#socket.onopen = () => {
      if (!this.#isOver) onOpen();
    };
    this.#socket.onmessage = ({ data }: { data: unknown }) => {
      if (this.#isOver) return;
      const value = parse(data);
      if (value === undefined) return;
      if (isEvent(value)) onEvent(value);
      else this.#waiting.shift()?.(value);
    };
    this.#socket.onerror = () => {};
    this.#socket.onclose = ({ code }: { code: number }) => {
      if (this.#isOver) return;
      this.#isOver = true;
      onLost(code);
    };
  }

  /** Sends a request; `onAnswer` is called with its reply, and never if the connection is lost before. */
  request(request: object, onAnswer: (answer: Answer) => void): void {
    if (this.#isOver) return;
    this.#waiting.push(onAnswer);
    this.#socket.send(JSON.stringify(request));
  }

  /** Ends it with a goodbye, whether or not the server answers. Nothing is heard of it any more. */
  close(): void {
    this.#isOver = true;
    this.#socket.close(goodbye);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === open;
  }

  /** Hears nothing of it any more, but leaves it open. */
  abandon(): void {
    this.#isOver = true;
  }
}

function isEvent(value: Event | Answer): value is Event {
  return 'type' in value && (value.type === 'receive' || value.type === 'ping');
}

/** A frame of the contract's; `undefined` for anything else. */
function parse(data: unknown): Event | Answer | undefined {
  try {
    const value = JSON.parse(String(data));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

export const isGotten = (answer: Answer): answer is Gotten => 'data' in answer && answer.status === true;

/** A `get`'s messages with their positions; without the extension it is the whole history. */
export function positioned({ data: { message, first = 0, total = message.length } }: Gotten): {
  messages: ChatMessage[];
  total: number;
} {
  return { messages: message.map((one, index) => ({ ...one, position: first + index })), total };
}
