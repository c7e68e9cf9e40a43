/** The other end of a connection, as its address shows it. */
export type Peer = {
  readonly address: string | undefined;
  /** The same for all addresses that share their limits. */
  readonly key: string;
  /** It is on this machine. */
  readonly isLocal: boolean;
};

/** A handshake as it went over the wire: the first line and the headers of the request, and those of the response. */
export type Handshake = { readonly request: readonly string[]; readonly response: readonly string[] };

/** A connection that is let in. */
export type Guest = {
  readonly peer: Peer;
  /** The only nickname that it may register. */
  readonly nickname?: string | undefined;
  /** The name of the moderator who it is, if it is one still; empty for one without a name. */
  readonly moderator?: () => string | undefined;
  /** How long it may take to register, in milliseconds; 0: as long as it likes. */
  readonly registerMs: number;
  /** Must be called when nothing is left of it: neither the socket, nor a nickname that waits for its peer. */
  readonly leave: () => void;
};
