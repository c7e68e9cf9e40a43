import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';

/** An HTTP server. A handshake that is not complete in time is answered 408. */
export function createHttpServer(handshakeSeconds: number, onRequest: RequestListener): Server {
  const handshakeMs = Math.ceil(handshakeSeconds * 1000);
  const timeouts = { headersTimeout: handshakeMs, requestTimeout: handshakeMs };
  const connectionsCheckingInterval = Math.min(1000, Math.ceil(handshakeMs / 2));
  return createServer({ ...timeouts, connectionsCheckingInterval }, onRequest);
}

/** What a server without a page answers: it has only WebSockets to offer. */
export const refuseRequest: RequestListener = (_, response) => {
  response.writeHead(426, {
    upgrade: 'websocket',
    connection: 'close',
    'content-type': 'text/plain; charset=utf-8',
  });
  response.end('This is a chat server: open a WebSocket.\n');
};

/** A request's target as path and query. It may be sent as the whole address (RFC 9112 §3.2.2). */
export function targetOf(url = '/'): string {
  const target = url.replace(/^https?:\/\/[^/?]*/i, '');
  return target.startsWith('/') ? target : `/${target}`;
}

/** The path of a request's target. */
export const pathOf = (url?: string): string => targetOf(url).split('?', 1)[0] ?? '/';

/** Answers a handshake with an error. Node has detached its own listeners from the socket by then. */
export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => {});
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Where a server listens; the host is a name or an address. */
export type Address = { readonly host: string; readonly port: number };

/** `127.0.0.1:5000`, `[::1]:5000`: an address as it stands in a URL. */
export const formatAddress = ({ host, port }: Address) =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Listens, and resolves to where it does: port 0 has become the one that was free. Rejects with a StartError. */
export function listen(server: Server, { host, port }: Address): Promise<Address> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      const place = formatAddress({ host, port });
      reject(
        error.code === 'EADDRINUSE'
          ? new StartError('PORT_TAKEN', `port ${port} is in use: another program listens on ${place}`)
          : new StartError('ADDRESS_UNUSABLE', `cannot listen on ${place}: ${inWords(error)}`),
      );
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve({ host, port: (server.address() as AddressInfo).port });
    });
  });
}
