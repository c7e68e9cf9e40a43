import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { refuseUpgrade } from './http.ts';

export type UpgradesOptions = {
  /** Longest frame that is received, in bytes; a longer one closes its connection with 1009. */
  maxPayload: number;
  /** Takes an open WebSocket, the stream under it, and the peer's address. */
  onOpen: (ws: WebSocket, socket: Duplex, address: string | undefined) => void;
};

/** Makes WebSockets of what HTTP servers are asked to upgrade. */
export class Upgrades {
  readonly #options: UpgradesOptions;
  readonly #sockets: WebSocketServer;
  readonly #detachments = new Set<() => void>();

  constructor(options: UpgradesOptions) {
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      autoPong: false,
      maxPayload: options.maxPayload,
      maxFragments: 1024,
      maxBufferedChunks: 4096,
    });
  }

  /** Takes upgrades of a server, all of them or those of one path, until the returned function is called. */
  attach(server: Server, path?: string): () => void {
    const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (path !== undefined && trimmed(request.url?.split('?', 1)[0]) !== trimmed(path)) {
        leaveToOthers(server, socket);
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (ws) =>
        this.#options.onOpen(ws, socket, request.socket.remoteAddress),
      );
    };
    const detach = () => {
      server.off('upgrade', onUpgrade);
      this.#detachments.delete(detach);
    };
    server.on('upgrade', onUpgrade);
    this.#detachments.add(detach);
    return detach;
  }

  /** Takes no more upgrades. */
  detach(): void {
    for (const detach of this.#detachments) detach();
  }
}

/** A path without a slash at its end: the chat page opens its WebSocket in the folder that it lies in. */
const trimmed = (path: string | undefined) => path?.replace(/\/$/, '');

/** An upgrade to a path that is not the chat's. Node has detached its own error listener from the socket. */
function leaveToOthers(server: Server, socket: Duplex): void {
  if (server.listenerCount('upgrade') === 1) refuseUpgrade(socket, '404 Not Found');
  else socket.on('error', () => {});
}
