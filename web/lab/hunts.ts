/**
 * Which connection each client of the page is the other end of. Nobody says so: it is told by when the connection
 * appeared, and by the lengths of the frames that it has got since.
 */

type Hunt = {
  since: number;
  /** Connections that appeared as it connected. */
  candidates: Set<string>;
  /** Of its last request: its length, and those that have got one of that length since. */
  bytes: number | undefined;
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
    this.#hunts.set(id, { since: at, candidates: new Set(), bytes: undefined, seen: new Set() });
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

  /** A client has sent a frame. */
  sent(id: string, bytes: number): void {
    const hunt = this.#hunts.get(id);
    if (hunt === undefined) return;
    hunt.bytes = bytes;
    hunt.seen = new Set();
  }

  /** A connection got a frame. */
  got(session: string, bytes: number): void {
    for (const { bytes: expected, candidates, seen } of this.#hunts.values())
      if (expected === bytes && candidates.has(session)) seen.add(session);
  }

  /** A client's reply is there, so its connection has got the request: if only one has, that is it. */
  answered(id: string): void {
    const client = this.#clients.get(id);
    const hunt = this.#hunts.get(id);
    if (client === undefined || hunt?.seen.size !== 1) return;
    [client.session] = hunt.seen;
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
