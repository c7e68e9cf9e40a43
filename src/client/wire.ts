import type { Event, Message, Reply } from '../protocol/replies.ts';
import type { ChatMessage } from './cursor.ts';

/** The part of a browser's WebSocket that is used here; the `ws` package's has it too. */
export type WebSocketLike = {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string): void;
  close(): void;
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

/** The close code of a peer that was sent more than it takes. */
const tooLarge = 1009;

export type WireOptions = {
  onOpen: () => void;
  /** What others did, or a ping. */
  onEvent: (event: Event) => void;
  /** The socket is closed, however that came; once. `isTooLarge`: over a frame that was too large (RFC 6455 §7.4.1). */
  onLost: (isTooLarge: boolean) => void;
};

/**
 * One WebSocket: each request is paired with its reply, which come in one order (P-REQ-7), and events are told apart.
 * Everything is handed on at once and in the order in which it came, for positions are counted by it (P-SEND-4).
 */
export class Wire {
  readonly #socket: WebSocketLike;
  readonly #onLost: (isTooLarge: boolean) => void;
  readonly #waiting: ((answer: Answer) => void)[] = [];
  #isOver = false;

  /** Throws a SyntaxError if `url` is not that of a WebSocket. */
  constructor(WebSocket: WebSocketConstructor, url: string, { onOpen, onEvent, onLost }: WireOptions) {
    this.#onLost = onLost;
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
    this.#socket.onclose = ({ code }: { code: number }) => this.#end(code === tooLarge);
  }

  /** Sends a request; `onAnswer` is called with its reply, and never if the connection is lost before. */
  request(request: object, onAnswer: (answer: Answer) => void): void {
    if (this.#isOver) return;
    this.#waiting.push(onAnswer);
    this.#socket.send(JSON.stringify(request));
  }

  /** Ends it, whether or not the peer answers. */
  close(): void {
    this.#end(false);
  }

  #end(isTooLarge: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#socket.close();
    this.#onLost(isTooLarge);
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
