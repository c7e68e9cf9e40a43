/** Decides who is let in, before the upgrade. Each refusal is an HTTP status, a short text, and an entry in the log. */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Guest, Handshake } from '../actors/guest.ts';
import type { Log } from '../actors/log.ts';
import { isLoopback } from './address.ts';
import { AdmissionError, type Admit, type Admitted, consult } from './admit.ts';
import { Crowd } from './crowd.ts';
import { Door } from './door.ts';
import { doubtOf } from './doubt.ts';
import type { Page } from './files.ts';
import { type Sender, senderOf } from './forwarded.ts';
import { handshakeOf, isHandshake } from './handshake.ts';
import { headOf, refuse, refuseUpgrade } from './http.ts';
import type { Keys } from './keys.ts';
import { nameRefusal } from './names.ts';
import { mayConnect } from './origins.ts';
import { guestOf, type Pass, passWith } from './passes.ts';
import { type AdmissionRefusal, refusals } from './refusals.ts';
import { type Rules, type RulesConfig, readRules } from './rules.ts';
import { tokenIn } from './tokens.ts';

/** How much of the file descriptors for connections is for WebSockets. The others are answered with them. */
const openShare = 7 / 8;

export type AdmissionOptions = {
  admit: Admit | undefined;
  /** How long the program may take for its say. */
  admitMs: number;
  /** A TCP connection was cut off before its request. */
  onCutOff: () => void;
  keys: Keys;
  /** Why nobody from an address may come, by its key; a moderator may not be concerned. */
  objectionTo: (address: string, moderator: string | undefined) => string | undefined;
  onRefused: (handshake: () => Handshake) => void;
  log: Log;
  /** A monotonic clock, in milliseconds. */
  now: () => number;
};

export class Admission {
  readonly #options: AdmissionOptions;
  #rules: Rules;
  readonly #strangers: Crowd;
  /** Peers on this machine, which have only the limits that are set. */
  readonly #locals: Crowd;
  readonly #tcp: Crowd;
  readonly #door: Door;
  /** The chat's own server. */
  #own: Server | undefined;
  /** How many WebSockets there are file descriptors for. */
  #room = Number.POSITIVE_INFINITY;
  /** How many WebSockets are open, or being opened. */
  #open = 0;
  readonly #said = new Set<string>();

  /** Throws a StartError if the access tokens cannot be read. */
  constructor(config: RulesConfig, options: AdmissionOptions) {
    this.#options = options;
    this.#rules = readRules(config, (text) => this.#warn(text));
    const { limits, localLimits, tcpLimits } = this.#rules;
    this.#strangers = new Crowd(limits, options.now);
    this.#locals = new Crowd(localLimits, options.now);
    this.#tcp = new Crowd(tcpLimits, options.now);
    this.#door = new Door({
      ...options,
      crowd: this.#tcp,
      isTrusted: (address) => this.#rules.isTrusted(address),
    });
  }

  /** Applies other settings to those who come from now on. Throws a StartError, and changes nothing, if it cannot. */
  change(config: RulesConfig): void {
    this.#rules = readRules(config, (text) => this.#warn(text));
    const { limits, localLimits, tcpLimits } = this.#rules;
    this.#strangers.change(limits);
    this.#locals.change(localLimits);
    this.#tcp.change(tcpLimits);
  }

  /** Guards the chat's own server: its TCP connections, and the names that it is asked for. */
  guard(server: Server): void {
    this.#own = server;
    this.#door.guard(server);
  }

  /** Says that a server has file descriptors for so many connections. */
  reserve(connections: number): void {
    this.#room = Math.floor(connections * openShare);
  }

  /** Wraps the listener of the chat's own server, so that it answers under its names only. */
  screen(listener: RequestListener): RequestListener {
    return (request, response) => {
      const sender = this.senderOf(request);
      const refusal = nameRefusal(request, sender, this.#rules, this.#own);
      if (refusal === undefined) listener(request, response);
      else this.#answer(response, sender, refusal);
    };
  }

  /** Answers handshakes that have arrived as ordinary requests with what they lack. All other requests go to the page. */
  explain(page: Page): Page {
    return (request, response, next) => {
      const refusal = isHandshake(request) ? refusals.proxy(request) : undefined;
      if (refusal === undefined) page(request, response, next);
      else this.#answer(response, this.senderOf(request), refusal);
    };
  }

  /** Who has sent a request, as far as can be believed. */
  senderOf(request: IncomingMessage): Sender {
    const sender = senderOf(request, this.#rules.isTrusted);
    const doubt = doubtOf(sender, request.headers, this.#rules.ownNames);
    if (doubt !== undefined) this.#warn(doubt.text, doubt.kind);
    return sender;
  }

  /** The most WebSockets that may be open. */
  get most(): number {
    return Math.min(this.#rules.maxConnections, this.#room);
  }

  /** Whether there is no room for a WebSocket of whoever sends this request. */
  isFull(request: IncomingMessage): boolean {
    const sender = this.senderOf(request);
    return this.#open >= this.most || this.#crowdOf(sender).isFull(sender.key);
  }

  /**
   * Why a request may not read what only those are told who are let in, if it may not. A wrong token takes the place of a
   * connection, so that nobody can try more of them here than at the door.
   */
  readingRefusalOf(request: IncomingMessage): AdmissionRefusal | undefined {
    const sender = this.senderOf(request);
    const { key } = sender;
    const crowd = this.#crowdOf(sender);
    if (this.#rules.tokens === undefined && this.#banOf(key) === undefined) return undefined;
    const waitMs = crowd.waitMs(key);
    const pass = waitMs > 0 ? refusals.rate(waitMs) : this.#tokenPass(request, sender);
    const refusal = 'status' in pass ? pass : this.#banOf(key, pass.moderator);
    if (refusal === undefined) return undefined;
    crowd.come(key);
    this.#tell(sender, refusal);
    return refusal;
  }

  /** Decides on a handshake. Calls `onGuest` if it is let in: at once, unless a program has a say. */
  take(request: IncomingMessage, socket: Duplex, server: Server, onGuest: (guest: Guest) => void): void {
    if (socket.destroyed) return;
    const sender = this.senderOf(request);
    const named = server === this.#own ? nameRefusal(request, sender, this.#rules, this.#own) : undefined;
    const fault = refusals.proxy(request) ?? refusals.handshake(request);
    const pass = fault ?? named ?? this.#passOf(request, sender);
    if ('status' in pass) {
      this.#refuse(request, socket, pass);
      return;
    }
    const { admit, keys } = this.#options;
    const { registerMs } = this.#rules;
    const leave = this.#crowdOf(sender).open(sender.key);
    this.#open++;
    socket.once('close', () => this.#open--);
    socket.once('close', leave);
    const onAdmitted = (admitted: Admitted) => {
      const guest = { ...guestOf(admitted, pass, keys), peer: sender, registerMs, leave };
      const ban = this.#banOf(sender.key, guest.moderator());
      if (ban === undefined) onGuest(guest);
      else this.#refuse(request, socket, ban);
    };
    if (admit === undefined) onAdmitted({});
    else void this.#ask(admit, request, sender, onAdmitted);
  }

  /** Refuses a handshake that was let in and proves to be invalid. */
  turnBack(request: IncomingMessage, socket: Duplex, text: string): void {
    this.#refuse(request, socket, refusals.invalid(text));
  }

  /** Leaves the decision to the program. Nothing comes of it if the peer has gone meanwhile. */
  async #ask(
    admit: Admit,
    request: IncomingMessage,
    sender: Sender,
    onAdmitted: (admitted: Admitted) => void,
  ): Promise<void> {
    const { socket } = request;
    try {
      const admitted = await consult(admit, request, sender.address, this.#options.admitMs);
      if (!socket.destroyed) onAdmitted(admitted);
    } catch (error) {
      if (!(error instanceof AdmissionError))
        this.#options.log({ kind: 'error', connection: undefined, error });
      if (!socket.destroyed) this.#refuse(request, socket, refusals.admit(error));
    }
  }

  #passOf(request: IncomingMessage, sender: Sender): Pass | AdmissionRefusal {
    const { origins, requireOrigin, maxConnections } = this.#rules;
    const { origin, host } = request.headers;
    const asked = { origin, host, scheme: sender.scheme, isLoopback: isLoopback(sender.address) };
    if (!mayConnect(asked, origins, requireOrigin)) return refusals.origin(origin);
    const crowd = this.#crowdOf(sender);
    const waitMs = crowd.come(sender.key);
    if (waitMs > 0) return refusals.rate(waitMs);
    const pass = this.#tokenPass(request, sender);
    if ('status' in pass) return pass;
    if (this.#open >= this.most) {
      if (this.#room < maxConnections)
        this.#warn(`there are file descriptors for no more than ${this.#room} WebSockets`);
      return refusals.full();
    }
    return crowd.isFull(sender.key) ? refusals.address() : pass;
  }

  #tokenPass(request: IncomingMessage, { key }: Sender): Pass | AdmissionRefusal {
    return passWith(tokenIn(request), key, { tokens: this.#rules.tokens, keys: this.#options.keys });
  }

  /** What keeps out an address that is banned. */
  #banOf(key: string, moderator?: string): AdmissionRefusal | undefined {
    const objection = this.#options.objectionTo(key, moderator);
    return objection === undefined ? undefined : refusals.banned(objection);
  }

  #crowdOf({ isLocal }: Sender): Crowd {
    return isLocal ? this.#locals : this.#strangers;
  }

  #refuse(request: IncomingMessage, socket: Duplex, refusal: AdmissionRefusal): void {
    this.#tell(this.senderOf(request), refusal);
    this.#options.onRefused(() => handshakeOf(request, headOf(refusal)));
    refuseUpgrade(socket, refusal);
  }

  #answer(response: ServerResponse, sender: Sender, refusal: AdmissionRefusal): void {
    this.#tell(sender, refusal);
    refuse(response, refusal);
  }

  #tell({ address }: Sender, { status, reason }: AdmissionRefusal): void {
    this.#options.log({ kind: 'rejection', address, status, reason });
  }

  /** Warns the host once of a text, or of what the texts have in common. */
  #warn(text: string, of = text): void {
    if (!this.#said.has(of)) this.#options.log({ kind: 'warning', text });
    this.#said.add(of);
  }
}
