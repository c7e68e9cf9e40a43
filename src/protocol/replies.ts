/**
 * Constructors of all replies and events in the contract, with their keys in the contract's order. Nothing else builds
 * a reply or an event. The reply to a successful `get` contains shared bytes; here is the text around them.
 */

/** One message of the history, as it is stored and shown. */
export type Message = { name: string; content: string; timestamp: string };

/** The part that the replies to a claim have in common. `oldname` is the nickname that the client already holds. */
type Claim = { oldname: string | undefined; nickname: unknown };

const claimed = ({ oldname, nickname }: Claim) =>
  oldname === undefined
    ? ({ type: 'name', action: 'register', name: nickname } as const)
    : ({ type: 'name', action: 'change', oldname, newname: nickname } as const);

export const replies = {
  wrongFormatJson: () => ({ status: false, reason: 'WrongFormatJSON' }) as const,
  unknownType: () => ({ type: null, status: false, reason: 'UnknownType' }) as const,
  notEnoughKey: (type: 'name' | 'send', need: 'name' | 'content') =>
    ({ type, status: false, reason: 'NotEnoughKey', need }) as const,
  unknownRegister: (type: 'get' | 'send') => ({ type, status: false, reason: 'UnknownRegister' }) as const,

  /** `resume`: the secret of the holding, if the client asked for one (P-RES-1). */
  named: (claim: Claim, timestamp: string, resume?: string) =>
    ({ ...claimed(claim), status: true, timestamp, ...(resume === undefined ? {} : { resume }) }) as const,
  nameTaken: (claim: Claim) => ({ ...claimed(claim), status: false, reason: 'NameAlreadyUsed' }) as const,
  nameRefused: (claim: Claim) => ({ ...claimed(claim), status: false, reason: 'WrongFormatName' }) as const,
  nameFailed: (claim: Claim, error: string) => {
    const reason = claim.oldname === undefined ? 'ErrorWhenRegister' : 'ErrorWhenChange';
    return { ...claimed(claim), status: false, reason, error } as const;
  },

  /** The text of a successful `get` before its messages, between them and the array of nicknames, and after that. */
  gotten: (name: string, timestamp: string, part?: { total: number; first: number }) => {
    const start = JSON.stringify({ type: 'get', status: true, name, timestamp });
    const extension = part === undefined ? '' : `,"total":${part.total},"first":${part.first}`;
    return [`${start.slice(0, -1)},"data":{"message":[`, '],"online":', `${extension}}}`] as const;
  },
  getFailed: (name: string, error: string) =>
    ({ type: 'get', name, status: false, reason: 'ErrorWhenGet', error }) as const,

  sent: ({ name, content, timestamp }: Message) =>
    ({ type: 'send', name, content, status: true, timestamp }) as const,
  /** `username` here, `name` above: the contract says both. */
  sendRefused: (username: string, content: unknown) =>
    ({ type: 'send', username, content, status: false, reason: 'WrongFormatContent' }) as const,
  sendFailed: (username: string, content: string, error: string) =>
    ({ type: 'send', username, content, status: false, reason: 'ErrorWhenSend', error }) as const,
};

export const events = {
  registered: (name: string, timestamp: string) =>
    ({ type: 'receive', datatype: 'register', name, timestamp }) as const,
  changed: (oldname: string, newname: string, timestamp: string) =>
    ({ type: 'receive', datatype: 'change', oldname, newname, timestamp }) as const,
  message: ({ name, content, timestamp }: Message) =>
    ({ type: 'receive', datatype: 'message', name, content, timestamp }) as const,
  left: (name: string, timestamp: string) =>
    ({ type: 'receive', datatype: 'leave', name, timestamp }) as const,
  /** The content of the message at this position is gone (P-MOD-1). */
  removed: (position: number, timestamp: string) =>
    ({ type: 'receive', datatype: 'remove', position, timestamp }) as const,
  /** The host says something (P-MOD-4). */
  notice: (content: string, timestamp: string) =>
    ({ type: 'receive', datatype: 'notice', content, timestamp }) as const,
  /** `timeout`: seconds between two pings (P-EVT-3). */
  ping: (timeout: number) => ({ type: 'ping', timeout }) as const,
};

type Made<Table extends Record<string, (...args: never[]) => unknown>> = ReturnType<Table[keyof Table]>;

/** Any reply except that to a successful `get`, which is not built as one object. */
export type Reply = Exclude<Made<typeof replies>, readonly string[]>;
export type Refusal = Extract<Reply, { status: false }>;
export type Event = Made<typeof events>;
