/** What is recorded while faults happen: what each client asked and was told, and what was done to the processes. */
import type { Frame } from '../client.ts';
import type { Message } from '../talker.ts';

/** Times are those of `performance.now()`. */
export type Heard = { at: number; frame: Frame };

/** One connection, as its client saw it. */
export type Life = {
  /** The number of the process that it led to. */
  process: number;
  openedAt: number;
  /** All requests, in order. */
  asked: Frame[];
  /** All frames, in order. */
  heard: Heard[];
  /** When it was closed, with which code, and who closed it. Missing while it is open. */
  end?: { at: number; code: number; by: 'client' | 'server' };
};

/** What was done, and for how long, to Redis or to the process of this number. */
export type Fault = { on: 'redis' | number; kind: string; from: number; to: number };

/** Everybody sends each content once, and claims each nickname once, except to come back with its secret. */
export type Records = {
  lives: Life[];
  faults: Fault[];
  /** After how many seconds of silence a process counts as dead. */
  lease: number;
  /** The whole history in the end, as the room tells it and as Redis has it. */
  history: Message[];
  stored: Message[];
  /** The positions of the messages that moderators were told were removed. */
  removed: number[];
  /** All that Redis had in the end. */
  bytes: string;
  /** Who was in the room in the end. */
  online: string[];
  /** When nothing was wrong any more, and everybody had had the time to hear the last message. */
  quietAt: number;
};
