/**
 * Matches the frames that the server has sent to the page's clients, as the inspector tells them, with the same frames as
 * the clients have got them. The inspector knows the order among all that happens in the server, but masks the text; the
 * client knows the text.
 */
import type { Line } from './picture.ts';

/** Milliseconds by which the inspector may tell a frame later than the client has got it. */
const lateMs = 100;

type Got = { bytes: number; at: number };

export class Receipts {
  /** Lines of frames that the inspector has told, and the client has not got yet, by client. */
  readonly #awaited = new Map<string, Line[]>();
  /** Frames that the client has got, and the inspector has not told yet, by client. */
  readonly #early = new Map<string, Got[]>();

  /** A line shows a frame that the inspector has told, until the client has got it. */
  await(client: string, line: Line): void {
    listOf(this.#awaited, client).push(line);
  }

  /** The inspector tells a frame. Has the client got it already? */
  isGot(client: string, bytes: number, at: number): boolean {
    return takeFrom(this.#early, client, (got) => got.bytes === bytes && at - got.at < lateMs) !== undefined;
  }

  /** The client has got a frame. The line that shows it, if the inspector has told it already. */
  got(client: string, bytes: number, at: number): Line | undefined {
    const line = takeFrom(this.#awaited, client, ({ awaited }) => awaited === bytes);
    if (line === undefined) {
      const early = listOf(this.#early, client).filter((one) => at - one.at < lateMs);
      this.#early.set(client, [...early, { bytes, at }]);
    }
    return line;
  }
}

function listOf<Item>(lists: Map<string, Item[]>, client: string): Item[] {
  const list = lists.get(client) ?? [];
  lists.set(client, list);
  return list;
}

/** Takes the first item that suits out of a client's list. */
function takeFrom<Item>(
  lists: ReadonlyMap<string, Item[]>,
  client: string,
  suits: (item: Item) => boolean,
): Item | undefined {
  const list = lists.get(client) ?? [];
  const index = list.findIndex(suits);
  return index < 0 ? undefined : list.splice(index, 1)[0];
}
