/**
 * What is wrong with the handshake of a WebSocket, in words for whoever set the server up. Usually a proxy on its way has
 * dropped what it does not know, so that it arrives as an ordinary request.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Handshake } from '../actors/guest.ts';
import type { Refusal } from './http.ts';

const proxyAdvice = `A proxy in front of this server must pass WebSockets on. In nginx, beside its proxy_pass:

    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";`;

/** Whether a request is a handshake, complete or not. A browser opening a page sends none of these headers. */
export const isHandshake = ({ headers }: { headers: IncomingHttpHeaders }) =>
  headers['sec-websocket-key'] !== undefined ||
  headers['sec-websocket-version'] !== undefined ||
  headers.upgrade?.toLowerCase() === 'websocket';

/** What a handshake has lost on its way, if anything (RFC 6455 §4.2.1). */
export function lossIn({ httpVersion, headers }: IncomingMessage): Refusal | undefined {
  const lost = [
    Number(httpVersion) < 1.1 ? `HTTP/1.1 (it came as HTTP/${httpVersion})` : undefined,
    headers.upgrade?.toLowerCase() === 'websocket' ? undefined : 'the header "Upgrade: websocket"',
    /\bupgrade\b/i.test(headers.connection ?? '') ? undefined : 'the header "Connection: Upgrade"',
  ].filter((one) => one !== undefined);
  if (lost.length === 0) return undefined;
  return {
    status: 426,
    text: `This handshake of a WebSocket lacks ${lost.join(', ')}.\n\n${proxyAdvice}`,
    headers: { upgrade: 'websocket' },
  };
}

/** Why a handshake that has lost nothing cannot be accepted, if it cannot. */
export function mistakeIn({ method, headers }: IncomingMessage): Refusal | undefined {
  if (method !== 'GET')
    return {
      status: 405,
      text: `A WebSocket is opened with GET, not ${method}.`,
      headers: { allow: 'GET' },
    };
  if (!/^[+/\dA-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? ''))
    return { status: 400, text: 'This handshake of a WebSocket lacks a valid Sec-WebSocket-Key.' };
  if (!/^(?:8|13)$/.test(headers['sec-websocket-version'] ?? ''))
    return {
      status: 426,
      text: 'This server speaks version 13 of the WebSocket protocol.',
      headers: { upgrade: 'websocket', 'sec-websocket-version': '13' },
    };
  return undefined;
}

/** The lines of a request, and of the response that it has got. */
export function handshakeOf(request: IncomingMessage, response: readonly string[]): Handshake {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return { request: lines, response };
}
