/**
 * Finds out which connection belongs to each client of the page. Nobody tells: the only signs are the moment at which the
 * connection appeared, and the lengths of the frames that it has received since.
 */

type Hunt = {
  since: number;
  /** Connections that appeared when the client connected. */
  candidates: Set<string>;
  /** The length of its last request, and the candidates that have received a frame of this length since. */
  bytes: number | undefined;
  seen: Set<string>;
};

/** Milliseconds within which a client's connection appears. */
const birthMs = 1500;

export class Hunts {
  readonly #clients: ReadonlyMap<string, { session: string | undefined }>;
  readonly #hunts = new Map<string, Hunt>();

  /** Sets the session of each client, once it is known. */
  constructor(clients: ReadonlyMap<string, { session: string | undefined }>) {
    this.#clients = clients;
  }

  /** A client connects. */
  begin(id: string, at: number): void {
    this.#hunts.set(id, { since: at, candidates: new Set(), bytes: undefined, seen: new Set() });
  }

  /** A client has closed, or is removed. */
  end(id: string): void {
    this.#hunts.delete(id);
  }

  /** A connection has appeared. */
  born(session: string, at: number): void {
    for (const [id, { since, candidates }] of this.#hunts) {
      if (at - since > birthMs) continue;
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

  /** A connection has received a frame. */
  got(session: string, bytes: number): void {
    for (const { bytes: expected, candidates, seen } of this.#hunts.values())
      if (expected === bytes && candidates.has(session)) seen.add(session);
  }

  /** A client has a reply, so its connection has received the request. If only one candidate has, it is that one. */
  answered(id: string): void {
    const client = this.#clients.get(id);
    const hunt = this.#hunts.get(id);
    if (client === undefined || hunt?.seen.size !== 1) return;
    [client.session] = hunt.seen;
    this.#hunts.delete(id);
  }

  /** Takes the first that appears: this page's clients connect one after another, and others seldom at the same time. */
  #take(id: string, candidates: ReadonlySet<string>): void {
    const taken = new Set(Array.from(this.#clients.values(), ({ session }) => session));
    const [free] = [...candidates].filter((session) => !taken.has(session));
    const client = this.#clients.get(id);
    if (client !== undefined) client.session ??= free;
  }
}
