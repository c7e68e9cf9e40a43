/**
 * Which connection each client of the page is the other end of. Nobody says so: it is told by when the connection
 * appeared, and by what it has got since.
 */

type Hunt = {
  since: number;
  /** Connections that appeared as it connected. */
  candidates: Set<string>;
  /** Of its last request: the event that its connection gets, and those that have got it since. */
  type: string | undefined;
  seen: Set<string>;
};

/** Milliseconds after its connecting that a client's connection may be told of. */
const birthTime = 1500;

export class Hunts {
  readonly #clients: ReadonlyMap<string, { session: string | undefined }>;
  readonly #hunts = new Map<string, Hunt>();

  /** Notes in the clients, by their ids, which sessions are theirs. */
  constructor(clients: ReadonlyMap<string, { session: string | undefined }>) {
    this.#clients = clients;
  }

  /** A client connects. */
  begin(id: string, at: number): void {
    this.#hunts.set(id, { since: at, candidates: new Set(), type: undefined, seen: new Set() });
  }

  /** It is over. */
  end(id: string): void {
    this.#hunts.delete(id);
  }

  /** A connection has appeared. */
  born(session: string, at: number): void {
    for (const [id, { since, candidates }] of this.#hunts) {
      if (at - since > birthTime) continue;
      candidates.add(session);
      this.#take(id, candidates);
    }
  }

  /** A client has sent what its connection gets as an event of this type. */
  sent(id: string, type: string): void {
    const hunt = this.#hunts.get(id);
    if (hunt === undefined) return;
    hunt.type = type;
    hunt.seen = new Set();
  }

  /** A connection got an event; of those that may be a client's, one that got what it sent. */
  got(session: string, type: string): void {
    for (const { type: expected, candidates, seen } of this.#hunts.values())
      if (expected === type && candidates.has(session)) seen.add(session);
  }

  /** A client's reply is there, so its connection has got the request: was it the one that it is taken for? */
  answered(id: string): void {
    const client = this.#clients.get(id);
    const hunt = this.#hunts.get(id);
    if (client === undefined || hunt?.type === undefined || hunt.seen.size === 0) return;
    const [first] = hunt.seen;
    const isRight = client.session !== undefined && hunt.seen.has(client.session);
    if (!isRight && hunt.seen.size > 1) return;
    if (!isRight) client.session = first;
    this.#hunts.delete(id);
  }

  /** The first that appears: clients of this page connect one after another, and others seldom at the same time. */
  #take(id: string, candidates: ReadonlySet<string>): void {
    const taken = new Set(Array.from(this.#clients.values(), ({ session }) => session));
    const [free] = [...candidates].filter((session) => !taken.has(session));
    const client = this.#clients.get(id);
    if (client !== undefined) client.session ??= free;
  }
}
