import type { Connection } from './connection.ts';
import type { Outlet } from './outlet.ts';

/**
 * The outlets of the connections of this process that hold a nickname, by the connection's id. The outlet of a
 * connection whose socket closed before its claim was settled is `undefined`.
 */
export type Members = Map<string, Outlet | undefined>;

/** A part of what an author is sent: a reply, or the events from one index to another. */
type Item = Buffer | { from: number; to: number };
type Draft = { by: string; items: Item[]; seen: number };

/**
 * Sends one stretch to everybody, with one write for each member. All events are in one buffer, which is the same for
 * all members except the authors, who get their own replies in place of their own events (P-SEND-4). Reads `members`
 * while they change, since a connection gets events only while it is a member (P-EVT-1).
 */
export class FanOut {
  readonly #members: Readonly<Members>;
  readonly #connections: ReadonlyMap<string, Connection>;
  readonly #events: Buffer[] = [];
  readonly #drafts = new Map<Outlet, Draft>();

  constructor(members: Readonly<Members>, connections: ReadonlyMap<string, Connection>) {
    this.#members = members;
    this.#connections = connections;
  }

  /**
   * Adds the next entry: a reply for its author `by`, if that is a connection of this process, and an event for the
   * other members. Must be called before `members` is updated for this entry.
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

  /** Writes everything, to the authors first, because they wait for their replies. */
  deliver(): void {
    const all = Buffer.concat(this.#events);
    const offsets = [0];
    for (const event of this.#events) offsets.push((offsets.at(-1) as number) + event.length);
    for (const [outlet, { by, items, seen }] of this.#drafts) {
      if (seen < this.#events.length && this.#members.has(by))
        items.push({ from: seen, to: this.#events.length });
      // Slices of one buffer, so that the bytes that wait for many slow authors are in memory once.
      const frames = items.map((item) =>
        Buffer.isBuffer(item) ? item : all.subarray(offsets[item.from], offsets[item.to]),
      );
      if (frames.length > 0) outlet.reply(...frames);
    }
    if (all.length === 0) return;
    for (const outlet of this.#members.values())
      if (outlet !== undefined && !this.#drafts.has(outlet)) outlet.write(all);
  }

  #draftOf({ id, outlet }: Connection): Draft {
    let draft = this.#drafts.get(outlet);
    if (draft === undefined) {
      draft = { by: id, items: [], seen: 0 };
      this.#drafts.set(outlet, draft);
    }
    return draft;
  }
}
