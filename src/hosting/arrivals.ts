import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';

/**
 * The connections of a server that still wait for an answer: those whose request has not come yet, and those whose
 * response is on its way. A server that stops accepting owes them one.
 */
export class Arrivals {
  readonly #sockets = new Set<Duplex>();
  #onEmpty = () => {};

  constructor(server: Server) {
    server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Duplex) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.answered(socket));
    });
    server.prependListener('request', ({ socket }, response) => {
      this.#sockets.add(socket);
      response.once('close', () => this.answered(socket));
    });
  }

  /** Called when a connection has become a WebSocket. */
  answered(socket: Duplex): void {
    this.#sockets.delete(socket);
    if (this.#sockets.size === 0) this.#onEmpty();
  }

  /** Waits until all have been answered, but no longer than the limit. */
  async settled(limitMs: number): Promise<void> {
    if (this.#sockets.size === 0) return;
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, limitMs);
      this.#onEmpty = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }
}
