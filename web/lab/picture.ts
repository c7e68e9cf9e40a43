import type { FrameHeader, Online, ShownEvent, ShownHandshake } from '../../src/inspect/told.ts';
import type { Candidate } from '../../src/machines/fact.ts';
import type { Batch, Depth } from './queues/batches.ts';
import type { Wait } from './waiting.ts';

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
  /** The name of this process's place in a room that several share, in the state of the ledger's machine. */
  node?: string | undefined;
  /** With which a connection was opened. Older recordings have none. */
  handshake?: ShownHandshake;
  /** The type of its last event. */
  event: string | undefined;
  /** What the last event led to: ids of edges of the chart, and of lines in its states. */
  fired: string[];
  /** The edges taken before that. */
  earlier: string[];
  /** Its last step. Older recordings have none. */
  step?: Step | undefined;
};

/** What an event met, and what came of it. */
type Step = {
  event: ShownEvent;
  /** What the actor knew before and after. */
  before?: unknown;
  after?: unknown;
  /** The transitions that it could have led to. */
  why?: Candidate[] | undefined;
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
  header?: FrameHeader | undefined;
  /** The first line of a request or a response, and no frame. */
  isHandshake?: boolean;
  /** Of a close frame, whether it is the first or the answer; or the connection has been cut off without one. */
  ending?: 'first' | 'answer' | 'cut' | undefined;
  /** What should have come instead of it, in a recording of `check`. */
  expected?: string | undefined;
  /** The length of a frame that the inspector has told, while the page's client has not got it yet; the text is masked. */
  awaited?: number | undefined;
  /** The number of the moment at which the client got it, if the inspector had told it before. */
  moment?: number;
};

/** An arrow from one lifeline to another; `undefined` stands for the outside world. */
export type Flow = {
  number: number;
  from: string | undefined;
  to: string | undefined;
  label: string;
  isRefusal: boolean;
  /** Of an event that the server tells many: the other connections that it goes out on, its length, and when it did first. */
  spread?: { others: string[]; bytes: number; at: number };
  /** The number of the moment at which it went out on the last of those connections. */
  moment?: number;
  /** When it was drawn; older recordings do not say. */
  at?: number;
  /** Milliseconds since the room had asked for what this tells it. */
  tookMs?: number | undefined;
};

export type Picture = {
  actors: Actor[];
  clients: LabClient[];
  lines: Line[];
  flows: Flow[];
  /** Pings and pongs. Older recordings have them among the lines. */
  pings?: { lines: Line[]; flows: Flow[] };
  skipped: number;
  framesSkipped: number;
  /** Only where several processes share the room. */
  online?: Online | undefined;
  /** Older recordings have none. */
  waits?: Wait[];
  batches?: Batch[];
  depths?: Depth[];
  /** How many entries it stands for. */
  dropped?: number;
};
