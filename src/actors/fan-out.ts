import type { Connection } from './connection.ts';

/**
 * The members of this process: the connections that hold a nickname, by id. One is `undefined` whose socket ended before
 * its claim was settled.
 */
export type Members = Map<string, Connection | undefined>;

/** What an author gets: a reply, or the events from one index to another. */
type Item = Buffer | { from: number; to: number };
type Draft = { by: string; items: Item[]; seen: number };

/**
 * What one stretch of the order sends to everybody, in one write each: all its events in one buffer that is the same for all members
 * but its authors, whose own replies stand in place of their own events (P-SEND-4). It reads `members` as they change:
 * somebody is shown what happens while it is one (P-EVT-1).
 */
export class FanOut {
  readonly #members: Readonly<Members>;
  readonly #connections: ReadonlyMap<string, Connection>;
  readonly #events: Buffer[] = [];
  readonly #drafts = new Map<Connection, Draft>();

  constructor(members: Readonly<Members>, connections: ReadonlyMap<string, Connection>) {
    this.#members = members;
    this.#connections = connections;
  }

  /**
   * The next entry of the order: its reply goes to its author `by`, if that is a connection of this process, its event to
   * the other members. Before `members` changes by it.
   */
  add(by: string | undefined, reply: Buffer | undefined, event: Buffer | undefined): void {
    const before = this.#events.length;
    if (event !== undefined) this.#events.push(event);
    const connection = by === undefined ? undefined : this.#connections.get(by);
    if (connection === undefined) return;
    const draft = this.#draftOf(connection);
    if (before > draft.seen && this.#members.has(connection.id))
      draft.items.push({ from: draft.seen, to: before });
    if (reply !== undefined) draft.items.push(reply);
    draft.seen = this.#events.length;
  }

  /** Writes it all: authors first, for they wait for their replies. */
  deliver(): void {
    const all = Buffer.concat(this.#events);
    const offsets = [0];
    for (const event of this.#events) offsets.push((offsets.at(-1) as number) + event.length);
    for (const [connection, { by, items, seen }] of this.#drafts) {
      if (seen < this.#events.length && this.#members.has(by))
        items.push({ from: seen, to: this.#events.length });
      // Slices of the one buffer: what waits for many slow authors is theirs in common.
      const frames = items.map((item) =>
        Buffer.isBuffer(item) ? item : all.subarray(offsets[item.from], offsets[item.to]),
      );
      if (frames.length > 0) connection.outlet.write(...frames);
    }
    if (all.length === 0) return;
    for (const connection of this.#members.values())
      if (connection !== undefined && !this.#drafts.has(connection)) connection.outlet.write(all);
  }

  #draftOf(connection: Connection): Draft {
    let draft = this.#drafts.get(connection);
    if (draft === undefined) {
      draft = { by: connection.id, items: [], seen: 0 };
      this.#drafts.set(connection, draft);
    }
    return draft;
  }
}
