/**
 * Peers that the inspector opens for the page, since no browser can behave as they do, and the disk, which it can fill.
 */
import type { Deed, HostAct, Order, Outcome } from '../../src/inspect/faults/orders.ts';
import type { Told, ToldSnapshot } from '../../src/inspect/told.ts';
import { leafOf } from './leaf.ts';
import type { Link } from './link.ts';
import { waitFor } from './wait.ts';

/** Milliseconds that an answer of the inspector may take. */
const patienceMs = 20_000;
/** Milliseconds that a connection may take to come to a state, its end included, or the disk to have space again. */
const changeTime = 60_000;

type PeerOutcome = Outcome & { type: '@chat.peer' };

export class Peer {
  readonly name: string;
  /** The session of its connection. */
  readonly session: string | undefined;
  /** The code that it was closed with; 1006 if it was closed without one. */
  readonly closed: Promise<number>;
  readonly #link: Link;

  constructor(link: Link, name: string, session: string | undefined) {
    this.#link = link;
    this.name = name;
    this.session = session;
    this.closed = this.#next((told) => told.status === 'closed' && told.code, Infinity);
  }

  /** Tells it what to do, or has the host act on it; resolves when that is done, or when it has gone. */
  async do(deed: Deed | HostAct): Promise<void> {
    this.#link.order({ do: deed, peer: this.name });
    await this.#next((told) => told.status === 'gone' || (told.status === 'done' && told.did === deed));
  }

  /** Has it send a message. Resolves to the reason if that is refused. */
  async say(content: string): Promise<string | undefined> {
    this.#link.order({ do: 'say', peer: this.name, content });
    const { reason } = await this.#next((told) => told.status === 'answered' && told);
    return reason;
  }

  /** Ends its chatter; resolves to the peers that it has seen leave. */
  async rest(): Promise<string[]> {
    this.#link.order({ do: 'rest', peer: this.name });
    return this.#next((told) => (told.status === 'gone' ? [] : told.status === 'resting' && told.left));
  }

  /**
   * Resolves when the inspector has told that its connection is in a state, to the type of the event that led there.
   */
  async reaches(leaf: string): Promise<string> {
    const isThere = ({ snapshot }: ToldSnapshot) => leafOf(snapshot.value) === leaf;
    const { event } = await stateOf(this.#link, this.session, isThere, `it did not come to ${leaf}`);
    return event.type;
  }

  close(): void {
    this.#link.order({ do: 'close', peer: this.name });
  }

  #next<Found>(find: (told: PeerOutcome) => Found | false, limitMs?: number): Promise<Found> {
    return nextOf(this.#link, this.name, find, limitMs);
  }
}

let made = 0;

/** How a peer gets its nickname. */
type Opening =
  | Omit<Extract<Order, { do: 'open' }>, 'peer'>
  | Omit<Extract<Order, { do: 'comeBack' }>, 'peer'>;

/** A peer with a connection that holds a nickname. Rejects when there cannot be one. */
export async function openPeer(link: Link, opening: Opening): Promise<Peer> {
  const name = `peer ${++made}`;
  link.order({ ...opening, peer: name });
  const { session } = await nextOf(link, name, (told) => told.status === 'open' && told);
  return new Peer(link, name, session);
}

/** Fills the disk, or frees it. Resolves when it is so: there is space again when all labs that have filled it have freed it. */
export async function setFull(link: Link, isFull: boolean): Promise<void> {
  link.order({ do: isFull ? 'fill' : 'free' });
  await next(link, undefined, (told) => told.type === '@chat.disk' && told.isFull === isFull, changeTime);
}

/** The first state of an actor that is wanted, once the inspector has told it. */
export const stateOf = (
  link: Link,
  session: string | undefined,
  isWanted: (told: ToldSnapshot) => boolean,
  late: string,
  limitMs = changeTime,
): Promise<ToldSnapshot> =>
  waitFor(
    (onFound) =>
      link.listen((told) => {
        if (told.type === '@xstate.snapshot' && told.sessionId === session && isWanted(told)) onFound(told);
      }),
    limitMs,
    late,
  );

/**
 * Has the server's process hang. Resolves to the seconds after which another process saw the nickname leave,
 * once for each leave, as soon as the process goes on. `onStopping` is called when it stops.
 */
export async function hang(
  link: Link,
  nickname: string,
  { limitMs, onStopping }: { limitMs: number; onStopping: () => void },
): Promise<number[]> {
  link.order({ do: 'hang', nickname });
  const find = (told: Told | Outcome) => {
    if (told.type !== '@chat.hang') return false;
    if (told.status === 'over') return told.left;
    onStopping();
    return false;
  };
  return next(link, undefined, find, limitMs);
}

const isOf = (told: Told | Outcome, name: string | undefined): told is PeerOutcome =>
  told.type === '@chat.peer' && told.peer === name;

/** The first thing that `find` finds in what the inspector tells of a peer. */
const nextOf = <Found>(
  link: Link,
  name: string,
  find: (told: PeerOutcome) => Found | false,
  limitMs = patienceMs,
): Promise<Found> => next(link, name, (told) => isOf(told, name) && find(told), limitMs);

/**
 * The first thing that `find` finds in what the inspector tells. Rejects when nothing is found in time, or when the
 * inspector reports an error, unless it is another peer's; a wait without an end passes over errors.
 */
function next<Found>(
  link: Link,
  peer: string | undefined,
  find: (told: Told | Outcome) => Found | false,
  limitMs: number,
): Promise<Found> {
  return waitFor(
    (onFound, onFailed) =>
      link.listen((told) => {
        const found = find(told);
        if (found !== false) onFound(found);
        else if (!('error' in told) || limitMs === Infinity) return;
        else if (told.type === '@chat.error' || isOf(told, peer)) onFailed(told.error);
      }),
    limitMs,
    'the inspector did not answer',
  );
}
