/**
 * The port of all workers. The primary accepts each connection and hands it, unread, to the worker that has the fewest. So
 * the port stays open whatever becomes of the workers, and a worker that leaves has got every connection that was sent to it.
 */
import { createServer, type Socket } from 'node:net';
import type { Log } from '../actors/log.ts';
import { limitConnections, noRoom } from '../hosting/descriptors.ts';
import { type Address, listen, listenOn } from '../hosting/http.ts';
import { Seldom } from '../hosting/seldom.ts';
import type { Worker } from './worker.ts';

type Place = {
  /** The most connections that the worker can have. */
  readonly most: number;
  count: number;
  /** Whether one is on its way. The next one waits here, so that few are lost to a worker that hangs. */
  isBusy: boolean;
};

export class Gate {
  readonly #server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => {});
    this.#waiting.push(socket);
    this.#serve();
  });
  readonly #places = new Map<Worker, Place>();
  readonly #waiting: Socket[] = [];
  readonly #log: Log;
  readonly #saying = new Seldom(() => performance.now());

  constructor(log: Log) {
    this.#log = log;
  }

  /** Listens, on the socket that is open as this descriptor if there is one. Resolves and rejects as they do in http.ts. */
  async listen(address: Address, fd: number | undefined): Promise<Address | undefined> {
    const found = await (fd === undefined ? listen(this.#server, address) : listenOn(this.#server, fd));
    limitConnections(this.#server, this.#log);
    return found;
  }

  /** The worker gets connections from now on, but has no more than `most` at a time. */
  add(worker: Worker, most = Number.POSITIVE_INFINITY): void {
    this.#places.set(worker, { most, count: 0, isBusy: false });
    this.#serve();
  }

  /** The worker has the connection that was sent to it. */
  taken(worker: Worker): void {
    const place = this.#places.get(worker);
    if (place === undefined) return;
    place.isBusy = false;
    this.#serve();
  }

  /** One of the worker's connections has ended. */
  lost(worker: Worker): void {
    const place = this.#places.get(worker);
    if (place !== undefined) place.count--;
  }

  /** The worker gets no more connections. */
  remove(worker: Worker): void {
    this.#places.delete(worker);
  }

  /** Stops accepting, and hands over all that it has accepted. */
  close(): void {
    this.#server.close();
    for (const socket of this.#waiting.splice(0)) this.#give(socket, [...this.#places]);
  }

  #serve(): void {
    const [...places] = this.#places;
    const open = places.filter(([, { count, most }]) => count < most);
    // They wait for the next worker if there is none, but not for others to leave.
    if (open.length === 0 && places.length > 0) this.#refuse();
    const free = open.filter(([, { isBusy }]) => !isBusy);
    if (free.length === 0) return;
    const socket = this.#waiting.shift();
    if (socket === undefined) return;
    this.#give(socket, free);
    this.#serve();
  }

  /** Sends a connection to the one of these workers that has the fewest. */
  #give(socket: Socket, places: [Worker, Place][]): void {
    const [first, ...others] = places;
    if (first === undefined) {
      socket.destroy();
      return;
    }
    const [worker, place] = others.reduce((best, one) => (one[1].count < best[1].count ? one : best), first);
    place.count++;
    place.isBusy = true;
    worker.send({ type: 'connection' }, socket);
  }

  #refuse(): void {
    for (const socket of this.#waiting.splice(0)) {
      socket.destroy();
      const most = [...this.#places.values()].reduce((sum, place) => sum + place.most, 0);
      if (this.#saying.isDue()) this.#log({ kind: 'warning', text: noRoom(most) });
    }
  }
}
