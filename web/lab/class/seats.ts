/** The connections as a class sees them: one seat for each, with what is worth a look from afar. */
import type { World } from '../world.ts';

/** How a state looks from afar. */
type Mood = 'outside' | 'idle' | 'busy' | 'away' | 'closed';

export type Seat = {
  session: string;
  name: string;
  leaf: string;
  mood: Mood;
  nickname: string | undefined;
  /** The page's client at the other end. */
  owner: string | undefined;
  /** Frames in the inbox. */
  frames: number;
  isPaused: boolean;
  waitingBytes: number;
  /** Sends that are not settled yet. */
  underWay: number;
  event: string | undefined;
};

export type Filter = {
  text: string;
  /** A state; empty for all. */
  leaf: string;
  /** Only those in which something waits. */
  isWaiting: boolean;
};
export const everybody: Filter = { text: '', leaf: '', isWaiting: false };

const moods: Record<string, Mood> = {
  'unregistered.idle': 'outside',
  'registered.idle': 'idle',
  'registered.muted': 'away',
  'registered.lost': 'away',
  'unregistered.lost': 'away',
  closed: 'closed',
};

/** The living connections, in the order in which they came. */
export function seatsOf(world: World): Seat[] {
  const queues = new Map(world.waiting.past.at(-1)?.queues.map((queue) => [queue.sessionId, queue]));
  const seats: Seat[] = [];
  for (const {
    session,
    name,
    machine,
    status,
    leaf,
    nickname,
    underWay = 0,
    event,
  } of world.actors.values()) {
    if (machine !== 'connection' || status !== 'active') continue;
    const { frames = 0, isPaused = false, waitingBytes = 0 } = queues.get(session) ?? {};
    const owner = world.clientOf(session);
    const mood = moods[leaf] ?? 'busy';
    seats.push({
      ...{ session, name, leaf, mood, nickname, owner },
      ...{ frames, isPaused, waitingBytes, underWay, event },
    });
  }
  return seats;
}

export const isWaiting = ({ frames, isPaused, waitingBytes, underWay }: Seat) =>
  frames > 0 || isPaused || waitingBytes > 0 || underWay > 0;

export function suits(seat: Seat, filter: Filter): boolean {
  const { name, nickname = '', owner = '', leaf } = seat;
  const wanted = filter.text.trim().toLowerCase();
  return (
    (filter.leaf === '' || leaf === filter.leaf) &&
    (!filter.isWaiting || isWaiting(seat)) &&
    `${name} ${nickname} ${owner} ${leaf}`.toLowerCase().includes(wanted)
  );
}

/** How many are in each state, the most frequent one first. */
export function leavesOf(seats: readonly Seat[]): [leaf: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { leaf } of seats) counts.set(leaf, (counts.get(leaf) ?? 0) + 1);
  return [...counts].sort(([one, ones], [other, others]) => others - ones || one.localeCompare(other));
}

/** Where a key leads from a place in a grid; `undefined` if it leads nowhere. */
export function moved(key: string, from: number, columns: number, count: number): number | undefined {
  const places: Record<string, number> = {
    ArrowLeft: from - 1,
    ArrowRight: from + 1,
    ArrowUp: from - columns,
    ArrowDown: from + columns,
    Home: 0,
    End: count - 1,
  };
  const to = places[key];
  return to === undefined || to < 0 || to >= count ? undefined : to;
}
