/** What a connection is told about its own machine, if it asks for that. */

/** The subprotocol of a connection that does. */
export const ownProtocol = 'classic-chatbox.own';

/** A guard, its verdict, and what that comes from: facts without any text that people wrote, and guards that it asks. */
export type Judged = {
  guard: string;
  verdict: boolean;
  facts: readonly { kind: string }[];
  parts?: readonly Judged[];
};

/** What a connection is told about itself: nothing of others, and nothing of what anybody wrote. */
export type Own = {
  type: 'machine';
  /** The path of the state, `registered.idle`. */
  state: string;
  /** The event that has led there, and the id of its edge or line in the machine's chart; not in the first frame. */
  event?: string;
  edge?: string | undefined;
  /** The guards that were asked, in this order: if one of them has let the event through, it is the last one. */
  guards?: readonly Judged[];
  /** Frames that wait in the inbox, whether the socket is not read, and bytes that wait to leave. */
  inbox: number;
  paused: boolean;
  waiting: number;
  /** How many of its changes were settled at once; only in `settled`. */
  batch?: number;
  /** How long the machine had been waiting for the event, in milliseconds. */
  ms: number;
};
