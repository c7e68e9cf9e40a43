/** Peers that the inspector opens for the page, since no browser can do what they do; and the disk, which it can fill. */
import type { Deed, Outcome } from '../../src/inspect/faults/orders.ts';
import { waitFor } from './wait.ts';

/** Milliseconds that an answer of the inspector may take. */
const patience = 20_000;

export class Peer {
  readonly name: string;
  /** Of its connection. */
  readonly session: string | undefined;
  /** The code that it was closed with; 1006 if with none. */
  readonly closed: Promise<number>;
  readonly #peers: Peers;

  constructor(peers: Peers, name: string, session: string | undefined) {
    this.#peers = peers;
    this.name = name;
    this.session = session;
    this.closed = peers.next((told) => isOf(told, name) && told.status === 'closed' && told.code, Infinity);
  }

  /** Resolves when it does it. */
  async do(deed: Deed): Promise<void> {
    this.#peers.order({ do: deed, peer: this.name });
    await this.#peers.next((told) => isOf(told, this.name) && told.status === 'done' && told.did === deed);
  }

  /** Ends its chatter: which peers it has seen leave. */
  async rest(): Promise<string[]> {
    this.#peers.order({ do: 'rest', peer: this.name });
    return this.#peers.next((told) => isOf(told, this.name) && told.status === 'resting' && told.left);
  }
}

const isOf = (told: Outcome, name: string): told is Outcome & { type: '@chat.peer' } =>
  told.type === '@chat.peer' && told.peer === name;

export class Peers {
  readonly #order: (order: object) => void;
  readonly #listeners = new Set<(told: Outcome) => void>();
  #made = 0;

  /** `order` takes an order to the inspector. */
  constructor(order: (order: object) => void) {
    this.#order = order;
  }

  order(order: object): void {
    this.#order(order);
  }

  hear(told: Outcome): void {
    for (const listener of this.#listeners) listener(told);
  }

  /** A connection that holds a nickname. Rejects when it cannot be. */
  async open(nickname: string): Promise<Peer> {
    const name = `peer ${++this.#made}`;
    this.#order({ do: 'open', peer: name, nickname });
    const { session } = await this.next((told) => isOf(told, name) && told.status === 'open' && told);
    return new Peer(this, name, session);
  }

  async setFull(isFull: boolean): Promise<void> {
    this.#order({ do: isFull ? 'fill' : 'free' });
    await this.next((told) => told.type === '@chat.disk' && told.isFull === isFull);
  }

  /** What is made of the first that is told and anything can be made of. Rejects at an error, or when it does not come. */
  next<Made>(make: (told: Outcome) => Made | false, milliseconds = patience): Promise<Made> {
    return waitFor(
      (onFound, onFailed) => {
        const listener = (told: Outcome) => {
          const made = make(told);
          if (made !== false) onFound(made);
          else if ('error' in told && milliseconds !== Infinity) onFailed(told.error);
        };
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      milliseconds,
      'the inspector did not answer',
    );
  }
}
