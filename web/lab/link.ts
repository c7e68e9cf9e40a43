import type { Order, Outcome } from '../../src/inspect/faults/orders.ts';
import type { Told } from '../../src/inspect/told.ts';
import { configUrl } from './address.ts';

export type LinkOptions = {
  /** Where the inspector tells its events. */
  url: string;
  onOpen: () => void;
  /** The connection was lost or could not be opened, for this reason. Unless that is final, it will be tried again. */
  onClose: (trouble: Trouble) => void;
};

/**
 * Nobody answers; or the inspector has as many watchers as it takes; or, and this is final, the token is no longer the
 * right one, since the server makes a new one at each start.
 */
export type Trouble = 'away' | 'full' | 'restarted';

type Listener = (told: Told | Outcome) => unknown;

/** Milliseconds until the inspector is tried again. */
const retryMs = 2000;

/** The connection to the inspector, opened again whenever it is lost. */
export class Link {
  readonly #options: LinkOptions;
  readonly #listeners = new Set<Listener>();
  #socket: WebSocket;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
  /** Why there is no connection; `undefined` if there is one, or it is not known yet. */
  trouble: Trouble | undefined;

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

  /** Gives an order, unless there is no connection: the faults of the last one have ended with it. */
  order(order: Order): void {
    if (this.isOpen) this.#socket.send(JSON.stringify(order));
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
  }

  #connect(): WebSocket {
    const { url, onOpen, onClose } = this.#options;
    const socket = new WebSocket(url);
    let wasOpen = false;
    socket.onopen = () => {
      wasOpen = true;
      this.trouble = undefined;
      onOpen();
    };
    socket.onmessage = ({ data }) => {
      const told = JSON.parse(data);
      for (const listener of this.#listeners) listener(told);
    };
    socket.onclose = async () => {
      const trouble = await troubleOf(wasOpen);
      if (this.#isClosed) return;
      this.trouble = trouble;
      onClose(trouble);
      if (trouble === 'restarted') return;
      this.#retry = setTimeout(() => {
        this.#socket = this.#connect();
      }, retryMs);
    };
    return socket;
  }
}

/** A browser does not say how a WebSocket was refused, but it does so for a request with the same token. */
async function troubleOf(wasOpen: boolean): Promise<Trouble> {
  try {
    const { status, ok } = await fetch(configUrl, { signal: AbortSignal.timeout(retryMs) });
    if (status === 403) return 'restarted';
    return ok && !wasOpen ? 'full' : 'away';
  } catch {
    return 'away';
  }
}
