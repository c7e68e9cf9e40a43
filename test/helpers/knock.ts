import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';

export type Answer = {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** The connection, if it was upgraded. Destroyed after the test. */
  socket?: Duplex;
};

/** The headers of a WebSocket's handshake. */
const handshake = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** Asks for a WebSocket with further headers. Resolves to the answer. */
export const knock = (url: string, headers: OutgoingHttpHeaders = {}) =>
  get(url, { ...handshake, ...headers });

/** Asks for a page with these headers. Resolves to the answer. */
export function get(url: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url.replace('ws:', 'http:'), { headers, agent: false });
    asked.on('error', reject);
    asked.on('upgrade', ({ statusCode: status = 0, headers }, socket) => {
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => {});
      resolve({ status, headers, body: '', socket });
    });
    asked.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    asked.end();
  });
}
