/**
 * Keeps HTTP requests from delaying the chat. A connection has one request under way; the next one is handled when the
 * peer has read the answer. All connections together have a few requests handled in each turn of the event loop.
 */
import { IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The most requests of one connection that may be unanswered. Browsers send the next one after the answer. */
const mostUnanswered = 8;
/** How many requests are handled in one turn of the event loop. */
const requestsPerTurn = 2;
/** How long a peer may take to read the answers to what it has asked for. */
const usualReadMs = 60_000;

type Job = () => void;

/**
 * Wraps a request listener. Connections that ask for too much at once, or do not read what they have asked for, are cut
 * off.
 */
export function inTurn<Rest extends unknown[]>(
  listener: (request: IncomingMessage, response: ServerResponse, ...rest: Rest) => void,
  readMs = usualReadMs,
): typeof listener {
  const turns = new Turns();
  const backlogs = new WeakMap<Socket, Backlog>();
  return (request, response, ...rest) => {
    const { socket } = request;
    if (socket.destroyed) return;
    const backlog = backlogs.get(socket) ?? new Backlog(socket, turns, readMs);
    backlogs.set(socket, backlog);
    backlog.add(response, () => listener(request, response, ...rest));
  };
}

/** The unanswered requests of one connection. */
class Backlog {
  readonly #socket: Socket;
  readonly #turns: Turns;
  readonly #readMs: number;
  /** The first one is under way. */
  readonly #jobs: Job[] = [];
  #late: NodeJS.Timeout | undefined;

  constructor(socket: Socket, turns: Turns, readMs: number) {
    this.#socket = socket;
    this.#turns = turns;
    this.#readMs = readMs;
    socket.once('close', () => clearTimeout(this.#late));
  }

  add(response: ServerResponse, job: Job): void {
    if (this.#jobs.push(job) > mostUnanswered) {
      this.#socket.destroy();
      return;
    }
    response.once('close', () => this.#answered());
    if (this.#jobs.length > 1) return;
    this.#late = setTimeout(() => this.#socket.destroy(), this.#readMs);
    this.#turns.run(job);
  }

  #answered(): void {
    this.#jobs.shift();
    const [next] = this.#jobs;
    if (next === undefined) clearTimeout(this.#late);
    else if (!this.#socket.destroyed) this.#turns.run(next);
  }
}

/** Runs jobs in their order, a few in each turn of the event loop. */
class Turns {
  readonly #jobs: Job[] = [];
  #left = requestsPerTurn;

  run(job: Job): void {
    this.#jobs.push(job);
    this.#work();
  }

  #work(): void {
    for (; this.#left > 0 && this.#jobs.length > 0; this.#left--) {
      if (this.#left === requestsPerTurn) setImmediate(() => this.#beginTurn());
      this.#jobs.shift()?.();
    }
  }

  #beginTurn(): void {
    this.#left = requestsPerTurn;
    this.#work();
  }
}

/**
 * A request that seems to ask for an upgrade if its connection has been destroyed. Node passes on all requests in a packet,
 * which can be a thousand, but it stops reading behind one that asks for an upgrade.
 */
export class Request extends IncomingMessage {
  declare isUpgrade: boolean | null;

  get upgrade(): boolean | null {
    return this.isUpgrade || this.socket.destroyed;
  }

  /** Set by Node, first by the constructor. */
  set upgrade(isUpgrade: boolean | null) {
    this.isUpgrade = isUpgrade;
  }
}
