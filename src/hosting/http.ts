import {
  createServer,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, ListenOptions, Server as NetServer, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { inTurn, Request } from './pipeline.ts';
import type { TlsOptions } from './tls.ts';

/**
 * Creates an HTTP server, or an HTTPS server if it is given a certificate. A request that is not complete in time is
 * answered 408; a TLS handshake that is not complete in time ends its connection.
 */
export function createHttpServer(
  handshakeSeconds: number,
  onRequest: RequestListener,
  tls?: TlsOptions,
): Server {
  const handshakeMs = Math.ceil(handshakeSeconds * 1000);
  const timeouts = { headersTimeout: handshakeMs, requestTimeout: handshakeMs };
  const connectionsCheckingInterval = Math.min(1000, Math.ceil(handshakeMs / 2));
  const options = { ...timeouts, connectionsCheckingInterval, IncomingMessage: Request };
  const listener = inTurn(onRequest);
  if (tls === undefined) return createServer(options, listener);
  return createTlsServer({ ...options, ...tls, handshakeTimeout: handshakeMs }, listener);
}

const plainText = 'text/plain; charset=utf-8';

/** The path and query of a request's target, which may be a complete URL (RFC 9112 §3.2.2). */
export function targetOf(url = '/'): string {
  const target = url.replace(/^https?:\/\/[^/?]*/i, '');
  return target.startsWith('/') ? target : `/${target}`;
}

/** The path of a request's target, without the query. */
export const pathOf = (url?: string): string => targetOf(url).split('?', 1)[0] ?? '/';

/** Answers a request with a text. */
export function answer(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Why a request is refused, for whoever has sent it or has set the server up. The text has no line break at its end. */
export type Refusal = {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** The refusal as an answer, whose connection is closed. */
function answerOf({ text, headers }: Refusal) {
  const body = `${text}\n`;
  const fields: Record<string, string> = {
    connection: 'close',
    'content-type': plainText,
    'x-content-type-options': 'nosniff',
    'content-length': `${Buffer.byteLength(body)}`,
    ...headers,
  };
  return { body, fields };
}

/** Answers a request with a refusal. */
export function refuse(response: ServerResponse, refusal: Refusal): void {
  const { body, fields } = answerOf(refusal);
  response.writeHead(refusal.status, fields).end(body);
}

/** Answers all requests to a server without a page, which offers only WebSockets. */
export const refuseRequest: RequestListener = (_, response) =>
  refuse(response, {
    status: 426,
    text: 'This is a chat server: open a WebSocket.',
    headers: { upgrade: 'websocket' },
  });

/** Answers a handshake with a refusal. Node has already removed its own listeners from the socket. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  socket.on('error', () => {});
  // The peer need not close its side.
  socket.once('finish', () => socket.destroy());
  socket.end(`${headOf(refusal).join('\r\n')}\r\n\r\n${answerOf(refusal).body}`);
}

/** The first line and the headers of a refused handshake's answer. */
export function headOf(refusal: Refusal): string[] {
  const { status } = refusal;
  const fields = Object.entries(answerOf(refusal).fields);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
  ];
}

/** Where a server listens. The host is a name or an IP address. */
export type Address = { readonly host: string; readonly port: number };

/** The host as it stands in a URL: `127.0.0.1`, `[::1]`. */
export const formatHost = (host: string) => (host.includes(':') ? `[${host}]` : host);

/** The address as it stands in a URL: `127.0.0.1:5000`, `[::1]:5000`. */
export const formatAddress = ({ host, port }: Address) => `${formatHost(host)}:${port}`;

/** Listens. Resolves to the address, with the actual port in place of 0. Rejects with a StartError. */
export async function listen(server: NetServer, { host, port }: Address): Promise<Address> {
  await opened(server, { host, port }, (error) => {
    const place = formatAddress({ host, port });
    return error.code === 'EADDRINUSE'
      ? new StartError('PORT_TAKEN', `port ${port} is in use: another program listens on ${place}`)
      : new StartError('ADDRESS_UNUSABLE', `cannot listen on ${place}: ${inWords(error)}`);
  });
  return { host, port: (server.address() as AddressInfo).port };
}

/** Listens on a socket that is open already. Resolves to its address; a Unix socket has none. Rejects with a StartError. */
export async function listenOn(server: NetServer, fd: number): Promise<Address | undefined> {
  const toStartError = (error: NodeJS.ErrnoException) =>
    new StartError('ADDRESS_UNUSABLE', `cannot listen on descriptor ${fd}: ${inWords(error)}`);
  await opened(server, { fd }, toStartError);
  const at = server.address() as AddressInfo | null;
  return at === null ? undefined : { host: at.address, port: at.port };
}

/** Resolves once the server listens. */
function opened(
  server: NetServer,
  options: ListenOptions & { fd?: number },
  toStartError: (error: NodeJS.ErrnoException) => StartError,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(toStartError(error));
    server.once('error', onError);
    server.listen(options, () => {
      server.off('error', onError);
      resolve();
    });
  });
}

/** Serves connections that another process has accepted. Returns what takes each of them. */
export function receiving(server: Server): (socket: Socket) => void {
  // Node watches for slow requests only once a server listens.
  server.emit('listening');
  return (socket) => {
    // As Node's servers have them: a peer that has ended its side may still read the answer.
    socket.allowHalfOpen = true;
    server.emit('connection', socket);
  };
}
