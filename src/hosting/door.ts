import type { Server, Socket } from 'node:net';
import type { Log } from '../actors/log.ts';
import { addressOf, type Ends, isLoopback, type Networks, peerOf } from './address.ts';
import type { Crowd } from './crowd.ts';
import { Seldom } from './seldom.ts';

/** What the door needs of a connection. */
type Arrival = Ends &
  Pick<Socket, 'destroy'> & {
    once: (event: 'close', listener: () => void) => unknown;
  };

export type DoorOptions = {
  crowd: Crowd;
  /** Proxies, whose connections are those of many. */
  isTrusted: Networks;
  /** A connection was cut off. */
  onCutOff: () => void;
  log: Log;
  /** A monotonic clock, in milliseconds. */
  now: () => number;
};

/**
 * Limits the TCP connections of each address before anything is read, so that those who reconnect whenever they are cut off
 * cost as little as can be. The limits leave room for the requests of many browsers behind one address.
 */
export class Door {
  readonly #options: DoorOptions;
  /** Node is told of a connection again when it serves a request on it without the upgrade that was offered. */
  readonly #known = new WeakSet<Arrival>();
  readonly #saying: Seldom;
  #cutOff = 0;

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#saying = new Seldom(options.now);
  }

  /** Stands at the door of a server, whose other listeners learn only of connections that are taken. */
  guard(server: Server): void {
    const inside = server.listeners('connection') as ((socket: Socket) => void)[];
    server.removeAllListeners('connection');
    server.on('connection', (socket) => {
      if (this.take(socket)) for (const listen of inside) listen.call(server, socket);
    });
  }

  /** Takes a new connection, or destroys it and returns false. */
  take(socket: Arrival): boolean {
    const { crowd, isTrusted, onCutOff } = this.#options;
    const { address, key } = peerOf(addressOf(socket));
    if (this.#known.has(socket) || isLoopback(address) || isTrusted(address)) return true;
    this.#known.add(socket);
    if (crowd.isFull(key) || crowd.come(key) > 0) {
      socket.destroy();
      onCutOff();
      this.#say(address);
      return false;
    }
    socket.once('close', crowd.open(key));
    return true;
  }

  /** Says how many were cut off, once a minute at most. */
  #say(address: string | undefined): void {
    this.#cutOff++;
    if (!this.#saying.isDue()) return;
    this.#options.log({
      kind: 'warning',
      text: `too many TCP connections: cut off ${this.#cutOff}, the last of ${address}`,
    });
    this.#cutOff = 0;
  }
}
