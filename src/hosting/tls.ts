/** The certificate of a server and its key, in files that can be read again while it runs. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createSecureContext, Server as TlsServer } from 'node:tls';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { text, type Values } from './settings.ts';
import { readSmallFile } from './small-file.ts';

export const tlsSettings = {
  /** File of a certificate chain in PEM, for `wss://` and `https://`. Default none. */
  tlsCert: text.optional().meta({
    description: 'file of a certificate chain in PEM, for wss:// and https://',
    unset: 'none',
    must: 'the path of a file',
    isPath: true,
  }),
  /** File of the certificate's key in PEM. Default none. */
  tlsKey: text.optional().meta({
    description: "file of the certificate's key in PEM",
    unset: 'none',
    must: 'the path of a file',
    isPath: true,
  }),
};

/** What Node's TLS servers take. */
export type TlsOptions = { cert: Buffer; key: Buffer; minVersion: 'TLSv1.2' };

type Files = Values<typeof tlsSettings>;
type Credentials = { path: string; options: TlsOptions; validFrom: Date; validTo: Date };

const dayMs = 86_400_000;
/** From when on an expiry is warned of: authorities renew a month before, and clients of theirs try every day. */
const warnDays = 14;

/** Reads both files. `undefined` if neither is named. Throws a StartError that names the file that cannot be used. */
function readCredentials({ tlsCert, tlsKey }: Files): Credentials | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined)
    throw new StartError('CONFIG_INVALID', '--tls-cert and --tls-key must be given together');
  const minVersion = 'TLSv1.2';
  const [cert, certificate] = use(tlsCert, 'certificate', (cert) => {
    createSecureContext({ cert, minVersion });
    return new X509Certificate(cert);
  });
  const [key, secret] = use(tlsKey, 'key', createPrivateKey);
  if (!certificate.checkPrivateKey(secret))
    throw new StartError('TLS_UNUSABLE', `the TLS key ${tlsKey} is not that of the certificate ${tlsCert}`);
  const options = { cert, key, minVersion } as const;
  const [validFrom, validTo] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  return { path: tlsCert, options, validFrom, validTo };
}

/** Reads a file and makes something of it, such as a key. */
function use<Made>(path: string, what: string, make: (pem: Buffer) => Made): [Buffer, Made] {
  try {
    const { content } = readSmallFile(path);
    return [content, make(content)];
  } catch (error) {
    const { reason } = error as { reason?: string };
    const cause = reason === undefined ? inWords(error) : `it cannot be read as PEM: ${reason}`;
    throw new StartError('TLS_UNUSABLE', `cannot use the TLS ${what} ${path}: ${cause}`);
  }
}

/** Says so if the certificate is not valid now, or will not be soon. */
function expiryWarning({ path, validFrom, validTo }: Credentials, now: Date): string | undefined {
  const certificate = `the TLS certificate ${path}`;
  if (now < validFrom) return `${certificate} is not valid before ${validFrom.toISOString()}`;
  const days = Math.floor((validTo.getTime() - now.getTime()) / dayMs);
  if (days >= warnDays) return undefined;
  if (days < 0) return `${certificate} expired on ${validTo.toISOString()}`;
  return `${certificate} expires in ${days === 1 ? '1 day' : `${days} days`}, on ${validTo.toISOString()}`;
}

/** The certificate of one server, which can change while the server runs. */
export class Certificate {
  readonly #warn: (text: string) => void;
  #credentials: Credentials | undefined;
  #server: TlsServer | undefined;
  /** The connections under those of TLS. The HTTP server does not know them before their TLS handshake is over. */
  readonly #sockets = new Set<Socket>();

  /** Reads the files, if there are any. Throws a StartError that names the one that cannot be used. */
  constructor(files: Files, warn: (text: string) => void) {
    this.#warn = warn;
    this.#take(readCredentials(files));
  }

  /** What the server is made with; `undefined` for a server without TLS. */
  get options(): TlsOptions | undefined {
    return this.#credentials?.options;
  }

  /** When the certificate expires. */
  get expiry(): Date | undefined {
    return this.#credentials?.validTo;
  }

  /** Looks after the server that was made with the options. `onFailed` is called when a TLS handshake has failed. */
  serve(server: Server, onFailed: () => void): void {
    if (!(server instanceof TlsServer)) return;
    this.#server = server;
    server.on('tlsClientError', onFailed);
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /**
   * Reads other files, or the same ones again. Throws like the constructor. Returns a function with which they hold for
   * new connections; a server without TLS stays without it, and one with TLS keeps its own if none are given.
   */
  prepare(files: Files): () => void {
    const credentials = readCredentials(files);
    return () => {
      if (this.#server === undefined || credentials === undefined) return;
      this.#server.setSecureContext(credentials.options);
      this.#take(credentials);
    };
  }

  /** Cuts off whatever is left, which is handshakes that are under way. */
  end(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #take(credentials: Credentials | undefined): void {
    this.#credentials = credentials;
    const warning = credentials && expiryWarning(credentials, new Date());
    if (warning !== undefined) this.#warn(warning);
  }
}
