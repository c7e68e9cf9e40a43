/** What a chat has on the network: its page, its own server, and the WebSockets of all servers that it is attached to. */
import type { IncomingMessage, Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Peer } from '../actors/guest.ts';
import type { Log } from '../actors/log.ts';
import { Admission, type AdmissionOptions } from './admission.ts';
import { Arrivals } from './arrivals.ts';
import { leftForConnections, limitConnections } from './descriptors.ts';
import type { Page } from './files.ts';
import { guardedPage } from './guard.ts';
import { tellHosts } from './hosts.ts';
import {
  type Address,
  createHttpServer,
  formatAddress,
  listen,
  listenOn,
  receiving,
  refuseRequest,
} from './http.ts';
import { networkHosts } from './network.ts';
import type { ChatConfig } from './options.ts';
import { createPage } from './page.ts';
import { reflectPeers } from './reflection.ts';
import { Certificate } from './tls.ts';
import { Upgrades, type UpgradesOptions } from './upgrades.ts';

/** How long a connection that has just been accepted may take to send its request when the server ends. */
const arrivalMs = 1000;

export type SiteOptions<Stream extends Duplex> = Pick<
  AdmissionOptions,
  'admit' | 'keys' | 'objectionTo' | 'onRefused' | 'log' | 'now'
> &
  Pick<UpgradesOptions<Stream>, 'streamOf' | 'onOpen'> & {
    countOnline: () => number;
    /** Puts the acts of moderators in front of the page. */
    withActs: (page: Page, senderOf: (request: IncomingMessage) => Peer) => Page;
    /** A connection has ended without a request: there are too many of its address, or its TLS handshake has failed. */
    onUnasked: (reason: 'tcp' | 'tls') => void;
  };

/** Takes connections that another process has accepted; `most` is how many there may be, if that is known. */
export type Receiver = { most: number | undefined; take: (socket: Socket) => void };

/** The address of a chat as a URL. A Unix socket has none. */
export function urlOf(address: Address | undefined, isSecure: boolean): string {
  const scheme = isSecure ? 'wss' : 'ws';
  return address === undefined ? `${scheme}+unix:` : `${scheme}://${formatAddress(address)}/`;
}

export class Site<Stream extends Duplex> {
  readonly page: Page;
  readonly #config: ChatConfig;
  readonly #log: Log;
  readonly #certificate: Certificate;
  readonly #admission: Admission;
  readonly #own: Server;
  readonly #arrivals: Arrivals;
  readonly #upgrades: Upgrades<Stream>;
  /** Where its own server listens, unless that is a Unix socket. */
  #address: Address | undefined;

  /** Throws a StartError if a file that the settings name cannot be used, or the page has not been built. */
  constructor(config: ChatConfig & { maxContent: number }, options: SiteOptions<Stream>) {
    const { log, countOnline, withActs, onUnasked } = options;
    const { handshakeTimeout, maxPayload: maxPayloadBytes } = config;
    this.#config = config;
    this.#log = log;
    this.#certificate = new Certificate(config, (text) => log({ kind: 'warning', text }));
    this.#admission = new Admission(config, {
      ...options,
      admitMs: handshakeTimeout * 1000,
      onCutOff: () => onUnasked('tcp'),
    });
    const refusalOf = (request: IncomingMessage) => this.#admission.readingRefusalOf(request);
    const isFull = (request: IncomingMessage) => this.#admission.isFull(request);
    const senderOf = (request: IncomingMessage) => this.#admission.senderOf(request);
    const hosts = async () => (this.#address === undefined ? [] : networkHosts(this.#address.host));
    const files = config.page
      ? tellHosts(createPage({ ...config, countOnline, isFull, refusalOf }), { senderOf, hosts })
      : refuseRequest;
    const page = this.#admission.explain(withActs(reflectPeers(files, senderOf), senderOf));
    this.page = guardedPage(page, log);
    const onRequest = guardedPage(
      this.#admission.screen((request, response) => page(request, response)),
      log,
    );
    this.#own = createHttpServer(handshakeTimeout, onRequest, this.#certificate.options);
    this.#certificate.serve(this.#own, () => onUnasked('tls'));
    this.#arrivals = new Arrivals(this.#own);
    this.#admission.guard(this.#own);
    this.#upgrades = new Upgrades({
      ...options,
      maxPayloadBytes,
      showsOwn: config.showOwn,
      admission: this.#admission,
      onAnswered: (socket) => this.#arrivals.answered(socket),
    });
    this.attach(this.#own);
  }

  /** The address of its own server, unless that listens on a Unix socket or not at all. */
  get address(): (Address & { isSecure: boolean }) | undefined {
    return this.#address && { ...this.#address, isSecure: this.#isSecure };
  }

  get #isSecure(): boolean {
    return this.#certificate.options !== undefined;
  }

  /** What there is to say of it in numbers. */
  get facts() {
    return { maxConnections: this.#admission.most, certificateExpiry: this.#certificate.expiry };
  }

  /** Listens (see `Chat`). Resolves to the address as a URL. Rejects with a StartError. */
  async listen(fd: number | undefined): Promise<string> {
    const own = this.#own;
    this.#address = fd === undefined ? await listen(own, this.#config) : await listenOn(own, fd);
    this.#admission.reserve(limitConnections(own, this.#log) ?? Number.POSITIVE_INFINITY);
    return urlOf(this.#address, this.#isSecure);
  }

  /** Serves what another process accepts at this address, in place of listening (see `Receiver`). */
  receive(address: Address | undefined): Receiver {
    this.#address = address;
    const most = leftForConnections();
    this.#admission.reserve(most ?? Number.POSITIVE_INFINITY);
    return { most, take: receiving(this.#own) };
  }

  /** Takes the WebSockets of a server, all or those of one path, until the returned function is called. */
  attach(server: Server, path?: string): () => void {
    return this.#upgrades.attach(server, path);
  }

  /** Takes other settings. Throws a StartError, and changes nothing, if a file that they name cannot be used. */
  change(config: ChatConfig): void {
    const changeCertificate = this.#certificate.prepare(config);
    this.#admission.change(config);
    changeCertificate();
  }

  /** Takes no more connections. Those that its own server has accepted are served, since nobody else will do it. */
  close(): void {
    // The method of HTTP servers would cut off those that have not sent their request yet (Node 26).
    NetServer.prototype.close.call(this.#own);
    this.#upgrades.detach(this.#own);
  }

  /** Waits until those have been served, and takes nothing more. */
  async finish(): Promise<void> {
    await this.#arrivals.settled(arrivalMs);
    this.#upgrades.detach();
    this.#own.close();
    this.#own.closeAllConnections();
  }

  /** Lets go of what has not finished a TLS handshake. */
  end(): void {
    this.#certificate.end();
  }
}
