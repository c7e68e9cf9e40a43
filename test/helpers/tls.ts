import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { ChatOptions } from '../../src/chat.ts';
import type { CertificateFiles } from './certificate.ts';
import { newServer } from './server.ts';

/** Trusts the certificate as it is now. */
export const trust = ({ cert }: CertificateFiles) => ({ ca: readFileSync(cert) });

/** Starts a server with this certificate. */
export function newTlsServer(files: CertificateFiles, options: ChatOptions = {}) {
  return newServer({ ...options, tlsCert: files.cert, tlsKey: files.key });
}

/** Opens a TLS connection. Rejects if the handshake fails. Destroyed after the test. */
export async function newTlsPeer(url: string, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false, ...options });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  socket.on('error', () => {});
  return socket;
}

/** Resolves to the name for which the server has a certificate now. */
export async function nameOf(url: string): Promise<unknown> {
  const socket = await newTlsPeer(url);
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return name;
}

/** Resolves to what an https:// address answers. */
export async function fetchTls(
  url: string,
  options: RequestOptions,
): Promise<{ status: number; body: string }> {
  const [response] = await once(get(url, { agent: false, ...options }), 'response');
  return { status: response.statusCode, body: await text(response) };
}
