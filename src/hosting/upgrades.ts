/**
 * Handles the upgrade requests of HTTP servers. A WebSocket goes to the chat with the path of the request. An offer of
 * another protocol, such as h2c, is ignored, and the request is served without it (RFC 9110 §7.8).
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Guest, Handshake } from '../actors/guest.ts';
import type { Log } from '../actors/log.ts';
import { ownProtocol } from '../protocol/own.ts';
import type { Admission } from './admission.ts';
import { guardedUpgrade } from './guard.ts';
import { handshakeOf } from './handshake.ts';
import { pathOf, type Refusal, refuseUpgrade } from './http.ts';

/** How long other listeners may take to answer an upgrade request that is not ours. */
const othersMs = 1000;

const closing: Refusal = { status: 503, text: 'The chat is closing.' };
const nobody: Refusal = { status: 404, text: 'There is no WebSocket at this path.' };

export type UpgradesOptions<Stream extends Duplex> = {
  /** The longest incoming message. A longer one closes its connection with 1009. */
  maxPayloadBytes: number;
  /** Whether a peer that asks for it is told about its own connection. */
  showsOwn: boolean;
  /** Makes the stream that a WebSocket reads in place of its socket. `head` is what came behind the handshake. */
  streamOf: (socket: Duplex, head: Buffer) => Stream;
  admission: Admission;
  log: Log;
  /** A socket has become a WebSocket. */
  onAnswered: (socket: Duplex) => void;
  /** Takes an open WebSocket, the stream under it, what the admission says of it, and how it was opened. */
  onOpen: (ws: WebSocket, stream: Stream, guest: Guest, handshake: () => Handshake) => void;
};

/** The upgrades of one chat. */
export class Upgrades<Stream extends Duplex> {
  readonly #options: UpgradesOptions<Stream>;
  readonly #sockets: WebSocketServer;
  /** The functions that detach the chat, with the servers that it is attached to. */
  readonly #detachments = new Map<() => void, Server>();
  /** The heads of the responses that `ws` has written. */
  readonly #heads = new WeakMap<IncomingMessage, readonly string[]>();

  constructor(options: UpgradesOptions<Stream>) {
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      autoPong: false,
      handleProtocols: (offered) => chosenOf(offered, options.showsOwn),
      maxPayload: options.maxPayloadBytes,
      maxFragments: 64,
      maxBufferedChunks: 4096,
    });
    this.#sockets.on('headers', (lines, request) => this.#heads.set(request, lines));
    // What the admission lets through and `ws` does not.
    this.#sockets.on('wsClientError', ({ message }, socket, request) =>
      options.admission.turnBack(request, socket, `${message}.`),
    );
  }

  /** Takes the WebSockets of a server, all or those of one path, until the returned function is called. */
  attach(server: Server, path?: string): () => void {
    const router = routers.get(server) ?? new Router(server);
    routers.set(server, router);
    const remove = router.add({
      path: path === undefined ? undefined : folderOf(path),
      take: guardedUpgrade(
        (request, socket, head) =>
          this.#options.admission.take(request, socket, server, (guest) => {
            if (this.#detachments.has(detach)) this.#open(request, socket, head, guest);
            else refuseUpgrade(socket, closing);
          }),
        this.#options.log,
      ),
    });
    const detach = () => {
      remove();
      this.#detachments.delete(detach);
    };
    this.#detachments.set(detach, server);
    return detach;
  }

  #open(request: IncomingMessage, socket: Duplex, head: Buffer, guest: Guest): void {
    const stream = this.#options.streamOf(socket, head);
    this.#sockets.handleUpgrade(request, stream, Buffer.of(), (ws) => {
      // From here on the connection counts until it has left, which may be later.
      socket.off('close', guest.leave);
      this.#options.onAnswered(socket);
      const response = this.#heads.get(request) ?? [];
      this.#options.onOpen(ws, stream, guest, () => handshakeOf(request, response));
    });
  }

  /** Takes no more WebSockets, except those of one server. */
  detach(kept?: Server): void {
    for (const [detach, server] of this.#detachments) if (server !== kept) detach();
  }
}

/** The subprotocol of a connection: the one that has a meaning here, or else the first that is offered. */
function chosenOf(offered: ReadonlySet<string>, showsOwn: boolean): string | false {
  if (showsOwn && offered.has(ownProtocol)) return ownProtocol;
  return [...offered].find((name) => name !== ownProtocol) ?? false;
}

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
/** A chat on a server. Without a path it takes all WebSockets that no other route takes. */
type Route = { path: string | undefined; take: Upgrade };

/** The router of each server, which all chats on it share. */
const routers = new WeakMap<Server, Router>();

class Router {
  readonly #server: Server;
  readonly #routes = new Set<Route>();
  /** The unfinished responses of each socket. */
  readonly #responses = new WeakMap<Duplex, Set<ServerResponse>>();

  constructor(server: Server) {
    this.#server = server;
  }

  add(route: Route): () => void {
    if (this.#routes.size === 0)
      this.#server.on('upgrade', this.#onUpgrade).prependListener('request', this.#onRequest);
    this.#routes.add(route);
    return () => {
      this.#routes.delete(route);
      if (this.#routes.size === 0)
        this.#server.off('upgrade', this.#onUpgrade).off('request', this.#onRequest);
    };
  }

  readonly #onRequest = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    const responses = this.#responses.get(socket) ?? new Set();
    this.#responses.set(socket, responses.add(response));
    response.once('close', () => responses.delete(response));
  };

  readonly #onUpgrade: Upgrade = (request, socket, head) => {
    if (socket.destroyed) return;
    // Node has removed its own error listener.
    if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore);
    const path = folderOf(pathOf(request.url));
    const routes = [...this.#routes];
    const isWebSocket = request.headers.upgrade?.toLowerCase() === 'websocket';
    const route = routes.find((one) => one.path === path) ?? routes.find((one) => one.path === undefined);
    if (isWebSocket && route !== undefined) {
      this.#inTurn(socket, () =>
        this.#routes.has(route) ? route.take(request, socket, head) : refuseUpgrade(socket, closing),
      );
      return;
    }
    const answer = () =>
      isWebSocket ? refuseUpgrade(socket, nobody) : serveAnyway(this.#server, request, socket, head);
    const isShared = this.#server.listenerCount('upgrade') > 1;
    this.#inTurn(socket, () => (isShared ? unlessAnswered(socket, answer) : answer()));
  };

  /** Answers once the earlier requests on this socket have been answered. */
  #inTurn(socket: Duplex, answer: () => void): void {
    const responses = [...(this.#responses.get(socket) ?? [])];
    if (responses.length === 0) answer();
    else
      void Promise.all(responses.map((one) => new Promise((resolve) => one.once('close', resolve)))).then(
        () => setImmediate(answer),
      );
  }
}

const ignore = () => {};

/** The path without a trailing slash, because the chat page opens its WebSocket at the URL of its folder. */
const folderOf = (path: string) => path.replace(/\/$/, '');

/** Waits a while for other listeners, and answers only if none of them has written anything. */
function unlessAnswered(socket: Duplex & { bytesWritten?: number }, answer: () => void): void {
  const { bytesWritten } = socket;
  setTimeout(() => {
    if (socket.bytesWritten === bytesWritten && socket.writable) answer();
  }, othersMs).unref();
}

/** Passes the request back to the server without its offer of another protocol. */
function serveAnyway(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = request.rawHeaders.slice(at, at + 2);
    const kept = /^connection$/i.test(name)
      ? value.replace(/\b(?:upgrade|http2-settings)\b,?\s*/gi, '')
      : value;
    if (!/^(?:upgrade|http2-settings)$/i.test(name)) lines.push(`${name}: ${kept}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit(server instanceof TlsServer ? 'secureConnection' : 'connection', socket);
}
