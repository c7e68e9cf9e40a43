import { memo } from 'preact/compat';
import type { ClassWords } from './en.ts';
import { isWaiting, type Seat } from './seats.ts';

type Props = {
  seat: Seat;
  said: ClassWords;
  /** Tab leads to it. */
  isReached: boolean;
  onPick: (session: string) => void;
};

/** One connection of the grid. Of two hundred, only those are drawn anew in which something has changed. */
export const SeatView = memo(
  ({ seat, said, isReached, onPick }: Props) => (
    <li>
      <button
        type="button"
        class="seat"
        data-seat={seat.name}
        data-session={seat.session}
        data-leaf={seat.leaf}
        data-mood={seat.mood}
        tabIndex={isReached ? 0 : -1}
        onClick={() => onPick(seat.session)}
      >
        <span class="who">
          <b>{seat.name}</b>
          {seat.owner !== undefined && <span class="owner">{seat.owner}</span>}
          <bdi title={seat.nickname}>{seat.nickname ?? ''}</bdi>
        </span>
        <StateView leaf={seat.leaf} />
        <span class="now">
          <span class="event">{seat.event ?? '–'}</span>
          <LoadView seat={seat} said={said} />
        </span>
      </button>
    </li>
  ),
  (before, after) =>
    before.said === after.said && before.isReached === after.isReached && isSame(before.seat, after.seat),
);

/** The same colours as the current state in a chart. */
export const StateView = ({ leaf }: { leaf: string }) => (
  <code class="state">
    <span>{leaf.slice(0, leaf.lastIndexOf('.') + 1)}</span>
    <wbr />
    {leaf.slice(leaf.lastIndexOf('.') + 1)}
  </code>
);

/** What waits in a connection, in words. */
export const LoadView = ({ seat, said }: { seat: Seat; said: ClassWords }) => (
  <span class="load" data-waits={isWaiting(seat) ? '' : undefined}>
    {[
      seat.frames > 0 ? said.frames(seat.frames) : [],
      seat.isPaused ? said.paused : [],
      seat.waitingBytes > 0 ? said.bytes(seat.waitingBytes) : [],
      seat.underWay > 0 ? said.underWay(seat.underWay) : [],
    ]
      .flat()
      .join(' · ')}
  </span>
);

const isSame = (one: Seat, other: Seat) =>
  (Object.keys(one) as (keyof Seat)[]).every((field) => one[field] === other[field]);
