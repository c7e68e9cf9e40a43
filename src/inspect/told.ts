/**
 * What a watcher is told, as JSON, one event in each text frame: events of `@statelyai/inspect`, and two kinds of our own.
 * The lab's page shares these types.
 */
import type { SnapshotStatus } from 'xstate';
import type { Candidate } from '../machines/fact.ts';
import type { Obstacle } from './faults/orders.ts';

/** The version of `@statelyai/inspect` whose events these are. */
export const version = '0.7.2' as const;

type Base = {
  sessionId: string;
  rootId: string;
  /** A number that counts the events of one inspector. */
  id: string;
  /** Milliseconds since 1970. */
  createdAt: string;
  /** Milliseconds since any moment, with fractions, to measure how long something took. Older recordings have none. */
  at?: number;
  _version: typeof version;
};

/** An event of an actor, with the fields that may be shown. */
export type ShownEvent = { type: string; [field: string]: unknown };
/** Only a machine has more than a status. */
export type ShownSnapshot = {
  status: SnapshotStatus;
  value?: unknown;
  context?: unknown;
  tags?: string[];
};

/** What a frame says of itself before its payload (RFC 6455 §5.2), as far as the server knows it. */
export type FrameHeader = {
  opcode: number;
  /** Not told of a message that has come, or may go out, in fragments. */
  isFinal?: boolean;
  /** In how many frames a message has come, if in more than one. */
  fragments?: number;
  isMasked: boolean;
  /** Length of the payload, in bytes; of the whole message if it is in fragments. */
  length?: number;
};

/** A message or a control frame on the wire of a connection. */
export type ShownFrame = {
  /** From the peer, or to it. */
  way: 'in' | 'out';
  kind: 'text' | 'binary' | 'ping' | 'pong' | 'close' | 'cutoff';
  /** What may be shown of a message, as JSON; a mask if the message is not JSON. */
  text?: string;
  /** Length of a message's payload, in bytes. */
  bytes?: number;
  /** Older recordings have none, and what is cut off has no frame. */
  header?: FrameHeader;
  /** Of a close frame; 1005 if it held none. */
  code?: number;
  /** Of a close frame: the other side has closed first. */
  isAnswer?: true;
  /** Of a connection that is cut off without a frame, if it is for silence: how long its peer had been silent. */
  silentSeconds?: number;
  /** What should have come instead: a recording of `check` ends with a frame that is not what the protocol demands. */
  expected?: string;
};

/**
 * The first line and the headers of a request, and of the response that it has got; values that may be secret are `…`.
 * Refused ones are told as those of the actor `connections`.
 */
export type ShownHandshake = { request: string[]; response: string[] };

/** An actor has appeared, or the watcher has just connected and hears of it for the first time. */
export type ToldActor = Base & {
  type: '@xstate.actor';
  name: string;
  parentId?: string | undefined;
  /** The machine's table as JSON. */
  definition?: string | undefined;
  snapshot: ShownSnapshot;
};

/** The state of an actor behind an event. */
export type ToldSnapshot = Base & {
  type: '@xstate.snapshot';
  event: ShownEvent;
  snapshot: ShownSnapshot;
  /** The transitions that the event has led to, in their order, by their ids in the machine's chart. Only machines have them. */
  taken?: string[] | undefined;
  /** The transitions that the event could have led to, with what their guards say. Only connections have them. */
  why?: Candidate[] | undefined;
};

/** One of the processes that share a room. */
export type ShownProcess = {
  pid: number;
  /** Seconds of silence after which the others give it up. */
  leaseSeconds: number;
  /** Seconds that it hangs if that is ordered. */
  hangSeconds: number;
  /** Why it cannot hang. */
  obstacle?: Obstacle | undefined;
};

/**
 * Who is online, in order of registration; told to a new watcher, and whenever it has changed. Only where several processes
 * share the room. `elsewhere`: how many are connected to others of them.
 */
export type Online = {
  type: '@chat.online';
  count: number;
  elsewhere: number;
  /** The first of them, and how many more there are. `connection`: the one of this process that holds the nickname. */
  members: ({ nickname: string; connection?: string } | { more: number })[];
};

/**
 * The connections in which something waits, at most 200 of them: told whenever that has changed. In all others nothing
 * does. `frames`: those in the inbox; `waitingBytes`: those that wait to leave.
 */
export type Queues = {
  type: '@chat.queues';
  queues: { sessionId: string; frames: number; isPaused: boolean; waitingBytes: number }[];
};

export type Told =
  | ToldActor
  | (Base & { type: '@xstate.event'; sourceId?: string | undefined; event: ShownEvent })
  | ToldSnapshot
  | (Base & { type: '@chat.frame' } & ShownFrame)
  /** `isEarlier`: the watcher has come after it. */
  | (Base & { type: '@chat.handshake'; isEarlier?: true } & ShownHandshake)
  | Online
  | Queues
  /** How many events and frames were left out since the last tick. */
  | { type: '@chat.skipped'; count: number; frames: number };
