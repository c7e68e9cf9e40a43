import type { Outlet } from './outlet.ts';
import type { Reader } from './reader.ts';

/** What waits in one connection. */
export type Queue = {
  /** Frames in the inbox. */
  frames: number;
  /** Whether the socket is not read. */
  isPaused: boolean;
  /** Bytes that wait to leave, apart from a history that is going out. */
  waitingBytes: number;
};

/** What that is read from. */
export type Queued = {
  readonly reader: Pick<Reader, 'waiting' | 'isHeld'>;
  readonly outlet: Pick<Outlet, 'buffered'>;
};

export function queueOf({ reader, outlet }: Queued): Queue {
  return { frames: reader.waiting, isPaused: reader.isHeld, waitingBytes: outlet.buffered };
}
