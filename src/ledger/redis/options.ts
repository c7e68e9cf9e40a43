import type { Dialect } from '../../protocol/timestamp.ts';
import type { Keeping } from '../keeper.ts';

export type RoomOptions = {
  prefix: string;
  dialect: Dialect;
  comparison: string;
  leaseMs: number;
  /** How long a holding with a secret waits for its peer (P-RES-3). */
  resumeMs: number;
};

export type RedisLedgerOptions = RoomOptions & {
  url: string;
  /** The most bytes of the history. */
  maxBytes: number;
  /** What is kept of it. */
  keeping: Keeping;
  /** Use a Redis that may lose acknowledged messages too. */
  isRelaxed: boolean;
  /** The time of a change that has not got into the order. */
  stamp: () => string;
  onWarning: (text: string) => void;
  /** Called with what goes on between this process and Redis, in words. */
  onStatus: (text: string) => void;
};
