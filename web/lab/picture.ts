/** What the page shows at one place of a recording. */
export type Actor = {
  session: string;
  name: string;
  parent: string | undefined;
  /** The id of its machine; undefined if the actor has none. */
  machine: string | undefined;
  status: string;
  /** The path of its state; empty if the actor has no machine. */
  leaf: string;
  nickname: string | undefined;
  /** How many sends of a connection are under way. */
  underWay: number | undefined;
  /** The type of its last event. */
  event: string | undefined;
  /** What the last event led to: ids of edges of the chart, and of lines in its states. */
  fired: string[];
  /** The edges taken before that. */
  earlier: string[];
};

export type ClientStatus = 'connecting' | 'open' | 'closed' | 'removed';

/** A client of the page. */
export type LabClient = {
  id: string;
  status: ClientStatus;
  code: number | undefined;
  nickname: string | undefined;
  /** The session of its connection, once that is known. */
  session: string | undefined;
};

/** A message or a control frame. */
export type Line = {
  number: number;
  at: number;
  /** The page's client that sent or got it, or else the connection. */
  whose: { client: string } | { session: string; name: string };
  /** It goes to the server. */
  isOut: boolean;
  text: string;
  rules: string[];
};

/** An arrow from one lifeline to another; `undefined` stands for the outside world. */
export type Flow = {
  number: number;
  from: string | undefined;
  to: string | undefined;
  label: string;
  isRefusal: boolean;
};

/** Pings and pongs. */
export type Pings = { lines: Line[]; flows: Flow[] };

export type Picture = {
  actors: Actor[];
  clients: LabClient[];
  lines: Line[];
  flows: Flow[];
  /** Older recordings have them among the lines. */
  pings?: Pings;
  skipped: number;
  framesSkipped: number;
};
