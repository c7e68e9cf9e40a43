import type { Order, Outcome } from '../../src/inspect/faults/orders.ts';
import type { Told } from '../../src/inspect/told.ts';

export type LinkOptions = {
  /** Where the inspector tells its events. */
  url: string;
  onOpen: () => void;
  /** The connection was lost or could not be opened. It will be tried again. */
  onClose: () => void;
};

type Listener = (told: Told | Outcome) => unknown;

/** Milliseconds until the inspector is tried again. */
const retryMs = 2000;

/** The connection to the inspector, opened again whenever it is lost. */
export class Link {
  readonly #options: LinkOptions;
  readonly #listeners = new Set<Listener>();
  #socket: WebSocket;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#socket = this.#connect();
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get isOpening(): boolean {
    return this.#socket.readyState === WebSocket.CONNECTING;
  }

  /** Hears everything that the inspector tells until the returned function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  order(order: Order): void {
    this.#socket.send(JSON.stringify(order));
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
  }

  #connect(): WebSocket {
    const { url, onOpen, onClose } = this.#options;
    const socket = new WebSocket(url);
    socket.onopen = onOpen;
    socket.onmessage = ({ data }) => {
      const told = JSON.parse(data);
      for (const listener of this.#listeners) listener(told);
    };
    socket.onclose = () => {
      onClose();
      this.#retry = setTimeout(() => {
        this.#socket = this.#connect();
      }, retryMs);
    };
    return socket;
  }
}
